import type { IncidentVerb } from '@siaga/domain';
import type { IncidentItem } from '../api/contract.ts';
import { useRegencyName } from '../app/names.ts';
import { session, site } from '../app/site.ts';
import { setView } from '../app/view.ts';
import { replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { commandsFor } from './command-rules.ts';

/** The next step that the status waits for stands out. */
const nextStep: Partial<Record<IncidentItem['status'], IncidentVerb>> = {
  reported: 'verify',
  verified: 'assess',
  active: 'assess',
  contained: 'close',
};

/** Buttons for what may be done with an own incident; for a neighbour's, whose it is. None while looking back. */
export const Actions = ({ item }: { item: IncidentItem }) => {
  const text = useText();
  const work = useWorkText();
  const owner = useRegencyName(item.regency);
  const here = useStore(site, (now) => now?.regency.code);
  const account = useStore(session, (now) => now?.account);
  const past = useStore(replay, (back) => back !== undefined);
  if (here === undefined) return null;
  if (item.regency !== here) return <p class="owner-note">{work.ownedByNeighbour(owner)}</p>;
  if (!account) {
    return (
      <p class="actions">
        {work.signInFirst}{' '}
        <button type="button" disabled={past} onClick={() => setView({ dialog: { kind: 'sign-in' } })}>
          {text.signIn}
        </button>
      </p>
    );
  }
  const verbs = commandsFor(item, account.role);
  if (verbs.length === 0) {
    const none = account.role === 'admin' || account.role === 'logistik';
    return <p class="quiet">{none ? work.roleHasNone(text.role[account.role]) : work.noCommandNow}</p>;
  }
  return (
    <section class="actions" aria-label={work.commands}>
      {past && <p class="actions-note">{work.noneInReplay}</p>}
      {verbs.map((verb) => (
        <button
          key={verb}
          type="button"
          class={nextStep[item.status] === verb ? 'primary' : ''}
          data-verb={verb}
          disabled={past}
          onClick={() => setView({ dialog: { kind: 'command', verb, incident: item.id } })}
        >
          {work.verb[verb]}
        </button>
      ))}
    </section>
  );
};
