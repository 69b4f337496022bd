/** Who may send a request now: asked before its body is read, in an order that keeps refusals cheap. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Gauge, type Registry } from 'prom-client';
import { type Authenticate, permit, type Principal } from '../principal.ts';
import { Problem } from '../problems.ts';
import { type Claim, Load } from './load.ts';
import { Buckets, networkOf, type RateLimits } from './rates.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request is counted as while it is under way. */
    claim: Claim | undefined;
  }
  interface FastifyContextConfig {
    /** Answered however much there is to do: an operator asks here what is wrong. */
    answersAlways?: boolean;
    /** The answer has no end: its route bounds how many there are. */
    endless?: boolean;
  }
}

export interface GuardOptions {
  authenticate: Authenticate | undefined;
  /** Without them nobody is refused for asking often. */
  rates: RateLimits | undefined;
  metrics: Registry;
}

/**
 * Sets `request.principal`, then refuses: who asks too often (`too_many_requests`), who may not (`not_signed_in`,
 * `role_not_permitted`), and whoever it is when there is too much to do (`overloaded`). The last two of these say in
 * `Retry-After` when to come again.
 */
export const guardRoutes = (app: FastifyInstance, { authenticate, rates, metrics }: GuardOptions): void => {
  const load = new Load();
  const checkRate = rates && rateCheck(rates);
  app.decorateRequest('principal', undefined);
  app.decorateRequest('claim', undefined);
  const admit = (request: FastifyRequest, principal: Principal | undefined) => {
    request.principal = principal;
    checkRate?.(request);
    // Nothing takes the body that may come with it, so it is not read.
    if (request.is404) throw unknownRoute(request);
    const { permission, answersAlways, endless } = request.routeOptions.config;
    if (permission) permit(request, permission);
    if (answersAlways || endless) return;
    const claim = claimOf(request);
    const noRoom = load.enter(claim);
    if (noRoom !== undefined) throw new Problem('overloaded', noRoom, {}, { 'retry-after': '2' });
    request.claim = claim;
  };
  app.addHook('onRequest', (request, _reply, done) => {
    const principal = authenticate?.(request);
    if (principal instanceof Promise) return principal.then((found) => admit(request, found));
    admit(request, principal);
    return done();
  });
  const leave = (request: FastifyRequest) => {
    if (request.claim) load.leave(request.claim);
    request.claim = undefined;
  };
  app.addHook('onResponse', (request, _reply, done) => {
    leave(request);
    done();
  });
  // Who hangs up within the body gets no response, and so no end of it. Once the body is there, what it asks for is
  // being done, whoever waits for it.
  app.addHook('onRequestAbort', (request, done) => {
    if (!request.raw.complete) leave(request);
    done();
  });
  app.addHook('onClose', async () => load.stop());
  watch(load, metrics);
};

const rateCheck = (rates: RateLimits): ((request: FastifyRequest) => void) => {
  const buckets = {
    program: new Buckets(rates.program),
    person: new Buckets(rates.person),
    address: new Buckets(rates.address),
  };
  return (request) => {
    const { principal, headers } = request;
    const signedIn = headers.authorization?.startsWith('Bearer ') ? 'program' : 'person';
    const of = principal ? signedIn : 'address';
    const waitMs = buckets[of].take(principal?.id ?? networkOf(request.ip ?? ''));
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / 1000);
    throw new Problem(
      'too_many_requests',
      `${principal ? 'An account' : 'An address'} may send ${rates[of]} requests a second; try again in ${seconds} s.`,
      { retryAfterSeconds: seconds },
      { 'retry-after': String(seconds) },
    );
  };
};

export const unknownRoute = ({ method, url }: FastifyRequest): Problem =>
  new Problem('route_unknown', `${method} ${url.split('?')[0]?.slice(0, 200)} is not an address here.`);

const claimOf = ({ method, headers, routeOptions, principal }: FastifyRequest): Claim => {
  const length = Number(headers['content-length'] ?? 0);
  const { bodyLimit } = routeOptions;
  const bodyBytes = headers['transfer-encoding'] === undefined ? Math.min(length, bodyLimit) : bodyLimit;
  const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return {
    kind: reads ? 'reads' : 'commands',
    bodyBytes: reads ? 0 : bodyBytes,
    signedIn: principal !== undefined,
  };
};

const watch = (load: Load, metrics: Registry): void => {
  new Gauge({
    name: 'siaga_http_under_way',
    help: 'Requests that have not been answered yet',
    labelNames: ['kind'],
    registers: [metrics],
    collect() {
      for (const kind of ['commands', 'reads'] as const) this.set({ kind }, load.underWay[kind]);
    },
  });
  new Gauge({
    name: 'siaga_event_loop_late_seconds',
    help: 'How late the event loop has been lately, on average: requests are refused when that lasts',
    registers: [metrics],
    collect() {
      this.set(load.lagMs / 1000);
    },
  });
};
