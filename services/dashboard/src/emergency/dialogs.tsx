import xmark from '@fortawesome/fontawesome-free/svgs/solid/xmark.svg?icon';
import { type EmergencyDecree, type EmergencyLevel, type Hazard, personalNumberIn } from '@siaga/domain';
import { useState } from 'preact/hooks';
import type { EmergencyItem, OutlineAnswer } from '../api/contract.ts';
import { request } from '../api/http.ts';
import { usePlaceName, useRegencyNames } from '../app/names.ts';
import { openPage } from '../app/route.ts';
import { site } from '../app/site.ts';
import { Command } from '../forms/command.tsx';
import type { Made } from '../forms/fields.ts';
import { DayField, TextArea, TextField, isReason } from '../forms/inputs.tsx';
import { useKept } from '../forms/kept.ts';
import { PlaceField } from '../forms/place-field.tsx';
import { hazardIcons } from '../hazard-icons.ts';
import { Icon } from '../icon.tsx';
import { serverNow } from '../picture/clock.ts';
import { useStore } from '../store.ts';
import { useEmergencyText } from '../text/emergency.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { dayOf, dayText } from '../time.ts';
import { levelsFor } from './rules.ts';
import { useEmergencyStatuses } from './use-standing.ts';

const DAY_MS = 86_400_000;
/** A first tanggap is commonly for two weeks. */
const USUAL_DAYS = 14;

const usePersonal = (): ((texts: string[], made: Made) => Made) => {
  const work = useWorkText();
  return (texts, made) => {
    const personal = texts.map(personalNumberIn).find((found) => found !== undefined);
    if (!personal) return made;
    return { missing: personal === 'nik' ? work.personalNik : work.personalPhone };
  };
};

/** The revision as it is now: somebody else's decree in between is looked at before another is recorded. */
const useRevision = (item: EmergencyItem): number => {
  const { answer } = useEmergencyStatuses();
  return answer?.items.find(({ id }) => id === item.id)?.revision ?? item.revision;
};

