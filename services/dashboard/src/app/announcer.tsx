import { useEffect, useRef, useState } from 'preact/hooks';
import { live } from '../picture/picture.ts';
import type { Picture } from '../picture/model.ts';
import { useText } from '../text/text.ts';

/** How long changes are gathered before they are said as one sentence. */
const GATHER_MS = 4000;

/** Tells screen readers what changed in the list: gathered, and only counts. */
export const Announcer = () => {
  const text = useText();
  const [sentence, setSentence] = useState('');
  const before = useRef<Picture['incidents']>(undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = () => {
      timer = undefined;
      const { incidents } = live.get();
      const old = before.current;
      before.current = incidents;
      if (!old) return;
      const added = [...incidents.keys()].filter((id) => !old.has(id)).length;
      const changed = [...incidents.values()].filter((item) => {
        const was = old.get(item.id);
        return was !== undefined && was.sequence !== item.sequence;
      }).length;
      if (added + changed > 0) setSentence(text.announce(added, changed));
    };
    const listen = () => {
      const { loaded, incidents } = live.get();
      if (!loaded) return;
      before.current ??= incidents;
      if (before.current !== incidents) timer ??= setTimeout(say, GATHER_MS);
    };
    const end = live.subscribe(listen);
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [text]);
  return (
    <p class="unseen" aria-live="polite">
      {sentence}
    </p>
  );
};
