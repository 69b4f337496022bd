import next from '@fortawesome/fontawesome-free/svgs/solid/arrow-right.svg?icon';
import home from '@fortawesome/fontawesome-free/svgs/solid/house-chimney.svg?icon';
import type { Task } from '@siaga/domain';
import type { ResourceItem } from '../aid/contract.ts';
import { pageHref } from '../app/route.ts';
import { Icon } from '../icon.tsx';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useRegencyName } from '../app/names.ts';
import { type Mover, movesFor, nextMove } from './board.ts';
import { openMove } from './dialogs.tsx';
import { IncidentName, PlaceName, ResourceMark, SharingMark, Until, useCapacity } from './parts.tsx';

/** One resource on the board. An own one that may be moved can be dragged, and has its next step as a button. */
export const Card = (props: {
  item: ResourceItem;
  chosen: boolean;
  mover: Mover;
  onDrag: (item: ResourceItem | undefined) => void;
}) => {
  const aid = useAidText();
  const name = useKindName();
  const capacityOf = useCapacity();
  const { item, chosen, mover, onDrag } = props;
  const { deployment } = item;
  const step = nextMove(item, mover);
  const facts = [
    name(item.kind),
    capacityOf(item.kind, item.capacity),
    item.crew ? aid.crewOf(item.crew) : undefined,
  ].filter(Boolean);
  const own = item.regency === mover.here;
  return (
    <li
      class="card"
      data-own={own ? 'yes' : undefined}
      data-sharing={item.sharing.state}
      data-chosen={chosen ? 'yes' : undefined}
      draggable={movesFor(item, mover).length > 0}
      onDragStart={(event) => {
        event.dataTransfer?.setData('text/plain', item.id);
        if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
        // Columns light up after the browser has taken its picture of the card.
        requestAnimationFrame(() => onDrag(item));
      }}
      onDragEnd={() => onDrag(undefined)}
    >
      <a
        class="card-link"
        href={pageHref('resources', item.id)}
        data-row={item.id}
        aria-current={chosen ? 'true' : undefined}
        draggable={false}
      >
        <ResourceMark kind={item.kind} state={item.state} />
        <span class="card-name">{item.name}</span>
      </a>
      <p class="card-facts">{facts.join(' · ')}</p>
      {deployment ? (
        <p class="card-task">
          <TaskName task={deployment.task} />
          <Until until={deployment.until} />
        </p>
      ) : (
        <p class="card-home">
          <Icon of={home} /> <span class="unseen">{aid.home}</span>
          {item.home.name ?? <PlaceName code={item.home.place} />}
        </p>
      )}
      {item.stateReason && <p class="card-reason">{item.stateReason}</p>}
      {!own && (
        <p>
          <SharingMark sharing={item.sharing} regency={item.regency} />
        </p>
      )}
      {step && (
        <button
          type="button"
          class="card-step"
          data-move={step}
          aria-label={aid.nextStep(aid.move[step], item.name)}
          onClick={() => openMove(item, step)}
        >
          {aid.move[step]} <Icon of={next} />
        </button>
      )}
    </li>
  );
};

/** For whom or what it is away. */
export const TaskName = ({ task }: { task: Task }) => {
  const aid = useAidText();
  const neighbour = useRegencyName(task.for === 'neighbour' ? task.regency : '');
  if (task.for === 'neighbour') return <b class="task">{aid.forNeighbour(neighbour)}</b>;
  return (
    <b class="task">
      <IncidentName id={task.incident} />
    </b>
  );
};
