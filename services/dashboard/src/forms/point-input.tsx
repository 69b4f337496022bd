import { useWorkText } from '../text/work.ts';
import { isBadPoint } from './point-text.ts';

/** Coordinates by typing: held as typed, so that unfinished ones are not lost. */
export const PointInput = (props: { label: string; typed: string; onChange: (typed: string) => void }) => {
  const work = useWorkText();
  const { label, typed, onChange } = props;
  return (
    <label>
      {label}
      <input
        value={typed}
        autocomplete="off"
        placeholder={work.pointHint}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {isBadPoint(typed) && <span class="hint">{work.pointBad}</span>}
    </label>
  );
};
