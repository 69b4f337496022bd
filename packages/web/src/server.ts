/** What every service's HTTP side shares: validation, problem+json, OpenAPI, security headers, health, metrics. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifySchemaCompiler,
  LogController,
} from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject, validatorCompiler } from 'fastify-type-provider-zod';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { Registry, collectDefaultMetrics, Histogram } from 'prom-client';
import { z } from 'zod';
import { boundConnections, connectionTimes } from './limits/connections.ts';
import { guardRoutes, unknownRoute } from './limits/guard.ts';
import { bombIn } from './limits/json.ts';
import type { IsProxy } from './limits/proxies.ts';
import type { RateLimits } from './limits/rates.ts';
import type { Authenticate } from './principal.ts';
import { Problem, type ProblemCode, problemTable } from './problems.ts';

export interface ReadinessCheck {
  name: string;
  /** Undefined when ready, else a sentence that says what is missing. */
  check: () => string | undefined | Promise<string | undefined>;
}

export interface ServerOptions {
  title: string;
  version: string;
  logger?: Logger | undefined;
  authenticate?: Authenticate;
  readiness?: ReadinessCheck[];
  metrics?: Registry;
  /** How often who may ask; without them nobody is refused for that. */
  rates?: RateLimits | undefined;
  /** Which connections are of a reverse proxy, that says for whom it asks in `X-Forwarded-For`. */
  isProxy?: IsProxy | undefined;
}

