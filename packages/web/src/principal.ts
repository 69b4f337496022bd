/** Who sends a request, and whether they may. */
import { type Permission, type Role, mayRole, permissions } from '@siaga/domain';
import type { FastifyRequest } from 'fastify';
import { Problem } from './problems.ts';

export interface Principal {
  /** Opaque account id: what events carry as `actor`, with the role. */
  id: string;
  role: Role;
}

/**
 * Finds who sends the request: undefined for nobody. Throws a Problem for a session used wrongly. Who need not wait for the
 * answer gives it at once, which spares each request a turn of promises.
 */
export type Authenticate = (
  request: FastifyRequest,
) => Principal | undefined | Promise<Principal | undefined>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set before the body is read; undefined when nobody has signed in. */
    principal: Principal | undefined;
  }
  interface FastifyContextConfig {
    /** The permission that a route needs. Checked before the body is read. */
    permission?: Permission;
  }
}

/** The principal of a request, or a Problem (`not_signed_in`, `role_not_permitted`). */
export const permit = (request: FastifyRequest, permission: Permission): Principal => {
  const { principal } = request;
  if (!principal) throw new Problem('not_signed_in');
  if (!mayRole(principal.role, permission)) {
    const allowed = permissions[permission];
    throw new Problem(
      'role_not_permitted',
      `${permission} is for ${allowed.join(', ')}; you are ${principal.role}.`,
      {
        role: principal.role,
        permission,
        allowed,
      },
    );
  }
  return principal;
};
