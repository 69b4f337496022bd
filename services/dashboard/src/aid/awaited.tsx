import hourglass from '@fortawesome/fontawesome-free/svgs/solid/hourglass-half.svg?icon';
import { useRegencyName } from '../app/names.ts';
import { Icon } from '../icon.tsx';
import { shownNow } from '../picture/picture.ts';
import { useShort } from '../resources/parts.tsx';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import { spanOf } from '../time.ts';
import type { ConversationItem } from './contract.ts';
import type { Awaited } from './conversation.ts';

/** Whose word is waited for, and how long there is for it. What waits for this regency stands out. */
export const AwaitedLine = (props: {
  awaited: Awaited;
  item: ConversationItem;
  here: string | undefined;
}) => {
  const aid = useAidText();
  const { awaited, item, here } = props;
  const who = item[awaited.side];
  const name = useRegencyName(who ?? '');
  const ours = who === here;
  return (
    <span class="awaited" data-ours={ours ? 'yes' : undefined}>
      <Icon of={hourglass} />
      <span>
        {ours ? aid.awaitedOurs[awaited.what] : aid.awaited[awaited.what](name)}
        {'by' in awaited && <Deadline by={awaited.by} />}
      </span>
    </span>
  );
};

/** `paling lambat 14.00 (sisa 2 jam)`. */
const Deadline = ({ by }: { by: string }) => {
  const aid = useAidText();
  const short = useShort();
  const late = useStore(shownNow, (now) => now > Date.parse(by));
  const span = useStore(shownNow, (now) => {
    const left = Date.parse(by) - now;
    return left > 0 ? aid.left(spanOf(left)) : aid.late(spanOf(-left));
  });
  return (
    <>
      {', '}
      {aid.answerBefore(short(by))} <b class={late ? 'overdue' : ''}>({span})</b>
    </>
  );
};
