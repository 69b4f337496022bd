import '../styles/phone-bar.css';
import bullhorn from '@fortawesome/fontawesome-free/svgs/solid/bullhorn.svg?icon';
import clockBack from '@fortawesome/fontawesome-free/svgs/solid/clock-rotate-left.svg?icon';
import list from '@fortawesome/fontawesome-free/svgs/solid/list.svg?icon';
import layers from '@fortawesome/fontawesome-free/svgs/solid/layer-group.svg?icon';
import map from '@fortawesome/fontawesome-free/svgs/solid/map-location-dot.svg?icon';
import { Icon } from '../icon.tsx';
import { replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useText } from '../text/text.ts';
import { useEffect, useState } from 'preact/hooks';
import { PageNav } from './page-nav.tsx';
import { closeIncident, route } from './route.ts';
import { setView, view } from './view.ts';

/** The phone's bar: one big button to report, list or map, the time slider, and the way to the other pages. */
export const PhoneBar = () => {
  const text = useText();
  const page = useStore(route, (now) => now.page);
  const timelineOpen = useStore(view, (now) => now.timelineOpen);
  const [choosing, setChoosing] = useState(false);
  useEffect(() => route.subscribe(() => setChoosing(false)), []);
  return (
    <nav class="phone-bar" aria-label={text.menu}>
      {choosing && <PageNav />}
      {page === 'situation' && <SituationButtons />}
      <button
        type="button"
        aria-pressed={timelineOpen}
        onClick={() => setView({ timelineOpen: !timelineOpen })}
      >
        <Icon of={clockBack} /> {text.tabTime}
      </button>
      <button type="button" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
        <Icon of={layers} /> {text.tabPages}
      </button>
    </nav>
  );
};

const SituationButtons = () => {
  const text = useText();
  // While a point is picked the map is what one sees.
  const tab = useStore(view, (now) => (now.picking ? 'map' : now.tab));
  const past = useStore(replay, (back) => back !== undefined);
  const show = (chosen: 'list' | 'map') => {
    closeIncident();
    setView(chosen === 'map' ? { tab: chosen } : { tab: chosen, picking: false });
  };
  return (
    <>
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
    </>
  );
};
