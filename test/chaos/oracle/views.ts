/** What a picture shows of a thing, in the form in which the model of the acknowledged commands says it. */
import type { AidThreadView, IncidentView, ResourceView, StockView } from '@siaga/domain';
import type { Expected } from '../commands/command.ts';

/** The part of a view that follows from what was commanded, and from nothing else. */
export const saysOf = (noun: Expected['noun'], view: object): object => forms[noun](view as never);

const forms = {
  incidents({
    id,
    hazard,
    place,
    occurredAt,
    chronology,
    status,
    details,
    same,
    revision,
    ...rest
  }: IncidentView) {
    const figures = mapped(rest.figures, (row) =>
      mapped(row as Record<string, { count: unknown; observedAt: string }>, ({ count, observedAt }) => ({
        count,
        observedAt,
      })),
    );
    return {
      id,
      hazard,
      place,
      occurredAt,
      chronology,
      status,
      figures,
      details,
      same,
      revision,
      ...(rest.statusReason === undefined ? {} : { reason: rest.statusReason }),
      ...(rest.mergedInto === undefined ? {} : { mergedInto: rest.mergedInto }),
    };
  },
  resources({ id, kind, name, home, state, revision, past, ...rest }: ResourceView) {
    return {
      id,
      kind,
      name,
      home: home.place,
      state,
      revision,
      past: past.map(deployment),
      ...(rest.stateReason === undefined ? {} : { reason: rest.stateReason }),
      ...(rest.position ? { position: rest.position.point } : {}),
      ...(rest.deployment ? { deployment: deployment(rest.deployment) } : {}),
    };
  },
  stocks({ id, kind, home, onHand, commitments, revision }: StockView) {
    return {
      id,
      kind,
      home: home.place,
      onHand,
      commitments: commitments.map(({ task, ...commitment }) => ({
        ...commitment,
        incident: incidentOf(task),
      })),
      revision,
    };
  },
  conversations: ({ status, items }: AidThreadView) => ({ status, delivered: items[0]?.delivered ?? 0 }),
};

const deployment = ({ id, task, state, until, path }: ResourceView['past'][number]) => ({
  id,
  incident: incidentOf(task),
  state,
  until,
  path: path.map(({ point }) => point),
});

const incidentOf = (task: { for: string; incident?: string }): string | undefined => task.incident;

const mapped = <From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

/** Without the numbers of the journal that a site reads, which differ by right for what is not public. */
export const withoutNumbers = (view: object): unknown =>
  JSON.parse(
    JSON.stringify(view, (name, part: unknown) =>
      name === 'sequence' || name === 'sequences' || name === 'sharing' ? undefined : part,
    ),
  );