const BODY_LIMIT_BYTES = 1024 * 1024;
/** What a refusal of a request's form tells of, at most: a long list of wrong items makes no long answer. */
const MOST_ISSUES = 20;
const LONGEST_ISSUE = 300;
/** What is wrong with bytes that reach no route, by Node's code. */
const clientProblems = new Map<string | undefined, ProblemCode>([
  ['HPE_HEADER_OVERFLOW', 'headers_too_large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 'request_timeout'],
]);
/** Nothing from elsewhere, no inline script or style; style attributes for the map. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "script-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join(';');

/**
 * Makes the Fastify instance onto which a site registers its services. Bodies and queries are validated by
 * the zod schema of the route; response schemas document and are not run. Every error leaves as problem+json.
 */
export const createServer = async (options: ServerOptions): Promise<FastifyInstance> => {
  const { logger, isProxy } = options;
  const securityHeaders = madeOnce();
  const securityLines = Object.entries(securityHeaders)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const app = fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    bodyLimit: BODY_LIMIT_BYTES,
    ...connectionTimes,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    trustProxy: isProxy ?? false,
    routerOptions: { ignoreTrailingSlash: true },
    // An address that can't be decoded reaches no hook and no route.
    frameworkErrors(error, _request, reply) {
      const problem = new Problem('invalid_request', error.message.slice(0, LONGEST_ISSUE));
      void reply.headers(securityHeaders);
      return sendProblem(reply, problem);
    },
    // Broken HTTP never reaches a route; it too gets a problem document.
    clientErrorHandler(error, socket) {
      if (error.code === 'ECONNRESET' || !socket.writable) return;
      const code = clientProblems.get(error.code) ?? 'invalid_request';
      const body = JSON.stringify(new Problem(code).document());
      socket.end(
        `HTTP/1.1 ${problemTable[code].status} ${code}\r\nContent-Type: application/problem+json\r\n` +
          `${securityLines}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  }) as unknown as FastifyInstance;
  app.setValidatorCompiler(compiledWhenMet);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));

  boundConnections(app.server, isProxy ?? (() => false));
  takeJson(app);

  await app.register(cookie);
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders);
    done();
  });
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: options.title, version: options.version } },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });

  const { authenticate, rates, metrics = new Registry() } = options;
  reportProblems(app);
  guardRoutes(app, { authenticate, rates, metrics });
  serveHealth(app, options.readiness ?? []);
  serveMetrics(app, metrics);
  return app;
};

/** The security headers as helmet makes them: the same for every answer, so they are made once. */
const madeOnce = (): Record<string, string> => {
  const headers: Record<string, string> = {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    // A report takes the place from the phone that it is written on.
    'permissions-policy': 'geolocation=(self), camera=(), microphone=(), payment=(), usb=()',
    // What may be kept says so itself.
    'cache-control': 'no-store',
  };
  const answer = new ServerResponse(new IncomingMessage(new Socket()));
  helmet({
    contentSecurityPolicy: false,
    // A site inside an office network often has no certificate; the reverse proxy in front sets HSTS.
    strictTransportSecurity: false,
    // For browsers of before 2015 and for Flash. Each header costs an answer as much as looking up who asks.
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  })(answer.req, answer, (error) => {
    if (error) throw error as Error;
  });
  for (const [name, value] of Object.entries(answer.getHeaders())) headers[name] = String(value);
  return headers;
};

/**
 * Schemas as zod compiles them, each when its first request comes, since compiling takes a millisecond: what fits is
 * read twice as fast, what does not goes through the schema itself and so says the same.
 */
const compiledWhenMet: FastifySchemaCompiler<z.ZodType> = (route) => {
  let validate: ReturnType<typeof validatorCompiler> | undefined;
  return (data: unknown) => {
    validate ??= validatorCompiler({ ...route, schema: z.compile(route.schema) });
    return validate(data);
  };
};

/** Turns every error into a problem document. What is not foreseen is logged and says nothing of itself. */
const reportProblems = (app: FastifyInstance) => {
  app.setErrorHandler((error: FastifyError | Problem, request, reply) => {
    const problem = error instanceof Problem ? error : problemOf(error);
    if (problem.code === 'internal') request.log.error({ err: error }, 'unforeseen error');
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request) => {
    throw unknownRoute(request);
  });
};

const sendProblem = (reply: FastifyReply, problem: Problem) =>
  reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify(problem.document()));

const problemOf = (error: FastifyError): Problem => {
  if (error.validation) {
    const issues = error.validation.slice(0, MOST_ISSUES).map(({ instancePath, message = '' }) => ({
      at: shortened(instancePath || '/'),
      message: shortened(message),
    }));
    const more = error.validation.length - issues.length;
    const sentences = issues.map(
      ({ at, message }) => `${error.validationContext ?? 'body'}${at}: ${message}`,
    );
    if (more > 0) sentences.push(`and ${more} more`);
    return new Problem('invalid_request', sentences.join('; '), { issues });
  }
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Problem('malformed_json', error.message);
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem(
        'body_too_large',
        undefined,
        { limitBytes: BODY_LIMIT_BYTES },
        { connection: 'close' },
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('unsupported_media_type', error.message);
    default: {
      const status = error.statusCode ?? 500;
      return status >= 400 && status < 500
        ? new Problem('invalid_request', error.message)
        : new Problem('internal');
    }
  }
};

const shortened = (text: string): string =>
  text.length > LONGEST_ISSUE ? `${text.slice(0, LONGEST_ISSUE)}…` : text;

/** Fastify's own reading of JSON (`__proto__` and `constructor.prototype` are refused), after a look at its shape. */
const takeJson = (app: FastifyInstance) => {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    const bomb = bombIn(body);
    // It calls back, and returns a promise only where it was not given a callback.
    if (bomb === undefined) void parse(request, body, done);
    else done(new Problem('body_too_complex', bomb));
  });
};

const serveHealth = (app: FastifyInstance, checks: ReadinessCheck[]) => {
  const config = { answersAlways: true };
  app.get('/healthz', { config, schema: { tags: ['site'], summary: 'The process lives' } }, async () => ({
    status: 'ok',
  }));
  const readySchema = { tags: ['site'], summary: 'The site can take commands' };
  app.get('/readyz', { config, schema: readySchema }, async () => {
    const results = await Promise.all(
      checks.map(async ({ name, check }) => ({ name, missing: await check() })),
    );
    const missing = results.filter((result) => result.missing !== undefined);
    if (missing.length > 0) {
      const sentence = missing.map((result) => `${result.name}: ${result.missing}`).join('; ');
      throw new Problem('not_ready', sentence, { missing });
    }
    return { status: 'ready', checks: results.map(({ name }) => name) };
  });
};

const serveMetrics = (app: FastifyInstance, registry: Registry) => {
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'siaga_http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
  app.get(
    '/metrics',
    { config: { answersAlways: true }, schema: { tags: ['site'], summary: 'Prometheus metrics' } },
    async (_request, reply) => {
      const text = await registry.metrics();
      return reply.type(registry.contentType).send(text);
    },
  );
};
