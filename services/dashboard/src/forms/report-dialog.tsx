import type { Hazard } from '@siaga/domain';
import { mayRole } from '@siaga/domain';
import { useEffect, useState } from 'preact/hooks';
import { useRegencyName } from '../app/names.ts';
import { closeIncident, openIncident } from '../app/route.ts';
import { session, site } from '../app/site.ts';
import { setView, view } from '../app/view.ts';
import { hazardIcons } from '../hazard-icons.ts';
import { serverNow } from '../picture/clock.ts';
import { replay } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import { problemText } from '../text/problems.ts';
import { useLanguage, useText } from '../text/text.ts';
import type { WorkText } from '../text/work-id.ts';
import { useWorkText } from '../text/work.ts';
import { Dialog } from './dialog.tsx';
import { type Draft, type DraftBody, bodyOf, newDraft, storeDraft, storedDraft } from './draft.ts';
import { FigureFields } from './figure-fields.tsx';
import { PlaceField } from './place-field.tsx';
import { PointInput } from './point-input.tsx';
import { writePoint } from './point-text.ts';
import { send } from './send.ts';
import { TimeField } from './time-field.tsx';

export const ReportDialog = ({ onClose }: { onClose: () => void }) => {
  const text = useText();
  const work = useWorkText();
  const account = useStore(session, (now) => now?.account);
  const past = useStore(replay, (back) => back !== undefined);
  const barred = past
    ? work.reportReplay
    : !account
      ? work.reportSignIn
      : mayRole(account.role, 'incident.report')
        ? undefined
        : work.reportRole(text.role[account.role]);
  return (
    <Dialog title={work.reportTitle} wide onClose={onClose}>
      {barred === undefined ? (
        <ReportForm onClose={onClose} />
      ) : (
        <p class="waiting">
          {barred}{' '}
          {!account && !past && (
            <button type="button" class="primary" onClick={() => setView({ dialog: { kind: 'sign-in' } })}>
              {text.signIn}
            </button>
          )}
        </p>
      )}
    </Dialog>
  );
};

/** What the map gave since the form was last open, if anything. */
const takePicked = (draft: Draft): Draft => {
  const { picked } = view.get();
  return picked ? { ...draft, point: writePoint(picked) } : draft;
};

const ReportForm = ({ onClose }: { onClose: () => void }) => {
  const text = useText();
  const work = useWorkText();
  const language = useLanguage();
  const [draft, setDraft] = useState(() => takePicked(storedDraft() ?? newDraft(serverNow())));
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  useEffect(() => setView({ picked: undefined }), []);
  useEffect(() => storeDraft(draft), [draft]);
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const neighbour = useNeighbourOf(draft.place?.code);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const made = bodyOf(draft);
    if (!made.ok) {
      setProblem(problemOf(made, work));
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      const { id } = await send({ path: '/api/v1/incidents', body: made.body, key: draft.key });
      storeDraft(undefined);
      onClose();
      openIncident(id);
    } catch (error) {
      setProblem(problemText(language, error));
      setTried(true);
      setBusy(false);
    }
  };
  const discard = () => {
    storeDraft(undefined);
    onClose();
  };
  const { place } = draft;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <div class="form-columns">
        <label>
          {work.hazardField}
          <select
            value={draft.hazard}
            required
            onChange={(event) => change({ hazard: event.currentTarget.value as Hazard | '' })}
          >
            <option value="">{work.choose}</option>
            {(Object.keys(hazardIcons) as Hazard[]).map((hazard) => (
              <option key={hazard} value={hazard}>
                {text.hazard[hazard]}
              </option>
            ))}
          </select>
        </label>
        <TimeField
          label={work.whenField}
          value={draft.occurredAt}
          onChange={(occurredAt) => change({ occurredAt })}
        />
      </div>
      <PlaceField label={work.placeField} chosen={place} onChoose={(chosen) => change({ place: chosen })} />
      {neighbour && <p class="problem">{work.placeOther(neighbour)}</p>}
      <PointField typed={draft.point} onChange={(point) => change({ point })} />
      <label>
        {work.chronologyField}
        <textarea
          rows={3}
          maxLength={4000}
          required
          value={draft.chronology}
          onInput={(event) => change({ chronology: event.currentTarget.value })}
        />
        <span class="hint">{work.chronologyHint}</span>
      </label>
      <label>
        {work.sourceField}
        <input
          maxLength={200}
          required
          value={draft.source}
          onInput={(event) => change({ source: event.currentTarget.value })}
        />
        <span class="hint">{work.sourceHint}</span>
      </label>
      <details class="more" open={draft.rows.length > 0}>
        <summary>{work.firstFigures}</summary>
        <FigureFields
          places={place ? [place.code] : []}
          rows={draft.rows}
          onChange={(rows) => change({ rows })}
        />
        {!place && <p class="hint">{work.fillThis(work.placeField)}</p>}
      </details>
      <div class="form-end">
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="button" class="plain" onClick={discard} disabled={busy}>
          {work.discard}
        </button>
        <span class="hint">{work.draftKept}</span>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? work.sending : tried ? work.sendAgain : work.send}
        </button>
      </div>
    </form>
  );
};

