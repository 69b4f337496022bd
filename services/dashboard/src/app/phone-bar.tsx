import bullhorn from '@fortawesome/fontawesome-free/svgs/solid/bullhorn.svg?icon';
import clockBack from '@fortawesome/fontawesome-free/svgs/solid/clock-rotate-left.svg?icon';
import list from '@fortawesome/fontawesome-free/svgs/solid/list.svg?icon';
import map from '@fortawesome/fontawesome-free/svgs/solid/map-location-dot.svg?icon';
import { Icon } from '../icon.tsx';
import { replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useText } from '../text/text.ts';
import { closeIncident } from './route.ts';
import { setView, view } from './view.ts';

/** The phone's bar: list or map, the time slider, and one big button to report. */
export const PhoneBar = () => {
  const text = useText();
  const tab = useStore(view, (now) => now.tab);
  const timelineOpen = useStore(view, (now) => now.timelineOpen);
  const past = useStore(replay, (back) => back !== undefined);
  const show = (chosen: 'list' | 'map') => {
    closeIncident();
    setView({ tab: chosen });
  };
  return (
    <nav class="phone-bar" aria-label={text.menu}>
      <button
        type="button"
        class="primary big"
        disabled={past}
        onClick={() => setView({ dialog: { kind: 'report' } })}
      >
        <Icon of={bullhorn} /> {text.report}
      </button>
      <button type="button" aria-pressed={tab === 'list'} onClick={() => show('list')}>
        <Icon of={list} /> {text.tabList}
      </button>
      <button type="button" aria-pressed={tab === 'map'} onClick={() => show('map')}>
        <Icon of={map} /> {text.tabMap}
      </button>
      <button
        type="button"
        aria-pressed={timelineOpen}
        onClick={() => setView({ timelineOpen: !timelineOpen })}
      >
        <Icon of={clockBack} /> {text.tabTime}
      </button>
    </nav>
  );
};
