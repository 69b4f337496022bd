import close from '@fortawesome/fontawesome-free/svgs/solid/xmark.svg?icon';
import type { DeploymentView, LegTimes } from '@siaga/domain';
import { mayRole } from '@siaga/domain';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ItemAnswer } from '../api/contract.ts';
import type { ResourceItem } from '../aid/contract.ts';
import { useRegencyName } from '../app/names.ts';
import { useNoun } from '../app/nouns.ts';
import { NounNote } from '../app/noun-note.tsx';
import { openPage, pageHref } from '../app/route.ts';
import { setView } from '../app/view.ts';
import { Icon } from '../icon.tsx';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useLanguage, useText } from '../text/text.ts';
import { fullTime } from '../time.ts';
import { type Mover, movesFor, permissionFor } from './board.ts';
import { TaskName } from './card.tsx';
import { openExtend, openMove, openPosition } from './dialogs.tsx';
import {
  IncidentLink,
  PlaceName,
  ResourceMark,
  StateWord,
  Until,
  pointText,
  useCapacity,
  useMover,
  useShort,
} from './parts.tsx';

/** One resource: its register, what it is doing with all its times, and what it did before. */
export const Drawer = ({ id }: { id: string }) => {
  const aid = useAidText();
  const text = useText();
  const state = useNoun<ItemAnswer<ResourceItem>>(`/api/v1/picture/resources/${id}`, ['resources'], id);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  const item = state.answer?.item;
  return (
    <aside class="drawer" ref={panel} tabIndex={-1} aria-label={item?.name ?? aid.boardTitle}>
      <button
        type="button"
        class="tool detail-close"
        title={text.close}
        aria-label={text.close}
        onClick={() => openPage('resources')}
      >
        <Icon of={close} />
      </button>
      <NounNote of={state} />
      {item && <Resource item={item} />}
    </aside>
  );
};

const Resource = ({ item }: { item: ResourceItem }) => {
  const aid = useAidText();
  const name = useKindName();
  const mover = useMover();
  const owner = useRegencyName(item.regency);
  const short = useShort();
  const { sharing, deployment } = item;
  return (
    <>
      <header class="detail-head">
        <ResourceMark kind={item.kind} state={item.state} />
        <div>
          <h2>{item.name}</h2>
          <p class="detail-where">{name(item.kind)}</p>
          <p class="row-facts">
            <StateWord state={item.state} />
            <span class="owner">{aid.of(owner)}</span>
            {deployment && <Until until={deployment.until} />}
          </p>
        </div>
      </header>
      {sharing.state === 'ended' && <p class="owner-note">{aid.sharedEndedLong(short(sharing.since))}</p>}
      {sharing.state === 'winding-down' && <p class="owner-note">{aid.windingDown(short(sharing.since))}</p>}
      {item.regency === mover.here ? (
        <Actions item={item} mover={mover} />
      ) : (
        <p class="owner-note">{aid.ownedByNeighbour(owner)}</p>
      )}
      <Register item={item} />
      {deployment && <Deployment deployment={deployment} />}
      <section class="block">
        <h3>{aid.past}</h3>
        {item.past.length === 0 && <p class="quiet">{aid.noPast}</p>}
        {item.past.toReversed().map((one) => (
          <details key={one.id} class="more">
            <summary>
              {aid.deploymentState[one.state]}: <TaskName task={one.task} />
            </summary>
            <Times deployment={one} />
          </details>
        ))}
      </section>
    </>
  );
};

const Actions = ({ item, mover }: { item: ResourceItem; mover: Mover }) => {
  const aid = useAidText();
  const text = useText();
  const { role, past } = mover;
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
  const [usual, ...others] = movesFor(item, { ...mover, past: false });
  const mayReport = mayRole(role, permissionFor[item.deployment ? 'report-position' : 'move']);
  const mayExtend =
    mayRole(role, permissionFor.extend) &&
    ['committed', 'mobilising', 'en-route', 'on-scene'].includes(item.state);
  return (
    <section class="actions" aria-label={aid.aidActions}>
      {past && <p class="actions-note">{aid.noneInReplay}</p>}
      {[usual, ...others].map(
        (move) =>
          move && (
            <button
              key={move}
              type="button"
              class={move === usual ? 'primary' : ''}
              data-move={move}
              disabled={past}
              onClick={() => openMove(item, move)}
            >
              {aid.move[move]}
            </button>
          ),
      )}
      {mayExtend && (
        <button type="button" data-move="extend" disabled={past} onClick={() => openExtend(item)}>
          {aid.resourceVerb.extend}
        </button>
      )}
      {mayReport && (
        <button type="button" data-move="position" disabled={past} onClick={() => openPosition(item)}>
          {item.deployment ? aid.resourceVerb['report-position'] : aid.resourceVerb.move}
        </button>
      )}
    </section>
  );
};