/** The neighbour in whose regency a place lies; undefined for an own place. */
const useNeighbourOf = (place: string | undefined): string | undefined => {
  const here = useStore(site, (now) => now?.regency.code);
  const owner = place?.slice(0, 5) ?? '';
  const name = useRegencyName(owner);
  return place === undefined || here === undefined || owner === here ? undefined : name;
};

const problemOf = (made: Exclude<DraftBody, { ok: true }>, work: WorkText): string => {
  if ('point' in made) return work.pointBad;
  if ('personal' in made) return made.personal === 'nik' ? work.personalNik : work.personalPhone;
  if ('row' in made) {
    const what = made.row.measure === '' ? work.figureMeasure : work.measure[made.row.measure];
    return made.problem === 'twice' ? work.twice(what) : work.countMissing(what);
  }
  const names = {
    hazard: work.hazardField,
    occurredAt: work.whenField,
    place: work.placeField,
    chronology: work.chronologyField,
    source: work.sourceField,
  };
  return work.fillThis(names[made.missing]);
};

/** How the device's own location stands: asked for, had to within some metres, or why it was not had. */
type Location = 'sought' | { withinM: number } | 'denied' | 'failed';

const PointField = ({ typed, onChange }: { typed: string; onChange: (typed: string) => void }) => {
  const work = useWorkText();
  const [location, setLocation] = useState<Location>();
  const pick = () => {
    // The map is the situation's, and an open incident covers it on a narrow screen.
    closeIncident();
    setView({ dialog: undefined, picking: true });
  };
  const locate = () => {
    setLocation('sought');
    navigator.geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude, accuracy } }) => {
        onChange(writePoint([longitude, latitude]));
        setLocation({ withinM: Math.ceil(accuracy) });
      },
      ({ code, PERMISSION_DENIED }) => setLocation(code === PERMISSION_DENIED ? 'denied' : 'failed'),
      { enableHighAccuracy: true, timeout: 20_000 },
    );
  };
  const type = (text: string) => {
    setLocation(undefined);
    onChange(text);
  };
  return (
    <div class="point-field">
      <PointInput label={work.pointField} typed={typed} onChange={type} />
      <button type="button" onClick={pick}>
        {work.pointPick}
      </button>
      {/* Browsers give a location only to pages that came over https or from this machine. */}
      {isSecureContext && 'geolocation' in navigator && (
        <button type="button" onClick={locate} disabled={location === 'sought'}>
          {location === 'sought' ? work.pointSought : work.pointHere}
        </button>
      )}
      {typed !== '' && (
        <button type="button" class="plain" onClick={() => type('')}>
          {work.pointClear}
        </button>
      )}
      {typeof location === 'object' && <span class="hint">{work.pointWithin(location.withinM)}</span>}
      {(location === 'denied' || location === 'failed') && (
        <span class="problem" role="alert">
          {location === 'denied' ? work.pointDenied : work.pointFailed}
        </span>
      )}
    </div>
  );
};
