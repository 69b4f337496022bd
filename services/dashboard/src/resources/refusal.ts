import { permissions, type ResourceState } from '@siaga/domain';
import type { ResourceItem } from '../aid/contract.ts';
import { useAidText } from '../text/aid.ts';
import { useText } from '../text/text.ts';
import { type MoveAnswer, permissionFor } from './board.ts';

/** Why a card does not go into a column, as a sentence with what would be allowed. */
export const useRefusal = (): ((
  item: ResourceItem,
  to: ResourceState,
  answer: MoveAnswer,
) => string | undefined) => {
  const aid = useAidText();
  const text = useText();
  return (item, to, answer) => {
    if (!('no' in answer) || answer.no === 'same') return undefined;
    const said = (why: string) => aid.cannotMove(item.name, aid.state[to], why);
    switch (answer.no) {
      case 'role': {
        const roles = permissions[permissionFor[answer.move]].map((role) => text.role[role]);
        return said(aid.noMove.role(aid.move[answer.move], roles));
      }
      case 'no-step': {
        const reachable = answer.reachable.map((state) => aid.state[state]);
        return said(aid.noMove.step(aid.state[item.state], reachable));
      }
      default:
        return said(aid.noMove[answer.no]);
    }
  };
};
