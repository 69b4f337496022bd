/** Resources that are sent to own incidents and come home, and stocks that are promised and handed out. */
import {
  given,
  later,
  placeIn,
  pointNear,
  type Command,
  type Expected,
  type Source,
  type SourceOptions,
} from './command.ts';

type Deployed = 'committed' | 'mobilising' | 'en-route' | 'on-scene' | 'released' | 'returning';
interface Deployment {
  id: string;
  incident: string;
  state: Deployed | 'returned' | 'cancelled';
  until: string;
  path: [number, number][];
}
interface Resource {
  id: string;
  kind: string;
  name: string;
  home: string;
  state: 'available' | 'out-of-service' | Deployed;
  reason?: string | undefined;
  position?: [number, number];
  deployment?: Deployment | undefined;
  past: Deployment[];
  revision: number;
}
type Verb =
  | 'move'
  | 'take-out-of-service'
  | 'back-in-service'
  | 'dispatch'
  | 'mobilise'
  | 'depart'
  | 'arrive'
  | 'report-position'
  | 'extend'
  | 'cancel'
  | 'release'
  | 'start-return'
  | 'end-return'
  | 'retire';

const kinds = ['rubber-boat', 'water-pump', 'generator', 'rescue-vehicle', 'drone', 'medical-team'];
const verbs: Record<Resource['state'], { readonly [verb in Verb]?: number }> = {
  available: { dispatch: 60, move: 15, 'take-out-of-service': 5 },
  'out-of-service': { 'back-in-service': 70, retire: 30 },
  committed: { mobilise: 60, depart: 20, cancel: 10, extend: 10 },
  mobilising: { depart: 80, cancel: 10 },
  'en-route': { arrive: 60, 'report-position': 30, extend: 5, release: 5 },
  'on-scene': { release: 60, 'report-position': 20, extend: 10 },
  released: { 'start-return': 70, 'end-return': 20 },
  returning: { 'end-return': 80, 'report-position': 10 },
};
/** Everything that was ever said of a resource is in its view: past so many it is left alone. */
const MOST_EVENTS = 40;
const HELD = 2;

/** `ownIncident` names one to send to; undefined for none. */
export const resourcesSource = (
  { random, regency, now }: SourceOptions,
  ownIncident: () => string | undefined,
): Source => {
  const all: Resource[] = [];
  let held: Resource[] = [];
  const retire = (resource: Resource) => {
    held = held.filter((other) => other !== resource);
  };

  const register = (key: string): Command => {
    const kind = random.pick(kinds);
    const name = `Alat ${key}`;
    const home = placeIn(regency, random);
    return {
      regency,
      role: 'logistik',
      path: '/api/v1/resources',
      body: { occurredAt: now(), kind, name, home: { place: home } },
      done({ id }) {
        const resource: Resource = {
          id: String(id),
          kind,
          name,
          home,
          state: 'available',
          past: [],
          revision: 1,
        };
        all.push(resource);
        held.push(resource);
      },
      refused: () => undefined,
    };
  };

  const commandOf = (verb: Verb, resource: Resource, key: string): Command | undefined => {
    const occurredAt = now();
    const point = pointNear(random);
    const reason = `Alasan ${key}`;
    const send = (
      path: string,
      body: object,
      change: (answer: Readonly<Record<string, unknown>>) => void,
    ): Command => ({
      regency,
      role: verb === 'take-out-of-service' || verb === 'back-in-service' ? 'kalaksa' : 'pusdalops',
      path: `/api/v1/${path}/${verb}`,
      body: { occurredAt, ...body },
      done(answer) {
        change(answer);
        resource.revision = Number(answer['revision']);
        if (resource.revision >= MOST_EVENTS && !resource.deployment) retire(resource);
      },
      refused: () => retire(resource),
    });
    const onResource = (body: object, change: Parameters<typeof send>[2]) =>
      send(`resources/${resource.id}`, body, change);
    const { deployment } = resource;
    const step = (to: Deployed, body: object = {}) =>
      deployment &&
      send(`deployments/${deployment.id}`, body, () => {
        resource.state = to;
        deployment.state = to;
      });
    const over = (state: 'returned' | 'cancelled', body: object) =>
      deployment &&
      send(`deployments/${deployment.id}`, body, () => {
        deployment.state = state;
        resource.past.push(deployment);
        resource.deployment = undefined;
        resource.state = 'available';
      });
    switch (verb) {
      case 'move':
        return onResource({ point }, () => {
          resource.position = point;
        });
      case 'take-out-of-service':
        return onResource({ reason }, () => {
          resource.state = 'out-of-service';
          resource.reason = reason;
        });
      case 'back-in-service':
        return onResource({}, () => {
          resource.state = 'available';
          resource.reason = undefined;
        });
      case 'dispatch': {
        const incident = ownIncident();
        if (incident === undefined) return undefined;
        const until = later(occurredAt, 24);
        return onResource({ incident, until }, (answer) => {
          resource.state = 'committed';
          resource.deployment = {
            id: String(answer['deployment']),
            incident,
            state: 'committed',
            until,
            path: [],
          };
        });
      }
      case 'mobilise':
        return step('mobilising');
      case 'depart':
        return step('en-route');
      case 'arrive':
        return step('on-scene');
      case 'release':
        return step('released', { reason });
      case 'start-return':
        return step('returning');
      case 'report-position':
        return (
          deployment &&
          send(`deployments/${deployment.id}`, { point }, () => {
            deployment.path.push(point);
            resource.position = point;
          })
        );
      case 'extend': {
        if (!deployment) return undefined;
        const until = later(deployment.until, 2);
        return send(`deployments/${deployment.id}`, { until }, () => {
          deployment.until = until;
        });
      }
      case 'cancel':
        return over('cancelled', { reason });
      case 'end-return':
        return over('returned', { condition: 'Baik' });
      case 'retire':
        retire(resource);
        return undefined;
    }
  };

  return {
    next(key) {
      for (let tries = 0; held.length >= HELD && tries < 10; tries += 1) {
        const resource = random.pick(held);
        const command = commandOf(random.weighted(verbs[resource.state]), resource, key);
        if (command) return command;
      }
      return register(key);
    },
    expected: () =>
      all.map(
        (resource): Expected => ({
          noun: 'resources',
          regency,
          id: resource.id,
          says: given(resource),
        }),
      ),
  };
};

