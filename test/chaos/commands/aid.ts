/**
 * Mutual aid, one conversation after another: asked at one site, offered at the other, accepted, committed, brought,
 * released and brought home. Each step waits for what the neighbour said before, and what was released is moved by
 * the lender's site by itself: through whatever faults, every cause has its one effect.
 */
import { type Command, type Expected, later, placeIn, type Source, type SourceOptions } from './command.ts';

interface Conversation {
  id: string;
  status: 'requested' | 'offered' | 'accepted' | 'committed' | 'under-way' | 'ended';
  delivered: number;
}
/** What each step leaves for the next. */
interface Known {
  incident: string;
  boat: string;
  request: string;
  offer: string;
  deployment: string;
}

/**
 * `regency` lends to `neighbour`. A step that is refused for good, as where a clock was set back behind the step
 * before, ends the conversation: then the two pictures are compared with each other only.
 */
export const aidSource = ({ random, regency: lender, neighbour: asker, now }: SourceOptions): Source => {
  const all: (Conversation & { abandoned?: true })[] = [];
  const known: Known = { incident: '', boat: '', request: '', offer: '', deployment: '' };
  let step = 0;

  type Step = (key: string) => Omit<Command, 'refused'>;
  const say =
    (
      regency: string,
      role: string,
      path: () => string,
      body: (key: string) => object,
      done: Command['done'],
      waits: readonly string[] = [],
    ): Step =>
    (key) => ({ regency, role, path: `/api/v1/${path()}`, body: body(key), done, waits });
  const keep =
    (name: keyof Known): Command['done'] =>
    ({ id }) => {
      known[name] = String(id);
    };
  const become = (change: Partial<Conversation>) => Object.assign(all.at(-1) ?? {}, change);
  const onDeployment = (verb: string, change: Partial<Conversation>, waits?: readonly string[]) =>
    say(
      lender,
      'trc',
      () => `deployments/${known.deployment}/${verb}`,
      () => ({}),
      () => become(change),
      waits,
    );

  const steps: Step[] = [
    say(
      asker,
      'trc',
      () => 'incidents',
      (key) => ({
        hazard: 'flood',
        occurredAt: now(),
        place: { district: placeIn(asker, random) },
        chronology: `Perlu bantuan ${key}`,
        source: 'Uji',
      }),
      keep('incident'),
    ),
    say(
      lender,
      'logistik',
      () => 'resources',
      (key) => ({ kind: 'rubber-boat', name: `Perahu ${key}`, home: { place: placeIn(lender, random) } }),
      keep('boat'),
    ),
    say(
      asker,
      'pusdalops',
      () => 'mutual-aid/requests',
      () => ({
        to: lender,
        incident: known.incident,
        items: [{ item: '1', kind: 'rubber-boat', quantity: 1 }],
        where: { place: placeIn(asker, random) },
        from: now(),
        durationHours: 48,
        answerBy: later(now(), 12),
      }),
      (answer) => {
        keep('request')(answer);
        all.push({ id: known.request, status: 'requested', delivered: 0 });
      },
    ),
    say(
      lender,
      'logistik',
      () => 'mutual-aid/offers',
      () => ({
        to: asker,
        request: known.request,
        response: 'accept',
        lines: [{ item: '1', kind: 'rubber-boat', resources: [known.boat] }],
        validUntil: later(now(), 12),
      }),
      (answer) => {
        keep('offer')(answer);
        become({ status: 'offered' });
      },
      ['request_unknown'],
    ),
    say(
      asker,
      'pusdalops',
      () => `mutual-aid/offers/${known.offer}/accept`,
      () => ({ lines: [{ item: '1', resources: [known.boat] }] }),
      () => become({ status: 'accepted' }),
      ['offer_unknown'],
    ),
    say(
      lender,
      'kalaksa',
      () => `mutual-aid/offers/${known.offer}/commit`,
      () => ({}),
      ({ deployments }) => {
        known.deployment = Object.values(deployments as Record<string, string>)[0] ?? '';
        become({ status: 'committed' });
      },
      ['offer_not_accepted'],
    ),
    onDeployment('depart', { status: 'under-way' }),
    onDeployment('arrive', { delivered: 1 }),
    say(
      asker,
      'pusdalops',
      () => `mutual-aid/conversations/${known.request}/release-aid`,
      () => ({ deployments: [known.deployment], reason: 'Air surut' }),
      () => undefined,
      ['deployment_unknown'],
    ),
    // The lender's site releases it by itself when it hears of that.
    onDeployment('start-return', {}, ['not_allowed_in_state']),
    onDeployment('end-return', { status: 'ended' }),
  ];

  return {
    next(key) {
      const make = steps[step];
      if (!make) throw new Error(`aid has no step ${step}`);
      const { done, ...command } = make(key);
      return {
        ...command,
        done(answer) {
          done(answer);
          step = (step + 1) % steps.length;
        },
        refused() {
          const last = all.at(-1);
          if (last && step > 2) last.abandoned = true;
          step = 0;
        },
      };
    },
    expected: () =>
      all.map(
        ({ id, abandoned, ...says }): Expected => ({
          noun: 'conversations',
          regency: asker,
          id,
          says: abandoned ? undefined : says,
        }),
      ),
  };
};
