import { shownNow } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useText } from '../text/text.ts';
import { countdownSpans } from '../time.ts';

/** `12 hari 4 jam` to an instant, told from the time that the screen shows; undefined once it has come. */
export const useCountdown = (instant: string): string | undefined => {
  const text = useText();
  return useStore(shownNow, (now) => {
    const left = Date.parse(instant) - now;
    return left <= 0
      ? undefined
      : countdownSpans(left)
          .map((span) => text.span(span))
          .join(' ');
  });
};

/**
 * The time shown (ms), told anew when one of `instants` comes: what stands, or may be done, changes at those alone,
 * so nothing in between draws it again.
 */
export const useTimeAt = (instants: readonly string[]): number => {
  useStore(shownNow, (now) => instants.filter((instant) => Date.parse(instant) <= now).length);
  return shownNow.get();
};