interface Commitment {
  id: string;
  incident: string;
  quantity: number;
  issued: number;
  status: 'open' | 'issued' | 'cancelled';
}
interface Stock {
  id: string;
  kind: string;
  home: string;
  onHand: number;
  commitments: Commitment[];
  revision: number;
}

export const stocksSource = (
  { random, regency, now }: SourceOptions,
  ownIncident: () => string | undefined,
): Source => {
  const all: Stock[] = [];
  let held: Stock | undefined;

  const register = (): Command => {
    const kind = random.pick(['rice', 'blanket', 'sandbag']);
    const home = placeIn(regency, random);
    return {
      regency,
      role: 'logistik',
      path: '/api/v1/stocks',
      body: { occurredAt: now(), kind, home: { place: home } },
      done({ id }) {
        held = { id: String(id), kind, home, onHand: 0, commitments: [], revision: 1 };
        all.push(held);
      },
      refused: () => undefined,
    };
  };
  const on = (
    stock: Stock,
    verb: string,
    body: object,
    change: (answer: Readonly<Record<string, unknown>>) => void,
  ): Command => ({
    regency,
    role: 'kalaksa',
    path: `/api/v1/stocks/${stock.id}/${verb}`,
    body: { occurredAt: now(), ...body },
    done(answer) {
      change(answer);
      stock.revision = Number(answer['revision']);
      if (stock.revision >= MOST_EVENTS) held = undefined;
    },
    refused() {
      held = undefined;
    },
  });

  return {
    next(key) {
      const stock = held;
      if (!stock) return register();
      const open = stock.commitments.filter(({ status }) => status === 'open');
      const free = stock.onHand - open.reduce((sum, { quantity, issued }) => sum + quantity - issued, 0);
      const incident = ownIncident();
      const verb = random.weighted({
        receive: 25,
        count: 3,
        ...(free > 0 && incident !== undefined ? { allot: 30 } : {}),
        ...(open.length > 0 ? { issue: 30, cancel: 8 } : {}),
      });
      if (verb === 'allot' && incident !== undefined) {
        const quantity = random.whole(1, free);
        return on(stock, verb, { incident, quantity }, ({ commitment }) =>
          stock.commitments.push({ id: String(commitment), incident, quantity, issued: 0, status: 'open' }),
        );
      }
      if (verb === 'issue' || verb === 'cancel') {
        const commitment = random.pick(open);
        if (verb === 'cancel') {
          return on(stock, verb, { commitment: commitment.id, reason: `Alasan ${key}` }, () => {
            commitment.status = 'cancelled';
          });
        }
        const quantity = random.whole(1, Math.min(commitment.quantity - commitment.issued, stock.onHand));
        return on(stock, verb, { commitment: commitment.id, quantity }, () => {
          commitment.issued += quantity;
          stock.onHand -= quantity;
          if (commitment.issued === commitment.quantity) commitment.status = 'issued';
        });
      }
      const quantity = random.whole(1, 500);
      if (verb === 'count') {
        // Not less than is promised: what a count takes from a promise is for people to mend.
        const counted = stock.onHand + quantity;
        return on(stock, verb, { quantity: counted, note: `Opname ${key}` }, () => {
          stock.onHand = counted;
        });
      }
      return on(stock, 'receive', { quantity, note: `Masuk ${key}` }, () => {
        stock.onHand += quantity;
      });
    },
    expected: () => all.map((stock): Expected => ({ noun: 'stocks', regency, id: stock.id, says: stock })),
  };
};
