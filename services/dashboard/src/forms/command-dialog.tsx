import type { IncidentVerb } from '@siaga/domain';
import type { FunctionComponent } from 'preact';
import { useState } from 'preact/hooks';
import type { IncidentItem } from '../api/contract.ts';
import { uuidV7 } from '../api/uuid.ts';
import { useIncidentPlace, useRegencyName } from '../app/names.ts';
import { serverNow } from '../picture/clock.ts';
import { live } from '../picture/picture.ts';
import { useStore } from '../store.ts';
import type { Text } from '../text/id.ts';
import { problemText } from '../text/problems.ts';
import { useLanguage, useText } from '../text/text.ts';
import { useWorkText } from '../text/work.ts';
import { AssessFields } from './assess-fields.tsx';
import { Dialog } from './dialog.tsx';
import { MergeFields, NoteFields, ReasonFields, SameFields, WithdrawFields } from './plain-fields.tsx';
import type { FieldsProps, Made } from './fields.ts';
import { send } from './send.ts';

const fieldsOf: Record<IncidentVerb, FunctionComponent<FieldsProps>> = {
  verify: NoteFields,
  contain: NoteFields,
  close: NoteFields,
  dismiss: ReasonFields,
  reopen: ReasonFields,
  unmerge: ReasonFields,
  assess: AssessFields,
  merge: MergeFields,
  'declare-same': SameFields,
  'withdraw-same': WithdrawFields,
};

export const CommandDialog = (props: { verb: IncidentVerb; incident: string; onClose: () => void }) => {
  const work = useWorkText();
  const { verb, incident, onClose } = props;
  const item = useStore(live, ({ incidents }) => incidents.get(incident));
  return (
    <Dialog title={work.verb[verb]} wide={verb === 'assess'} onClose={onClose}>
      {item && <CommandForm verb={verb} item={item} onClose={onClose} />}
    </Dialog>
  );
};

const CommandForm = ({
  verb,
  item,
  onClose,
}: {
  verb: IncidentVerb;
  item: IncidentItem;
  onClose: () => void;
}) => {
  const text = useText();
  const work = useWorkText();
  const language = useLanguage();
  const { place } = useIncidentPlace(item);
  const owner = useRegencyName(item.regency);
  const [key] = useState(() => uuidV7(serverNow()));
  const [made, setMade] = useState<Made>({ missing: work.nothingChanged });
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  // The revision that the person sees. It moves with the screen, so a refusal is cured by looking and sending again;
  // a first sending whose answer was lost is found by its key.
  const { revision } = item;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if ('missing' in made) {
      setProblem(made.missing);
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      await send({ path: `/api/v1/incidents/${item.id}/${verb}`, body: made.body, key, revision });
      onClose();
    } catch (error) {
      setProblem(problemText(language, error));
      setBusy(false);
    }
  };
  const Fields = fieldsOf[verb];
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <p class="about-incident">
        {incidentTitle(text, item, place)}, {owner}
      </p>
      <Fields item={item} onMade={setMade} />
      <div class="form-end">
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="button" onClick={onClose} disabled={busy}>
          {work.cancel}
        </button>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? work.sending : work.verb[verb]}
        </button>
      </div>
    </form>
  );
};

const incidentTitle = (text: Text, item: IncidentItem, place: string) =>
  `${text.hazard[item.hazard]} · ${place}`;
