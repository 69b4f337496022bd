/** What the parts of the fixture site that stand in files of their own share. */
import type { PictureNoun, RegencyCode, Role } from '@siaga/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** What a part of the site that stands in another file is given. */
export interface FixtureArea {
  app: FastifyInstance;
  own: RegencyCode;
  neighbour: RegencyCode;
  /** Undefined for who has not signed in: such a read answers `not_signed_in`. */
  roleOf(request: FastifyRequest): Role | undefined;
  /** Carries a command out once for each Idempotency-Key; `act` answers what is sent, or throws `Rejected`. */
  command(request: FastifyRequest, reply: FastifyReply, act: (role: Role) => object): Promise<FastifyReply>;
  /** Refuses a command whose If-Match is another revision. */
  matches(request: FastifyRequest, revision: number): void;
  /** Tells the streams that something is to be loaded anew. */
  changed(noun: PictureNoun, id: string): void;
  /** The next number of a regency's journal. */
  nextSequence(regency: RegencyCode, at: string): number;
}

/** The domain refused. */
export class Rejected extends Error {
  readonly code: string;
  readonly facts: Record<string, unknown>;
  constructor(code: string, facts: Record<string, unknown> = {}) {
    super(code);
    this.code = code;
    this.facts = facts;
  }
}
