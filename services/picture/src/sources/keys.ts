/** Whose signatures count for which journal. */
import { agreedKeys, type Keyring, keyringAfter } from '@siaga/domain';
import type { TrustedKeys } from '@siaga/stream';
import type { DeliverySource } from '../store/delivery-source.ts';
import type { Store } from '../store/store.ts';

/**
 * The keys of a journal that count after its last event in the picture; undefined for the internal one, which is not
 * signed. `anew`: before its first event, as a rebuild begins.
 *
 * What an agreement names counts at all times: it says who a regency is, not when.
 */
export const keysOf = (
  { regency, journal }: DeliverySource,
  { store, own, trusted, anew = false }: { store: Store; own: string; trusted: TrustedKeys; anew?: boolean },
): Keyring | undefined => {
  if (journal === 'internal') return undefined;
  const now = { change: store.change() };
  const agreements = store.items(now, 'agreements').map(({ halves }) => halves);
  const named = regency === own ? [] : agreedKeys(agreements, own, regency);
  return keyringAfter(
    [...(trusted[regency] ?? []), ...named],
    anew ? undefined : store.item(now, 'signing-keys', regency),
  );
};
