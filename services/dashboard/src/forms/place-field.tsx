import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Place } from '../api/contract.ts';
import { request, withQuery } from '../api/http.ts';
import { usePlaceName, useRegencyName } from '../app/names.ts';
import { regencyName } from '../app/site.ts';
import { useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';

const SETTLE_MS = 120;

/** A village or district by typing: a combobox (WAI-ARIA 1.2) over the site's gazetteer. */
export const PlaceField = (props: {
  label: string;
  chosen: Place | undefined;
  onChoose: (place: Place | undefined) => void;
}) => {
  const text = useText();
  const work = useWorkText();
  const { label, chosen, onChoose } = props;
  const listId = useId();
  const nameOf = (place: Place) =>
    place.kind === 'district'
      ? text.district(place.name)
      : place.status === 'kelurahan'
        ? text.kelurahan(place.name)
        : text.village(place.name);
  const [typed, setTyped] = useState('');
  const [found, setFound] = useState<Place[]>();
  const [at, setAt] = useState(0);
  const asked = useRef<AbortController>(undefined);
  useEffect(() => {
    asked.current?.abort();
    if (typed.trim().length < 2) {
      setFound(undefined);
      return;
    }
    const abort = new AbortController();
    asked.current = abort;
    const timer = setTimeout(() => {
      const path = withQuery('/api/v1/geo/places', { search: typed });
      request<{ items: Place[] }>(path, { signal: abort.signal }).then(
        ({ items }) => {
          setFound(items.filter(({ kind }) => kind !== 'regency'));
          setAt(0);
        },
        () => setFound(undefined),
      );
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const choose = (place: Place) => {
    asked.current?.abort();
    setTyped('');
    setFound(undefined);
    onChoose(place);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!found) return;
    const place = found[at];
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter' && place) choose(place);
    else if (event.key === 'Escape') {
      setFound(undefined);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  const open = found !== undefined;
  return (
    <div class="place-field">
      <label>
        {label}
        <input
          type="text"
          role="combobox"
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={open && found.length > 0 ? `${listId}-${at}` : undefined}
          autocomplete="off"
          placeholder={work.placeHint}
          value={typed !== '' ? typed : chosen ? placeLine(chosen, nameOf(chosen)) : ''}
          onInput={(event) => {
            onChoose(undefined);
            setTyped(event.currentTarget.value);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setFound(undefined)}
        />
      </label>
      <ul id={listId} role="listbox" aria-label={label} hidden={!open || found.length === 0}>
        {found?.map((place, index) => (
          <li
            key={place.code}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => choose(place)}
          >
            <Found place={place} name={nameOf(place)} />
          </li>
        ))}
      </ul>
      <p class="unseen" role="status">
        {open && work.placeCount(found.length)}
      </p>
      {open && found.length === 0 && <p class="hint">{work.placeNone}</p>}
    </div>
  );
};

/** With its district, for many villages share a name. */
const Found = ({ place, name }: { place: Place; name: string }) => {
  const regency = useRegencyName(place.code.slice(0, 5));
  const district = usePlaceName(place.code.slice(0, 8));
  return (
    <>
      <b>{name}</b>
      {place.kind === 'village' ? `, ${district}` : ''}, {regency} <span class="quiet">{place.code}</span>
    </>
  );
};

const placeLine = (place: Place, name: string) => `${name}, ${regencyName(place.code.slice(0, 5))}`;
