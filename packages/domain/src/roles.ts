/** Who may do what. The roles are those of a regency's BPBD; one person has one role, by least privilege. */
import { z } from 'zod';

export const Role = z.enum(['trc', 'pusdalops', 'logistik', 'kalaksa', 'admin', 'tetangga']);
/**
 * `trc`: rapid reaction team in the field. `pusdalops`: duty officer of the operations centre. `logistik`:
 * logistics and equipment. `kalaksa`: head of BPBD. `admin`: keeps accounts, feeds in hazard files and reads what was parked;
 * decides nothing of incidents or aid. `tetangga`: a neighbour's site, a program that reads the journal of what is shared
 * when it missed some of it.
 */
export type Role = z.infer<typeof Role>;

/**
 * The matrix: each permission with the roles that have it. test/matrix.test.ts walks all of it, over HTTP at a whole site.
 */
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
  'resource.register': ['logistik', 'kalaksa'],
  'resource.move': ['logistik', 'pusdalops', 'kalaksa'],
  'resource.service': ['logistik', 'kalaksa'],
  'resource.dispatch': ['pusdalops', 'kalaksa'],
  'resource.report': ['trc', 'logistik', 'pusdalops', 'kalaksa'],
  'stock.register': ['logistik', 'kalaksa'],
  'stock.count': ['logistik', 'kalaksa'],
  'stock.issue': ['logistik', 'kalaksa'],
  'aid.request': ['pusdalops', 'kalaksa'],
  'aid.update': ['pusdalops', 'kalaksa'],
  'aid.cancel': ['pusdalops', 'kalaksa'],
  'aid.accept': ['pusdalops', 'kalaksa'],
  'aid.release': ['pusdalops', 'kalaksa'],
  'aid.ask-extension': ['pusdalops', 'kalaksa'],
  'aid.answer-return': ['pusdalops', 'kalaksa'],
  'aid.ask-status': ['pusdalops', 'kalaksa'],
  'aid.offer': ['logistik', 'kalaksa'],
  'aid.withdraw': ['logistik', 'kalaksa'],
  'aid.commit': ['kalaksa'],
  'aid.decline': ['kalaksa'],
  'aid.answer-extension': ['kalaksa'],
  'aid.ask-return': ['kalaksa'],
  'aid.report-status': ['trc', 'logistik', 'pusdalops', 'kalaksa'],
  'agreement.draft': ['pusdalops', 'kalaksa'],
  'agreement.propose': ['logistik', 'pusdalops', 'kalaksa'],
  'agreement.comment': ['logistik', 'pusdalops', 'kalaksa'],
  'agreement.finalise': ['kalaksa'],
  'agreement.approve-dprd': ['kalaksa'],
  'agreement.sign': ['kalaksa'],
  'agreement.terminate': ['kalaksa'],
  'override.declare': ['kalaksa'],
  'override.end': ['kalaksa'],
  'emergency.declare': ['kalaksa'],
  'emergency.extend': ['kalaksa'],
  'emergency.end': ['kalaksa'],
  'emergency.state-inability': ['kalaksa'],
  'hotspots.take-in': ['pusdalops', 'admin'],
  'hotspots.read-rejected': ['pusdalops', 'kalaksa', 'admin'],
  'picture.read-aid': ['trc', 'pusdalops', 'logistik', 'kalaksa', 'admin'],
  'picture.read-parked-raw': ['pusdalops', 'kalaksa', 'admin'],
  'signing-key.rotate': ['admin'],
  'signing-key.revoke': ['admin'],
  'accounts.manage': ['admin'],
  'journal.read': ['tetangga'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

export const mayRole = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role);
