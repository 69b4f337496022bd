import '../styles/aid.css';
import '../styles/detail.css';
import '../styles/forms.css';
import '../text/problems-aid.ts';
import type { ResourceState } from '@siaga/domain';
import { mayRole } from '@siaga/domain';
import { useRef, useState } from 'preact/hooks';
import type { ResourceItem } from '../aid/contract.ts';
import { NounNote } from '../app/noun-note.tsx';
import { route } from '../app/route.ts';
import { view } from '../app/view.ts';
import { shownNow } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { useAidText } from '../text/aid.ts';
import { useKindName } from '../text/kinds.ts';
import { useText } from '../text/text.ts';
import {
  type BoardFilter,
  type Mover,
  askMove,
  boardOf,
  columns,
  moves,
  movesFrom,
  noBoardFilter,
  permissionFor,
} from './board.ts';
import { Card } from './card.tsx';
import { openMove, openRegister } from './dialogs.tsx';
import { Drawer } from './drawer.tsx';
import { resourceKinds } from './kinds.ts';
import { useMover, useResources } from './parts.tsx';
import { useRefusal } from './refusal.ts';
import { Stocks } from './stocks.tsx';

/** The resources of both regencies by state, one of them in a drawer, and the stock below. */
export const ResourcesPage = () => {
  const aid = useAidText();
  const state = useResources();
  const chosen = useStore(route, (now) => (now.page === 'resources' ? now.item : undefined));
  const items = state.answer?.items;
  return (
    <div class="resources" data-drawer={chosen === undefined ? undefined : 'open'}>
      <div class="resources-main">
        <h2 class="unseen">{aid.boardTitle}</h2>
        <NounNote of={state} />
        {items && <Board items={items} chosen={chosen} />}
        {items && <Stocks />}
      </div>
      {chosen !== undefined && items && <Drawer key={chosen} id={chosen} />}
    </div>
  );
};

const toStock = () => {
  const stocks = document.querySelector<HTMLElement>('.stocks');
  stocks?.scrollIntoView();
  stocks?.focus({ preventScroll: true });
};

const Board = ({ items, chosen }: { items: readonly ResourceItem[]; chosen: string | undefined }) => {
  const aid = useAidText();
  const text = useText();
  const mover = useMover();
  const refusal = useRefusal();
  const minute = useStore(shownNow, (now) => Math.floor(now / 60_000));
  const [filter, setFilter] = useState<BoardFilter>(noBoardFilter);
  const [dragged, setDragged] = useState<ResourceItem>();
  const [refused, setRefused] = useState<string>();
  const board = boardOf(items, filter, mover.here, minute * 60_000);
  const shownCount = [...board.values()].reduce((sum, column) => sum + column.length, 0);

  const drop = (item: ResourceItem, to: ResourceState) => {
    const answer = askMove(item, to, mover);
    if ('move' in answer && !('no' in answer)) {
      setRefused(undefined);
      openMove(item, answer.move);
    } else setRefused(refusal(item, to, answer));
  };
  const next = (item: ResourceItem) => {
    const [usual] = movesFrom(item.state);
    if (usual) drop(item, moves[usual].to);
  };
  return (
    <>
      <div class="board-tools">
        <Filters filter={filter} onChange={setFilter} />
        <button type="button" class="to-stock" onClick={toStock}>
          {aid.stockTitle} ↓
        </button>
        <Register mover={mover} />
      </div>
      {refused !== undefined && (
        <p class="problem board-refused" role="alert">
          {refused}{' '}
          <button type="button" class="plain" onClick={() => setRefused(undefined)}>
            {text.close}
          </button>
        </p>
      )}
      {shownCount === 0 && <p class="waiting">{items.length === 0 ? aid.boardEmpty : aid.boardNone}</p>}
      <section
        class="board"
        aria-label={aid.boardColumns}
        onKeyDown={(event) => onBoardKey(event, items, next)}
        hidden={shownCount === 0}
      >
        {columns.map((state) => (
          <Column
            key={state}
            state={state}
            items={board.get(state) ?? []}
            chosen={chosen}
            mover={mover}
            dragged={dragged}
            onDrag={(item) => {
              setDragged(item);
              if (item) setRefused(undefined);
            }}
            onDrop={drop}
          />
        ))}
      </section>
      <p class="hint board-help">{aid.boardHelp}</p>
    </>
  );
};

