import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useText } from '../text/text.ts';

/**
 * A part of the page whose code comes when it is first drawn. Until then `waiting` stands in its place, or nothing at
 * all where that is undefined. A chunk that can't be loaded says so, with a way to try again, instead of an empty place.
 */
export const later = <Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: (text: ReturnType<typeof useText>) => string | undefined = () => '',
): ComponentType<Props> => {
  let loaded: ComponentType<Props> | undefined;
  return (props) => {
    const text = useText();
    const [state, setState] = useState<'waiting' | 'failed' | 'ready'>(loaded ? 'ready' : 'waiting');
    useEffect(() => {
      if (state !== 'waiting') return;
      load().then(
        (component) => {
          loaded = component;
          setState('ready');
        },
        () => setState('failed'),
      );
    }, [state]);
    if (loaded) {
      const Loaded = loaded;
      return <Loaded {...props} />;
    }
    if (state !== 'failed') {
      const words = waiting(text);
      return words === undefined ? null : <p class="waiting">{words}</p>;
    }
    return (
      <p class="waiting" role="alert">
        {text.chunkFailed}{' '}
        <button type="button" onClick={() => setState('waiting')}>
          {text.again}
        </button>
      </p>
    );
  };
};