export const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Register = ({ item }: { item: ResourceItem }) => {
  const aid = useAidText();
  const language = useLanguage();
  const capacityOf = useCapacity();
  const short = useShort();
  const { home, position } = item;
  const capacity = capacityOf(item.kind, item.capacity);
  return (
    <section class="block">
      <h3>{aid.facts}</h3>
      <dl class="facts">
        {item.stateReason && <Fact name={aid.stateReason}>{item.stateReason}</Fact>}
        {capacity && <Fact name={aid.capacity}>{capacity}</Fact>}
        {item.crew !== undefined && <Fact name={aid.crew}>{`${item.crew} ${aid.unit.person}`}</Fact>}
        <Fact name={aid.home}>
          {home.name && `${home.name}, `}
          <PlaceName code={home.place} />
        </Fact>
        {position && (
          <Fact name={aid.position}>
            {pointText(position.point)}, {aid.positionAt(short(position.at))}
          </Fact>
        )}
        <Fact name={aid.registered}>{fullTime(language, Date.parse(item.registeredAt))}</Fact>
      </dl>
    </section>
  );
};

const Deployment = ({ deployment }: { deployment: DeploymentView }) => {
  const aid = useAidText();
  const short = useShort();
  const { task, path } = deployment;
  return (
    <section class="block">
      <h3>{aid.deployment}</h3>
      <dl class="facts">
        {task.for === 'neighbour' ? (
          <>
            <Fact name={aid.deploymentState[deployment.state]}>
              <TaskName task={task} />
            </Fact>
            <Fact name={'agreement' in task.basis ? aid.underAgreement : aid.underOverride}>
              <a href={pageHref('aid', task.conversation)}>{aid.openConversation}</a>
            </Fact>
          </>
        ) : (
          <Fact name={aid.incident}>
            <IncidentLink id={task.incident} />
          </Fact>
        )}
      </dl>
      <Times deployment={deployment} />
      <h4>{aid.path}</h4>
      {path.length === 0 && <p class="quiet">{aid.noPath}</p>}
      <ol class="path" reversed>
        {path.toReversed().map((one) => (
          <li key={one.sequence}>
            <b>{short(one.at)}</b> {pointText(one.point)}
            {one.note && <span class="quiet"> {one.note}</span>}
          </li>
        ))}
      </ol>
    </section>
  );
};

/** Requested, estimated and actual time of each leg, as EDXL-RM has them. */
const Times = ({ deployment }: { deployment: DeploymentView }) => {
  const aid = useAidText();
  const short = useShort();
  const legs = ['departure', 'arrival', 'returnDeparture', 'returnArrival'] as const;
  const cell = (leg: LegTimes, which: keyof LegTimes) => {
    const at = leg[which];
    return <td data-time={which}>{at === undefined ? <span class="quiet">–</span> : short(at)}</td>;
  };
  return (
    <>
      <p class="quiet">
        {aid.committedAt(short(deployment.committedAt))}
        {deployment.firstUntil !== deployment.until && `, ${aid.extendedFrom(short(deployment.firstUntil))}`}
      </p>
      <table class="legs">
        <thead>
          <tr>
            <th scope="col">{aid.legs}</th>
            <th scope="col">{aid.legRequested}</th>
            <th scope="col">{aid.legEstimated}</th>
            <th scope="col">{aid.legActual}</th>
          </tr>
        </thead>
        <tbody>
          {legs.map((leg) => (
            <tr key={leg}>
              <th scope="row">{aid.leg[leg]}</th>
              {cell(deployment[leg], 'requested')}
              {cell(deployment[leg], 'estimated')}
              {cell(deployment[leg], 'actual')}
            </tr>
          ))}
        </tbody>
      </table>
      {deployment.remark && <p class="entry-text">{deployment.remark}</p>}
    </>
  );
};
