/** Names as hooks: what draws them is drawn again when they arrive. */
import type { RegencyCode } from '@siaga/domain';
import { useEffect } from 'preact/hooks';
import type { IncidentItem } from '../api/contract.ts';
import { live, shownNow } from '../picture/picture.ts';
import type { Text } from '../text/id.ts';
import { useText } from '../text/text.ts';
import { spanOf } from '../time.ts';
import { combine, useStore } from '../store.ts';
import { askPlace, places, regencyName, site } from './site.ts';

const names = combine(site, live, () => regencyName);
/** A regency's name without its kind (`Seruyan`). */
export const useRegencyName = (code: RegencyCode): string => useStore(names, (name) => name(code));

const placeText = (
  text: Text,
  code: string,
  known: { name: string; status?: 'desa' | 'kelurahan' | undefined } | undefined,
): string => {
  if (!known) return text.unknownPlace(code);
  if (code.length === 8) return text.district(known.name);
  return known.status === 'kelurahan' ? text.kelurahan(known.name) : text.village(known.name);
};

/** `Desa Bangkal` or `Kec. Hanau`; asks the site for a name that is not known yet. */
export const usePlaceName = (code: string): string => {
  const text = useText();
  const known = useStore(places, (all) => all.get(code));
  useEffect(() => askPlace(code), [code]);
  return placeText(text, code, known ?? undefined);
};

/** An incident's place; a village with its district. The list brings the names, the stream does not. */
export const useIncidentPlace = (item: IncidentItem): { place: string; district: string | undefined } => {
  const text = useText();
  const { place: code } = item;
  const district = code.slice(0, 8);
  const known = useStore(places, (all) => all.get(code));
  const knownDistrict = useStore(places, (all) => all.get(district));
  useEffect(() => {
    askPlace(code);
    if (district !== code) askPlace(district);
  }, [code, district]);
  const named = known ?? (item.placeName === undefined ? undefined : { name: item.placeName });
  const districtName = knownDistrict?.name ?? item.districtName;
  return {
    place: placeText(text, code, named),
    district: district === code || !districtName ? undefined : text.district(districtName),
  };
};

/** `3 menit lalu`, told from the time that the screen shows. */
export const useAgo = (instant: string): string => {
  const text = useText();
  return useStore(shownNow, (now) => text.ago(spanOf(now - Date.parse(instant))));
};

/** A regency's name by its code, for sentences that name several. */
export const useRegencyNames = (): ((code: RegencyCode) => string) => {
  useStore(site, (known) => known);
  return regencyName;
};
