export { ConfigurationError, ledgerAddress, readConfiguration, SiteEnvironment } from './config.ts';
export { type Authenticate, type Principal, permit } from './principal.ts';
export { Problem, type ProblemCode, type ProblemDocument, isProblemCode, problemTable } from './problems.ts';
export { type ReadinessCheck, type ServerOptions, createServer } from './server.ts';
