/** Who may do what. The roles are those of a regency's BPBD; one person has one role, by least privilege. */
import { z } from 'zod';

export const Role = z.enum(['trc', 'pusdalops', 'logistik', 'kalaksa', 'admin']);
/**
 * `trc`: rapid reaction team in the field. `pusdalops`: duty officer of the operations centre. `logistik`:
 * logistics and equipment. `kalaksa`: head of BPBD. `admin`: keeps accounts and reads what was parked, sends no
 * operational command.
 */
export type Role = z.infer<typeof Role>;

/** The matrix: each permission with the roles that have it. One test walks all of it over HTTP. */
export const permissions = {
  'incident.report': ['trc', 'pusdalops', 'kalaksa'],
  'incident.verify': ['pusdalops', 'kalaksa'],
  'incident.dismiss': ['pusdalops', 'kalaksa'],
  'incident.assess': ['trc', 'pusdalops', 'kalaksa'],
  'incident.contain': ['pusdalops', 'kalaksa'],
  'incident.close': ['pusdalops', 'kalaksa'],
  'incident.reopen': ['pusdalops', 'kalaksa'],
  'incident.merge': ['pusdalops', 'kalaksa'],
  'incident.unmerge': ['pusdalops', 'kalaksa'],
  'incident.declare-same': ['pusdalops', 'kalaksa'],
  'incident.withdraw-same': ['pusdalops', 'kalaksa'],
  'hotspots.take-in': ['pusdalops', 'admin'],
  'hotspots.read-rejected': ['pusdalops', 'kalaksa', 'admin'],
  'picture.read-parked-raw': ['pusdalops', 'kalaksa', 'admin'],
  'accounts.manage': ['admin'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

export const mayRole = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role);
