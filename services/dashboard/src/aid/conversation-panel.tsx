import close from '@fortawesome/fontawesome-free/svgs/solid/xmark.svg?icon';
import { permissions } from '@siaga/domain';
import type { BasisReference, Conversation as ConversationState } from '@siaga/domain';
import { useEffect, useRef } from 'preact/hooks';
import { NounNote } from '../app/noun-note.tsx';
import { openPage, pageHref } from '../app/route.ts';
import { setView } from '../app/view.ts';
import { Icon } from '../icon.tsx';
import { shownNow } from '../picture/picture.ts';
import { Fact } from '../resources/drawer.tsx';
import { IncidentLink, Until, useMover, useShort } from '../resources/parts.tsx';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useLanguage, useText } from '../text/text.ts';
import { formatNumber } from '../time.ts';
import { AwaitedLine } from './awaited.tsx';
import type { ConversationDetail } from './contract.ts';
import {
  type AidAction,
  type DeploymentLine,
  actionsOf,
  awaitedOf,
  conversationFrom,
  deploymentLines,
  mayDo,
  openEnquiries,
  permissionOf,
  sideOf,
} from './conversation.ts';
import { openAction } from './dialogs.tsx';
import { AidStatusWord, Parties, useConversation } from './row.tsx';
import { useResourceNames } from './lines.ts';
import { Thread } from './thread-list.tsx';
import { threadRows } from './thread.ts';

/** One conversation: whose word it waits for, what can be done, what came of it, and all that was said. */
export const Conversation = ({ id }: { id: string }) => {
  const aid = useAidText();
  const text = useText();
  const state = useConversation(id);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  const item = state.answer?.item;
  return (
    <article class="conversation" ref={panel} tabIndex={-1} aria-label={aid.aidTitle}>
      <button
        type="button"
        class="tool detail-close"
        title={text.close}
        aria-label={text.close}
        onClick={() => openPage('aid')}
      >
        <Icon of={close} />
      </button>
      <NounNote of={state} />
      {item && <Open item={item} />}
    </article>
  );
};

const Open = ({ item }: { item: ConversationDetail }) => {
  const aid = useAidText();
  const { here } = useMover();
  const short = useShort();
  const minute = useStore(shownNow, (now) => Math.floor(now / 60_000) * 60_000);
  const conversation = conversationFrom(item.messages);
  const lines = deploymentLines(conversation, item.deliveries);
  const awaited = awaitedOf(conversation, lines, minute, openEnquiries(item.messages, lines));
  const { sharing } = item;
  return (
    <>
      <header>
        <h2>
          <Parties item={item} here={here} />
        </h2>
        <p class="row-facts">
          <AidStatusWord status={item.status} /> {aid.statusLong[item.status]}
        </p>
      </header>
      {sharing.state === 'ended' && <p class="owner-note">{aid.sharedEndedLong(short(sharing.since))}</p>}
      {sharing.state === 'winding-down' && <p class="owner-note">{aid.windingDown(short(sharing.since))}</p>}
      {awaited.length > 0 && (
        <div class="awaited-list">
          {awaited.map((one, index) => (
            <AwaitedLine key={index} awaited={one} item={item} here={here} />
          ))}
        </div>
      )}
      <Actions item={item} conversation={conversation} lines={lines} now={minute} />
      <Wording item={item} conversation={conversation} />
      <Tallies item={item} />
      {lines.length > 0 && <Deployments lines={lines} conversation={conversation} />}
      <Thread item={item} />
    </>
  );
};

