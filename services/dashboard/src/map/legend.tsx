import type { IncidentStatus } from '@siaga/domain';
import { useEffect, useState } from 'preact/hooks';
import { later } from '../app/later.tsx';
import { isPhone } from '../app/media.ts';
import { route } from '../app/route.ts';
import { setView, view } from '../app/view.ts';
import { StatusMark } from '../incidents/status-mark.tsx';
import { openStatuses } from '../picture/list.ts';
import { shown } from '../picture/picture.ts';
import { combine, useStore } from '../store.ts';
import { useText } from '../text/text.ts';
import { CLUSTER_ABOVE } from './chart.ts';

const ResourceLegend = later(
  async () => (await import('./resource-layer.tsx')).ResourceLegend,
  () => undefined,
);

const DAYS = [1, 3, 7, 30, 0];
const explained: readonly IncidentStatus[] = [...openStatuses, 'closed'];

const pixelCount = combine(shown, shown, ({ hotspots }) =>
  [...hotspots.values()].reduce((sum, { pixels }) => sum + pixels.length, 0),
);

/** What the signs mean. Folded on a phone, and beside an open detail, until it is asked for: it covers the map. */
export const Legend = () => {
  const text = useText();
  const days = useStore(view, (now) => now.hotspotDays);
  const groups = useStore(shown, (picture) => picture.hotspots.size);
  const pixels = useStore(pixelCount, (count) => count);
  const narrowed = useStore(route, ({ incident }) => incident !== undefined);
  const [open, setOpen] = useState(true);
  useEffect(() => setOpen(!narrowed && !isPhone.get()), [narrowed]);
  return (
    <details class="legend" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{text.legend}</summary>
      <ul>
        {explained.map((status) => (
          <li key={status}>
            <StatusMark hazard="flood" status={status} />
            {text.status[status]}
          </li>
        ))}
        <li>
          <svg class="sign-hotspot" viewBox="0 0 20 20" aria-hidden="true">
            <path d="M10 3 16 6.500V13.500L10 17 4 13.500V6.500Z" />
          </svg>
          {text.legendHotspot}
        </li>
        {groups > CLUSTER_ABOVE && (
          <li>
            <svg class="sign-hotspot" viewBox="0 0 20 20" aria-hidden="true">
              <path d="M10 1 18 5.500V14.500L10 19 2 14.500V5.500Z" />
            </svg>
            {text.legendCluster}
          </li>
        )}
        <li>
          <span class="sign-river" aria-hidden="true" />
          {text.legendRiver}
        </li>
        <li>
          <span class="sign-town" aria-hidden="true" />
          {text.legendTown}
        </li>
        <li>
          <span class="sign-district" aria-hidden="true" />
          {text.legendDistrict}
        </li>
      </ul>
      <ResourceLegend />
      <label class="legend-days">
        {text.hotspotDays}{' '}
        <select
          value={days}
          onChange={(event) => setView({ hotspotDays: Number(event.currentTarget.value) })}
        >
          {DAYS.map((count) => (
            <option key={count} value={count}>
              {text.hotspotDaysOf(count)}
            </option>
          ))}
        </select>
      </label>
      <p class="legend-count">{text.hotspotCount(pixels, groups)}</p>
    </details>
  );
};
