import { type GrantedClass, LONGEST_OVERRIDE_DAYS, personalNumberIn } from '@siaga/domain';
import { useState } from 'preact/hooks';
import type { OverrideItem } from '../api/contract.ts';
import { Command } from '../forms/command.tsx';
import type { Made } from '../forms/fields.ts';
import { TextArea, Ticks, isReason } from '../forms/inputs.tsx';
import { TimeField } from '../forms/time-field.tsx';
import { serverNow } from '../picture/clock.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { useLanguage } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { fromWibField, fullTime, toWibField } from '../time.ts';

const DAY_MS = 86_400_000;
const grantedClasses: readonly GrantedClass[] = ['resources', 'mutual-aid'];

export const DeclareOverrideDialog = ({ onClose }: { onClose: () => void }) => {
  const words = useAgreementsText();
  const work = useWorkText();
  const language = useLanguage();
  const [classes, setClasses] = useState<GrantedClass[]>([...grantedClasses]);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(() => toWibField(serverNow() + 3 * DAY_MS));
  const end = fromWibField(until);
  const made = (): Made => {
    if (classes.length === 0) return { missing: words.wrong.dataClasses };
    if (!isReason(reason)) return { missing: work.fillThis(work.reason) };
    const personal = personalNumberIn(reason);
    if (personal) return { missing: personal === 'nik' ? work.personalNik : work.personalPhone };
    if (end === undefined) return { missing: work.fillThis(words.overrideUntil) };
    if (end <= serverNow()) return { missing: words.overridePast };
    if (end > serverNow() + LONGEST_OVERRIDE_DAYS * DAY_MS) return { missing: words.overrideTooLong };
    return { body: { classes, reason: reason.trim(), until: new Date(end).toISOString() } };
  };
  return (
    <Command
      title={words.overrideDeclare}
      path="/api/v1/sharing-overrides"
      made={made()}
      submit={words.overrideDeclare}
      confirm={
        <>
          <p>{words.overrideConfirm}</p>
          <div class="named">
            <p>
              <b>{classes.map((one) => words.dataClass[one]).join('; ')}</b>
            </p>
            <p>{end !== undefined && words.overrideUntilAt(fullTime(language, end))}</p>
            <p>{words.because(reason.trim())}</p>
          </div>
        </>
      }
      onClose={onClose}
    >
      <p class="hint">{words.overridesIntro}</p>
      <Ticks
        label={words.overrideClasses}
        all={grantedClasses}
        chosen={classes}
        nameOf={(one) => words.dataClass[one]}
        onChange={setClasses}
      />
      <TextArea label={words.reasonField} value={reason} onChange={setReason} />
      <TimeField label={words.overrideUntil} value={until} onChange={setUntil} />
    </Command>
  );
};

export const EndOverrideDialog = ({ item, onClose }: { item: OverrideItem; onClose: () => void }) => {
  const words = useAgreementsText();
  const work = useWorkText();
  const [reason, setReason] = useState('');
  const personal = personalNumberIn(reason);
  const made: Made = !isReason(reason)
    ? { missing: work.fillThis(work.reason) }
    : personal
      ? { missing: personal === 'nik' ? work.personalNik : work.personalPhone }
      : { body: { reason: reason.trim() } };
  return (
    <Command
      title={words.overrideEnd}
      about={item.classes.map((one) => words.dataClass[one]).join('; ')}
      path={`/api/v1/sharing-overrides/${item.id}/end`}
      made={made}
      submit={words.overrideEnd}
      onClose={onClose}
    >
      <TextArea label={words.reasonField} value={reason} onChange={setReason} />
    </Command>
  );
};
