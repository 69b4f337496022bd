/** What came and was not taken in: what can't be read, and what somebody said in a regency's name. Loaded when there is such. */
import warning from '@fortawesome/fontawesome-free/svgs/solid/triangle-exclamation.svg?icon';
import { Icon } from '../icon.tsx';
import { clock } from '../picture/clock.ts';
import { live } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useLanguage } from '../text/text.ts';
import { shortTime } from '../time.ts';

/** How long an alarm stands; what was refused stays in the list of what was parked. */
const ALARM_MS = 24 * 3_600_000;

const words = {
  id: {
    unreadable: (total: number) => `${total} pesan tidak dapat dibaca dan disisihkan`,
    forged: (total: number, at: string) =>
      `${total} pesan mengaku dari suatu kabupaten tanpa tanda tangannya, terakhir ${at}. Pesan itu ditolak dan disisihkan. Beri tahu admin.`,
  },
  en: {
    unreadable: (total: number) =>
      `${total} ${total === 1 ? 'message could not be read and was' : 'messages could not be read and were'} set aside`,
    forged: (total: number, at: string) =>
      `${total} ${total === 1 ? 'message' : 'messages'} claimed to be from a regency without its signature, the last ${at}. Refused and set aside. Tell the admin.`,
  },
};

export const SetAside = () => {
  const language = useLanguage();
  const { total, forged, lastForgedAt } = useStore(live, (picture) => picture.parked);
  const at = lastForgedAt === undefined ? 0 : Date.parse(lastForgedAt);
  const alarming = useStore(clock, (now) => now - at < ALARM_MS);
  const time = useStore(clock, (now) => shortTime(language, at, now));
  const unreadable = total - forged;
  return (
    <>
      {alarming && (
        <p class="banner" data-kind="warning" role="alert">
          <Icon of={warning} />
          <span>{words[language].forged(forged, time)}</span>
        </p>
      )}
      {unreadable > 0 && (
        <p class="banner" data-kind="note">
          <Icon of={warning} />
          <span>{words[language].unreadable(unreadable)}</span>
        </p>
      )}
    </>
  );
};
