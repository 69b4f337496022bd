/** A form that is being filled in, kept in the tab until it is sent, with the key that makes it one command. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { uuidV7 } from '../api/uuid.ts';
import { serverNow } from '../picture/clock.ts';

interface Kept<Fields> {
  key: string;
  fields: Fields;
}

/** With the fields' version: what a tab kept before an upgrade may have another shape. */
const STORED = 'siaga.form.2';

const stored = <Fields>(name: string): Kept<Fields> | undefined => {
  try {
    const text = sessionStorage.getItem(`${STORED}.${name}`);
    return text === null ? undefined : (JSON.parse(text) as Kept<Fields>);
  } catch {
    return undefined;
  }
};
const store = (name: string, kept: Kept<unknown> | undefined) => {
  try {
    if (kept) sessionStorage.setItem(`${STORED}.${name}`, JSON.stringify(kept));
    else sessionStorage.removeItem(`${STORED}.${name}`);
  } catch {
    // Without storage the form still works; it is only not kept over a reload.
  }
};

/**
 * The fields of form `name`, as they were left in this tab or as `fresh` makes them, with the form's
 * Idempotency-Key. `name` says what the form is for (`agreement-revise-<id>-3`), so that no other takes its fields.
 * `forget` when it is sent or thrown away.
 */
export const useKept = <Fields extends object>(
  name: string,
  fresh: () => Fields,
): { key: string; fields: Fields; change: (part: Partial<Fields>) => void; forget: () => void } => {
  const [kept, setKept] = useState<Kept<Fields>>(
    () => stored<Fields>(name) ?? { key: uuidV7(serverNow()), fields: fresh() },
  );
  const touched = useRef(false);
  useEffect(() => {
    if (touched.current) store(name, kept);
  }, [name, kept]);
  return {
    ...kept,
    change(part) {
      touched.current = true;
      setKept((now) => ({ ...now, fields: { ...now.fields, ...part } }));
    },
    forget() {
      touched.current = false;
      store(name, undefined);
    },
  };
};
