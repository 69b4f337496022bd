import triangle from '@fortawesome/fontawesome-free/svgs/solid/triangle-exclamation.svg?icon';
import type { EmergencyLevel } from '@siaga/domain';
import { useCountdown } from '../app/countdown.ts';
import { usePlaceName } from '../app/names.ts';
import { Icon } from '../icon.tsx';
import { useEmergencyText } from '../text/emergency.ts';

/** Yellow, red, green, as the incidents' states have them; always with the word. */
const colours: Record<EmergencyLevel, string> = {
  siaga: 'verified',
  tanggap: 'active',
  transisi: 'contained',
};

export const LevelChip = ({ level, short }: { level: EmergencyLevel; short?: boolean }) => {
  const words = useEmergencyText();
  return (
    <span class="status" data-status={colours[level]}>
      {short ? words.levelShort[level] : words.level[level]}
    </span>
  );
};

/** `sisa 12 hari 4 jam`, with a sign and a word from three days before the end on. */
export const TimeLeft = ({ ends, warn }: { ends: string; warn: boolean }) => {
  const words = useEmergencyText();
  const left = useCountdown(ends);
  return (
    <span class="countdown" data-warn={warn ? 'true' : undefined}>
      {warn && <Icon of={triangle} />}
      <span>
        {left === undefined ? words.over : words.left(left)}
        {warn && left !== undefined && <span class="ends-soon">, {words.endsSoon}</span>}
      </span>
    </span>
  );
};

/** The names of the first places, and how many more there are: a decree can name every village. */
export const Area = ({ places, most = 12 }: { places: readonly string[]; most?: number }) => {
  const words = useEmergencyText();
  const first = places.slice(0, most);
  const rest = places.slice(most);
  return (
    <span class="area-names">
      {first.map((code, index) => (
        <PlaceName key={code} code={code} after={index < first.length - 1 ? ', ' : ''} />
      ))}
      {rest.length > 0 && (
        <details>
          <summary>{words.moreArea(rest.length)}</summary>
          <RestOfArea places={rest} />
        </details>
      )}
    </span>
  );
};

const RestOfArea = ({ places }: { places: readonly string[] }) => (
  <>
    {places.map((code, index) => (
      <PlaceName key={code} code={code} after={index < places.length - 1 ? ', ' : ''} />
    ))}
  </>
);

const PlaceName = ({ code, after = '' }: { code: string; after?: string }) => (
  <>
    {usePlaceName(code)}
    {after}
  </>
);
