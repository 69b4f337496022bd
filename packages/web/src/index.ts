export {
  ConfigurationError,
  ledgerAddress,
  logLevel,
  readConfiguration,
  SiteEnvironment,
  webLimits,
  webLimitsOf,
} from './config.ts';
export { networkOf, type RateLimits } from './limits/rates.ts';
export { createLogger } from './log.ts';
export { type Authenticate, type Principal, permit } from './principal.ts';
export { Problem, type ProblemCode, type ProblemDocument, isProblemCode, problemTable } from './problems.ts';
export { type ReadinessCheck, type ServerOptions, createServer } from './server.ts';
