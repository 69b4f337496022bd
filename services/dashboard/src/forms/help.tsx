import { setView, view } from '../app/view.ts';
import { useStore } from '../store.ts';
import { useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { Dialog } from './dialog.tsx';

export const Help = ({ onClose }: { onClose: () => void }) => {
  const text = useText();
  const work = useWorkText();
  const on = useStore(view, (now) => now.shortcuts);
  return (
    <Dialog title={work.helpTitle} onClose={onClose}>
      <table class="keys">
        <tbody>
          {work.helpKeys.map(([key, meaning]) => (
            <tr key={key}>
              <th scope="row">
                {key.split('  ').map((one) => (
                  <kbd key={one}>{one}</kbd>
                ))}
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <label class="check">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => setView({ shortcuts: event.currentTarget.checked })}
        />
        {work.shortcutsOn}
      </label>
      <h3>{work.helpWords}</h3>
      <p>{work.helpCounts}</p>
      <p>{work.helpAge}</p>
      <p>{work.helpTime}</p>
      <p>{text.notAFire}</p>
      <p>
        <button type="button" onClick={() => setView({ dialog: { kind: 'about' } })}>
          {work.aboutTitle}
        </button>
      </p>
    </Dialog>
  );
};
