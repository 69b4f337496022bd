import { findPlace, type Place, places } from './gazetteer.ts';

/** How names are compared: no diacritics, no case, everything but letters and digits is a gap. */
const plainName = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** The plain name without the word for its kind: "Kab. Seruyan", "Kabupaten Seruyan" and "Seruyan" are the same. */
export const untitledName = (text: string): string =>
  plainName(text).replace(/^(kabupaten|kab|kecamatan|kec|kelurahan|kel|desa) (?=.)/, '');

interface Entry {
  place: Place;
  name: string;
  /** Without spaces, with and without the word for its kind. */
  joined: string[];
  words: string[];
  /** The words of the places it lies in, to tell namesakes apart: "batu ampar seruyan". */
  around: string[];
}

const joinedName = (name: string): string => name.replaceAll(' ', '');

const wordsOf = (text: string): string[] => plainName(text).split(' ');

function entry(place: Place): Entry {
  const name = untitledName(place.name);
  const around: string[] = [];
  for (let parent = findPlace(place.parent ?? ''); parent; parent = findPlace(parent.parent ?? '')) {
    around.push(...wordsOf(parent.name));
  }
  return {
    place,
    name,
    joined: [joinedName(name), joinedName(plainName(place.name))],
    words: name.split(' '),
    around,
  };
}

const entries: readonly Entry[] = places().map(entry);

/** 0 is the same name; larger is farther; undefined is no match. */
function distance({ name, joined, words, around }: Entry, query: string): number | undefined {
  if (name === query) return 0;
  if (name.startsWith(query)) return 1;
  if (joined.some((known) => known.startsWith(joinedName(query)))) return 2;
  const asked = query.split(' ');
  const begins = (known: string[], word: string) => known.some((candidate) => candidate.startsWith(word));
  if (asked.every((word) => begins(words, word))) return 3;
  const rest = asked.filter((word) => !begins(words, word));
  if (rest.length < asked.length && rest.every((word) => begins(around, word))) return 4;
  return undefined;
}

const largestFirst: Record<Place['kind'], number> = { regency: 0, district: 1, village: 2 };

/**
 * Places whose name begins with, or has words that begin with, what is typed; at most `limit`. Diacritics, case,
 * hyphens and missing spaces do not matter, "Kec." or "Desa" may stand before and the district or regency after. Best
 * match first; equal ones by kind (regency, district, village), then code.
 */
export function searchPlaces(text: string, limit = 10): Place[] {
  const query = untitledName(text);
  if (query === '') return [];
  return entries
    .flatMap((candidate) => {
      const far = distance(candidate, query);
      return far === undefined ? [] : [{ place: candidate.place, far }];
    })
    .sort(
      (a, b) =>
        a.far - b.far ||
        largestFirst[a.place.kind] - largestFirst[b.place.kind] ||
        (a.place.code < b.place.code ? -1 : 1),
    )
    .slice(0, limit)
    .map(({ place }) => place);
}