/** `hazard`: given where it is known for which the status is. */
export const DeclareDialog = (props: {
  items: readonly EmergencyItem[];
  hazard?: Hazard;
  onClose: () => void;
}) => {
  const { items, onClose } = props;
  const text = useText();
  const words = useEmergencyText();
  const work = useWorkText();
  const here = useStore(site, (now) => now?.regency.code);
  const personal = usePersonal();
  const { key, fields, change, forget } = useKept(`emergency-declare-${props.hazard ?? ''}`, () => ({
    hazard: (props.hazard ?? '') as Hazard | '',
    level: '' as EmergencyLevel | '',
    decree: '',
    from: dayOf(serverNow()),
    to: dayOf(serverNow() + (USUAL_DAYS - 1) * DAY_MS),
    area: [] as string[],
  }));
  const { hazard, decree, from, to, area } = fields;
  const known = items.find((item) => item.regency === here && item.hazard === hazard);
  const levels = hazard === '' ? [] : levelsFor(hazard, known, serverNow());
  const level = levels.find((one) => one === fields.level) ?? (levels.length === 1 ? levels[0] : undefined);
  const discard = () => {
    forget();
    onClose();
  };
  const made = (): Made => {
    if (hazard === '') return { missing: work.fillThis(words.hazardField) };
    if (levels.length === 0) return { missing: words.levelNone };
    if (level === undefined) return { missing: work.fillThis(words.levelField) };
    if (decree.trim().length < 3) return { missing: work.fillThis(words.decreeField) };
    if (from === '') return { missing: work.fillThis(words.fromField) };
    if (to === '') return { missing: work.fillThis(words.toField) };
    if (to < from) return { missing: words.order };
    if (to < dayOf(serverNow())) return { missing: words.past };
    if (area.length === 0) return { missing: work.fillThis(words.area) };
    return personal([decree], { body: { hazard, level, decree: decree.trim(), area, from, to } });
  };
  return (
    <Command<{ id: string }>
      title={words.declare}
      wide
      path="/api/v1/emergency-statuses"
      made={made()}
      submit={words.declare}
      sendKey={key}
      beside={
        <button type="button" class="plain" onClick={discard}>
          {work.discard}
        </button>
      }
      onClose={onClose}
      onSent={({ id }) => {
        forget();
        openPage('emergency', id);
      }}
    >
      <div class="form-columns">
        <label>
          {words.hazardField}
          <select
            value={hazard}
            required
            disabled={props.hazard !== undefined}
            onChange={(event) => change({ hazard: event.currentTarget.value as Hazard | '', level: '' })}
          >
            <option value="">{work.choose}</option>
            {(Object.keys(hazardIcons) as Hazard[]).map((one) => (
              <option key={one} value={one}>
                {text.hazard[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.levelField}
          <select
            value={level ?? ''}
            required
            disabled={levels.length === 0}
            onChange={(event) => change({ level: event.currentTarget.value as EmergencyLevel | '' })}
          >
            <option value="">{work.choose}</option>
            {levels.map((one) => (
              <option key={one} value={one}>
                {words.level[one]}
              </option>
            ))}
          </select>
          {hazard !== '' && levels.length === 0 && <span class="hint">{words.levelNone}</span>}
        </label>
      </div>
      <TextField label={words.decreeField} value={decree} onChange={(next) => change({ decree: next })} />
      <div class="form-columns">
        <DayField label={words.fromField} value={from} onChange={(next) => change({ from: next })} />
        <DayField label={words.toField} value={to} min={from} onChange={(next) => change({ to: next })} />
      </div>
      <AreaField area={area} here={here ?? ''} onChange={(next) => change({ area: next })} />
    </Command>
  );
};

const AreaField = (props: { area: string[]; here: string; onChange: (area: string[]) => void }) => {
  const { area, here, onChange } = props;
  const words = useEmergencyText();
  const name = useRegencyNames();
  const [problem, setProblem] = useState<string>();
  const add = (codes: string[]) => onChange([...new Set([...area, ...codes])].sort());
  const whole = async () => {
    try {
      const { districts } = await request<OutlineAnswer>('/api/v1/geo/outline');
      const codes = districts.features.flatMap(({ properties: { code } }) =>
        code?.startsWith(here) ? [code] : [],
      );
      if (codes.length === 0) throw new Error('no districts');
      onChange(codes.sort());
      setProblem(undefined);
    } catch {
      setProblem(words.areaFailed);
    }
  };
  return (
    <fieldset class="group">
      <legend>{words.areaChosen}</legend>
      {area.length === 0 ? (
        <p class="hint">{words.areaNone}</p>
      ) : (
        <ul class="chosen-places">
          {area.map((code) => (
            <Chosen key={code} code={code} onRemove={() => onChange(area.filter((one) => one !== code))} />
          ))}
        </ul>
      )}
      <PlaceField
        key={area.length}
        label={words.areaField}
        chosen={undefined}
        onChoose={(place) => {
          if (!place) return;
          const owner = place.code.slice(0, 5);
          setProblem(owner === here ? undefined : words.areaForeign(name(owner)));
          if (owner === here) add([place.code]);
        }}
      />
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <p class="beside">
        <button type="button" onClick={() => void whole()}>
          {words.areaWhole}
        </button>
      </p>
    </fieldset>
  );
};

const Chosen = ({ code, onRemove }: { code: string; onRemove: () => void }) => {
  const words = useEmergencyText();
  const place = usePlaceName(code);
  return (
    <li>
      {place}
      <button
        type="button"
        class="plain"
        aria-label={words.removePlace(place)}
        title={words.removePlace(place)}
        onClick={onRemove}
      >
        <Icon of={xmark} />
      </button>
    </li>
  );
};

interface DecreeProps {
  item: EmergencyItem;
  decree: EmergencyDecree;
  onClose: () => void;
}

const useAbout = ({ item, decree }: Pick<DecreeProps, 'item' | 'decree'>): string => {
  const text = useText();
  const words = useEmergencyText();
  const name = useRegencyNames();
  return `${words.level[decree.level]} · ${text.hazard[item.hazard]}, ${name(item.regency)}, ${words.decreeNumber(decree.decree)}`;
};

export const ExtendDialog = ({ item, decree, onClose }: DecreeProps) => {
  const words = useEmergencyText();
  const work = useWorkText();
  const language = useLanguage();
  const personal = usePersonal();
  const about = useAbout({ item, decree });
  const revision = useRevision(item);
  const [number, setNumber] = useState('');
  const [to, setTo] = useState('');
  const made = (): Made => {
    if (number.trim().length < 3) return { missing: work.fillThis(words.decreeField) };
    if (to <= decree.to) return { missing: words.later(dayText(language, decree.to)) };
    return personal([number], { body: { decree: number.trim(), extends: decree.decree, to } });
  };
  return (
    <Command
      title={words.extend}
      about={about}
      path={`/api/v1/emergency-statuses/${item.id}/extend`}
      made={made()}
      revision={revision}
      submit={words.extend}
      onClose={onClose}
    >
      <TextField label={words.decreeField} value={number} onChange={setNumber} />
      <DayField label={words.toField} value={to} min={decree.to} onChange={setTo} />
    </Command>
  );
};

export const EndDialog = ({ item, decree, onClose }: DecreeProps) => {
  const words = useEmergencyText();
  const work = useWorkText();
  const personal = usePersonal();
  const about = useAbout({ item, decree });
  const revision = useRevision(item);
  const [number, setNumber] = useState('');
  const [reason, setReason] = useState('');
  const made = (): Made => {
    if (!isReason(reason)) return { missing: work.fillThis(work.reason) };
    const by = number.trim();
    if (by !== '' && by.length < 3) return { missing: work.fillThis(words.decreeField) };
    return personal([number, reason], {
      body: { ends: decree.decree, ...(by === '' ? {} : { decree: by }), reason: reason.trim() },
    });
  };
  return (
    <Command
      title={words.end}
      about={about}
      path={`/api/v1/emergency-statuses/${item.id}/end`}
      made={made()}
      revision={revision}
      submit={words.end}
      confirm={
        <>
          <p>{words.endConfirm}</p>
          <p class="named">
            <b>{about}</b>
          </p>
          <p>{words.because(reason.trim())}</p>
        </>
      }
      onClose={onClose}
    >
      <TextField label={words.decreeOptional} value={number} onChange={setNumber} />
      <TextArea label={words.reasonField} value={reason} onChange={setReason} />
    </Command>
  );
};

export const InabilityDialog = ({ item, onClose }: Omit<DecreeProps, 'decree'>) => {
  const text = useText();
  const words = useEmergencyText();
  const work = useWorkText();
  const name = useRegencyNames();
  const personal = usePersonal();
  const revision = useRevision(item);
  const [letter, setLetter] = useState('');
  const [statement, setStatement] = useState('');
  const made = (): Made => {
    if (letter.trim().length < 3) return { missing: work.fillThis(words.letterField) };
    if (!isReason(statement)) return { missing: work.fillThis(words.textField) };
    return personal([letter, statement], { body: { letter: letter.trim(), text: statement.trim() } });
  };
  const about = `${text.hazard[item.hazard]}, ${name(item.regency)}`;
  return (
    <Command
      title={words.stateInability}
      wide
      about={about}
      path={`/api/v1/emergency-statuses/${item.id}/state-inability`}
      made={made()}
      revision={revision}
      submit={words.stateInability}
      confirm={
        <>
          <p>{words.inabilityConfirm}</p>
          <div class="named">
            <p>
              <b>
                {words.letterField}: {letter.trim()}
              </b>
            </p>
            <p class="clause-text">{statement.trim()}</p>
          </div>
        </>
      }
      onClose={onClose}
    >
      <TextField label={words.letterField} value={letter} onChange={setLetter} />
      <TextArea label={words.textField} value={statement} rows={5} max={4000} onChange={setStatement} />
    </Command>
  );
};
