import { useLanguage } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { fromWibField, fullTime } from '../time.ts';

/**
 * A moment in WIB. The browser's own field may write month and day in either order, so what it reads is said in words
 * beneath.
 */
export const TimeField = (props: { label: string; value: string; onChange: (value: string) => void }) => {
  const work = useWorkText();
  const language = useLanguage();
  const at = fromWibField(props.value);
  return (
    <label>
      {props.label}
      <input
        type="datetime-local"
        required
        value={props.value}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
      <span class="hint">{at !== undefined && work.whenReads(fullTime(language, at))}</span>
    </label>
  );
};