interface ActionsProps {
  item: ConversationDetail;
  conversation: ConversationState;
  lines: DeploymentLine[];
  now: number;
}
const Actions = ({ item, conversation, lines, now }: ActionsProps) => {
  const aid = useAidText();
  const text = useText();
  const { here, role, past } = useMover();
  const side = sideOf(conversation, here);
  if (!side) return <p class="owner-note">{aid.notParty}</p>;
  if (role === undefined) {
    return (
      <p class="actions">
        {aid.signInFirst}{' '}
        <button type="button" disabled={past} onClick={() => setView({ dialog: { kind: 'sign-in' } })}>
          {text.signIn}
        </button>
      </p>
    );
  }
  const actions = actionsOf(conversation, side, lines, now);
  if (actions.length === 0) return <p class="quiet">{aid.nothingToDo}</p>;
  const numbers = new Map(threadRows(item.messages).map(({ message, number }) => [message, number]));
  const label = (action: AidAction) => {
    const number = [...numbers].find(([{ event }]) => isAbout(event, action))?.[1];
    return number === undefined ? aid.verb[action.verb] : aid.verbForMessage(aid.verb[action.verb], number);
  };
  const allowed = actions.filter((action) => mayDo(role, action));
  const barred = actions.filter((action) => !mayDo(role, action));
  const answers = ['accept', 'commit', 'offer', 'answer-extension', 'answer-return'];
  return (
    <section class="actions" aria-label={aid.aidActions}>
      {past && <p class="actions-note">{aid.noneInReplay}</p>}
      {allowed.map((action, index) => (
        <button
          key={label(action)}
          type="button"
          class={index === 0 && answers.includes(action.verb) ? 'primary' : ''}
          data-verb={action.verb}
          disabled={past}
          onClick={() => openAction(item, action)}
        >
          {label(action)}
        </button>
      ))}
      {barred.length > 0 && (
        <ul class="barred">
          {barred.map((action) => (
            <li key={label(action)}>
              {label(action)}:{' '}
              {aid.onlyRoles(permissions[permissionOf[action.verb]].map((one) => text.role[one]))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};

/** Whether a message is the one that an action answers or takes back. */
const isAbout = (event: ConversationDetail['messages'][number]['event'], action: AidAction): boolean => {
  if ('offer' in action) {
    const wanted = action.verb === 'commit' || action.verb === 'refuse' ? 'OfferAccepted' : 'OfferMade';
    return event.type === wanted && event.data.offer === action.offer;
  }
  if ('extension' in action)
    return event.type === 'ExtensionAsked' && event.data.extension === action.extension;
  if ('recall' in action) return event.type === 'ReturnAsked' && event.data.recall === action.recall;
  return false;
};

/** The request as it stands now. */
const Wording = ({ item, conversation }: { item: ConversationDetail; conversation: ConversationState }) => {
  const aid = useAidText();
  const short = useShort();
  const { request } = conversation.asking;
  const offered = Object.values(conversation.lending.offers)[0];
  const basis = request?.basis ?? offered?.basis;
  return (
    <section class="block">
      <dl class="facts">
        {item.incident && (
          <Fact name={aid.incident}>
            <IncidentLink id={item.incident} />
          </Fact>
        )}
        {request && (
          <>
            <Fact name={aid.factFrom}>
              {short(request.from)}, {aid.hours(request.durationHours)}
            </Fact>
            <Fact name={aid.factAnswerBy}>{short(request.answerBy)}</Fact>
            {request.note && <Fact name={aid.factNote}>{request.note}</Fact>}
            {request.cancelled !== undefined && <Fact name={aid.factReason}>{request.cancelled}</Fact>}
          </>
        )}
        {basis && <BasisFact basis={basis} />}
      </dl>
    </section>
  );
};

const BasisFact = ({ basis }: { basis: BasisReference }) => {
  const aid = useAidText();
  return 'agreement' in basis ? (
    <Fact name={aid.underAgreement}>
      <a href={pageHref('agreements', basis.agreement)}>{aid.toAgreements}</a>
    </Fact>
  ) : (
    <Fact name={aid.underOverride}>
      <a href={pageHref('agreements')}>{aid.toAgreements}</a>
    </Fact>
  );
};

const Tallies = ({ item }: { item: ConversationDetail }) => {
  const aid = useAidText();
  const name = useKindName();
  const language = useLanguage();
  const steps = ['asked', 'offered', 'accepted', 'committed', 'delivered'] as const;
  return (
    <section class="block">
      <h3>{aid.tallies}</h3>
      <table class="tallies">
        <thead>
          <tr>
            <th scope="col">{aid.tally.item}</th>
            {steps.map((step) => (
              <th key={step} scope="col" class="number">
                {aid.tally[step]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {item.items.map((one) => (
            <tr key={one.item}>
              <th scope="row">{one.kind ? name(one.kind) : aid.itemUnnamed}</th>
              {steps.map((step) => (
                <td key={step} class="number" data-tally={step} data-label={aid.tally[step]}>
                  {formatNumber(language, one[step])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const Deployments = (props: { lines: DeploymentLine[]; conversation: ConversationState }) => {
  const aid = useAidText();
  const nameOf = useResourceNames();
  const kind = useKindName();
  const { lines, conversation } = props;
  return (
    <section class="block">
      <h3>{aid.deployments}</h3>
      <ul class="deployments">
        {lines.map((line) => {
          const pending = Object.entries(conversation.asking.extensions).some(
            ([extension, { deployments }]) =>
              deployments.includes(line.deployment) &&
              conversation.lending.extensionAnswers[`${extension}/${line.deployment}`] === undefined,
          );
          return (
            <li key={line.deployment} data-deployment={line.deployment}>
              <a href={pageHref('resources', line.resource)}>{nameOf(line.resource)}</a>{' '}
              <span class="quiet">{kind(line.kind)}</span>
              <span class="row-facts">
                <span class="state" data-state={line.state}>
                  {aid.deploymentState[line.state]}
                </span>
                {!line.isOver && <Until until={line.until} />}
                {line.recalled && !line.isOver && <b>{aid.recalled}</b>}
                {pending && !line.isOver && <b>{aid.extensionPending}</b>}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
};
