/** Under what new aid can be asked for or offered: the agreement in force, or the own emergency override. Pure. */
import type { AidKind, BasisReference, RegencyCode } from '@siaga/domain';
import type { AgreementItem, OverrideItem } from '../api/contract.ts';
import { aidKinds } from '../resources/kinds.ts';

export interface KnownBasis {
  reference: BasisReference;
  /** Of the agreement. */
  title?: string;
  until: string;
  kinds: readonly AidKind[];
  longestDays: number;
  /** Within how long a request is to be answered, where it was agreed. */
  responseMinutes?: number;
}

/** An override lasts 14 days at most, and so does what is lent under one. */
const LONGEST_OVERRIDE_DAYS = 14;

/** The agreement with `neighbour` that shares mutual aid, before the own override that does. */
export const basisWith = (
  agreements: readonly AgreementItem[],
  overrides: readonly OverrideItem[],
  here: RegencyCode,
  neighbour: RegencyCode,
): KnownBasis | undefined => {
  for (const { id, owner, counterpart, inForce, versions } of agreements) {
    const isOurs =
      (owner === here && counterpart === neighbour) || (owner === neighbour && counterpart === here);
    const document = versions.find(({ version }) => version === inForce?.version)?.document;
    if (!isOurs || !inForce || !document?.terms.dataClasses.includes('mutual-aid')) continue;
    const { resourceKinds, longestDeploymentDays, responseMinutes } = document.terms;
    return {
      reference: { agreement: id },
      title: document.title,
      until: inForce.until,
      kinds: resourceKinds,
      longestDays: longestDeploymentDays,
      responseMinutes,
    };
  }
  const override = overrides.find(
    ({ regency, inForce, classes }) => regency === here && inForce && classes.includes('mutual-aid'),
  );
  return (
    override && {
      reference: { override: override.id },
      until: override.until,
      kinds: aidKinds,
      longestDays: LONGEST_OVERRIDE_DAYS,
    }
  );
};