interface ColumnProps {
  state: ResourceState;
  items: readonly ResourceItem[];
  chosen: string | undefined;
  mover: Mover;
  dragged: ResourceItem | undefined;
  onDrag: (item: ResourceItem | undefined) => void;
  onDrop: (item: ResourceItem, to: ResourceState) => void;
}

const Column = ({ state, items, chosen, mover, dragged, onDrag, onDrop }: ColumnProps) => {
  const aid = useAidText();
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const answer = dragged && askMove(dragged, state, mover);
  const allowed = answer && !('no' in answer);
  const stays = answer && 'no' in answer && answer.no === 'same';
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    <section
      class="column"
      data-column={state}
      data-drop={!dragged || stays ? undefined : allowed ? 'yes' : 'no'}
      data-over={over && dragged ? 'yes' : undefined}
      data-empty={items.length === 0 ? 'yes' : undefined}
      // A drop that is not allowed is taken too: it says why.
      onDragOver={(event) => {
        if (!dragged) return;
        event.preventDefault();
        if (event.dataTransfer) event.dataTransfer.dropEffect = stays ? 'none' : 'move';
      }}
      onDragEnter={() => {
        depth.current += 1;
        setOver(true);
      }}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDrop={(event) => {
        leave();
        if (!dragged) return;
        event.preventDefault();
        if (!stays) onDrop(dragged, state);
      }}
    >
      <h3 class="column-head">
        <span class="state-sign" data-state={state} aria-hidden="true" />
        {aid.state[state]} <span class="column-count">{items.length}</span>
      </h3>
      {items.length === 0 && <p class="column-empty">{aid.columnEmpty}</p>}
      <ul class="cards">
        {items.map((item) => (
          <Card key={item.id} item={item} chosen={item.id === chosen} mover={mover} onDrag={onDrag} />
        ))}
      </ul>
    </section>
  );
};

const Filters = ({ filter, onChange }: { filter: BoardFilter; onChange: (filter: BoardFilter) => void }) => {
  const aid = useAidText();
  const name = useKindName();
  return (
    <>
      <select
        data-search
        aria-label={aid.filterWhose}
        value={filter.whose}
        onChange={(event) =>
          onChange({ ...filter, whose: event.currentTarget.value as BoardFilter['whose'] })
        }
      >
        <option value="">{aid.everyone}</option>
        <option value="own">{aid.own}</option>
        <option value="neighbour">{aid.neighbour}</option>
      </select>
      <select
        aria-label={aid.filterKind}
        value={filter.kind}
        onChange={(event) => onChange({ ...filter, kind: event.currentTarget.value as BoardFilter['kind'] })}
      >
        <option value="">{aid.allKinds}</option>
        {resourceKinds.map((kind) => (
          <option key={kind} value={kind}>
            {name(kind)}
          </option>
        ))}
      </select>
    </>
  );
};

const Register = ({ mover }: { mover: Mover }) => {
  const aid = useAidText();
  if (mover.role === undefined || !mayRole(mover.role, permissionFor.register)) return null;
  return (
    <button type="button" class="primary" disabled={mover.past} onClick={openRegister}>
      {aid.register}
    </button>
  );
};

/** Arrows go from card to card; M makes the next step of the card that has the focus. */
const onBoardKey = (
  event: KeyboardEvent,
  items: readonly ResourceItem[],
  next: (item: ResourceItem) => void,
): void => {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return;
  const { row } = event.target.dataset;
  if (row === undefined) return;
  const cards = (column: Element) => [...column.querySelectorAll<HTMLElement>('[data-row]')];
  const filledColumns = [...document.querySelectorAll('[data-column]')].filter(
    (column) => cards(column).length > 0,
  );
  const here = filledColumns.findIndex((column) => column.contains(event.target as HTMLElement));
  const column = filledColumns[here];
  if (!column) return;
  const at = cards(column).indexOf(event.target);
  const focusIn = (other: Element | undefined, index: number) => {
    const all = other ? cards(other) : [];
    all[Math.max(0, Math.min(index, all.length - 1))]?.focus();
  };
  if (event.key === 'ArrowRight') focusIn(filledColumns[here + 1], at);
  else if (event.key === 'ArrowLeft') focusIn(filledColumns[here - 1], at);
  else if (event.key === 'ArrowDown') focusIn(column, at + 1);
  else if (event.key === 'ArrowUp') focusIn(column, at - 1);
  else if (event.key === 'm' && view.get().shortcuts) {
    const item = items.find(({ id }) => id === row);
    if (item) next(item);
  } else return;
  event.preventDefault();
};
