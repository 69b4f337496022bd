import down from '@fortawesome/fontawesome-free/svgs/solid/arrow-down.svg?icon';
import up from '@fortawesome/fontawesome-free/svgs/solid/arrow-up.svg?icon';
import trash from '@fortawesome/fontawesome-free/svgs/solid/trash-can.svg?icon';
import type { Clause, GrantedClass, RegencyCode, Terms } from '@siaga/domain';
import { useRegencyNames } from '../app/names.ts';
import { DayField, TextArea, TextField, Ticks } from '../forms/inputs.tsx';
import { Icon } from '../icon.tsx';
import { aidKinds } from '../resources/kinds.ts';
import { useAgreementsText } from '../text/agreements.ts';
import { useKindName } from '../text/kinds.ts';
import { type DocumentFields, freshClauseId, moved } from './document-form.ts';

interface Props {
  fields: DocumentFields;
  /** The two regencies that a contact can be of. */
  parties: readonly RegencyCode[];
  /** Ids that clauses have or had, so that a new one gets another. */
  takenIds: readonly string[];
  change: (part: Partial<DocumentFields>) => void;
}

const grantedClasses: readonly GrantedClass[] = ['resources', 'mutual-aid'];
const payers: readonly Terms['whoPays'][] = ['asking', 'lending', 'each-own'];

/** The whole document: title, terms, articles to add, remove and reorder. */
export const DocumentFieldset = ({ fields, parties, takenIds, change }: Props) => {
  const words = useAgreementsText();
  const kindName = useKindName();
  return (
    <>
      <TextArea
        label={words.titleField}
        value={fields.title}
        rows={2}
        max={300}
        onChange={(title) => change({ title: title.replace(/\s*\n\s*/g, ' ') })}
      />
      <fieldset class="group">
        <legend>{words.terms}</legend>
        <div class="form-columns">
          <DayField label={words.fromField} value={fields.from} onChange={(from) => change({ from })} />
          <DayField
            label={words.toField}
            value={fields.to}
            min={fields.from}
            onChange={(to) => change({ to })}
          />
        </div>
        <Ticks
          label={words.term.dataClasses}
          all={grantedClasses}
          chosen={fields.dataClasses}
          nameOf={(one) => words.dataClass[one]}
          onChange={(dataClasses) => change({ dataClasses })}
        />
        <Ticks
          label={words.term.resourceKinds}
          all={aidKinds}
          chosen={fields.resourceKinds}
          nameOf={kindName}
          onChange={(resourceKinds) => change({ resourceKinds })}
        />
        <p class="beside">
          <button type="button" onClick={() => change({ resourceKinds: [...aidKinds] })}>
            {words.allKinds}
          </button>
          <button type="button" onClick={() => change({ resourceKinds: [] })}>
            {words.noneKinds}
          </button>
        </p>
        <div class="form-columns">
          <NumberField
            label={words.longestField}
            value={fields.longestDeploymentDays}
            onChange={(longestDeploymentDays) => change({ longestDeploymentDays })}
          />
          <NumberField
            label={words.responseField}
            value={fields.responseMinutes}
            onChange={(responseMinutes) => change({ responseMinutes })}
          />
        </div>
        <label>
          {words.term.whoPays}
          <select
            value={fields.whoPays}
            onChange={(event) => change({ whoPays: event.currentTarget.value as Terms['whoPays'] })}
          >
            {payers.map((payer) => (
              <option key={payer} value={payer}>
                {words.whoPays[payer]}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={fields.burdensBudget}
            onChange={(event) => change({ burdensBudget: event.currentTarget.checked })}
          />
          {words.budgetField}
        </label>
        <Contacts fields={fields} parties={parties} change={change} />
      </fieldset>
      <fieldset class="group">
        <legend>{words.clauses}</legend>
        {fields.clauses.map((clause, index) => (
          <ClauseFields
            key={clause.id}
            clause={clause}
            index={index}
            last={index === fields.clauses.length - 1}
            onChange={(next) =>
              change({ clauses: fields.clauses.map((one) => (one.id === clause.id ? next : one)) })
            }
            onMove={(by) => change({ clauses: moved(fields.clauses, index, by) })}
            onRemove={() => change({ clauses: fields.clauses.filter(({ id }) => id !== clause.id) })}
          />
        ))}
        <p class="beside">
          <button
            type="button"
            onClick={() =>
              change({
                clauses: [
                  ...fields.clauses,
                  {
                    id: freshClauseId([...takenIds, ...fields.clauses.map(({ id }) => id)]),
                    heading: '',
                    text: '',
                  },
                ],
              })
            }
          >
            {words.addClause}
          </button>
        </p>
      </fieldset>
    </>
  );
};

const NumberField = (props: { label: string; value: string; onChange: (value: string) => void }) => (
  <label>
    {props.label}
    <input
      inputMode="numeric"
      required
      maxLength={6}
      value={props.value}
      onInput={(event) => props.onChange(event.currentTarget.value)}
    />
  </label>
);

const ClauseFields = (props: {
  clause: Clause;
  index: number;
  last: boolean;
  onChange: (clause: Clause) => void;
  onMove: (by: 1 | -1) => void;
  onRemove: () => void;
}) => {
  const { clause, index, last, onChange, onMove, onRemove } = props;
  const words = useAgreementsText();
  const number = index + 1;
  return (
    <div class="clause-fields" data-clause={clause.id}>
      <div class="clause-line">
        <TextField
          label={words.clauseHeading(number)}
          value={clause.heading}
          onChange={(heading) => onChange({ ...clause, heading })}
        />
        <button
          type="button"
          class="tool"
          aria-label={words.moveUp(number)}
          title={words.moveUp(number)}
          disabled={index === 0}
          onClick={() => onMove(-1)}
        >
          <Icon of={up} />
        </button>
        <button
          type="button"
          class="tool"
          aria-label={words.moveDown(number)}
          title={words.moveDown(number)}
          disabled={last}
          onClick={() => onMove(1)}
        >
          <Icon of={down} />
        </button>
        <button
          type="button"
          class="tool"
          aria-label={words.removeClause(number)}
          title={words.removeClause(number)}
          onClick={onRemove}
        >
          <Icon of={trash} />
        </button>
      </div>
      <TextArea
        label={words.clauseText(number)}
        value={clause.text}
        rows={4}
        max={8000}
        onChange={(text) => onChange({ ...clause, text })}
      />
    </div>
  );
};

const Contacts = ({ fields, parties, change }: Omit<Props, 'takenIds'>) => {
  const words = useAgreementsText();
  const name = useRegencyNames();
  const { contacts } = fields;
  const put = (index: number, part: Partial<DocumentFields['contacts'][number]>) =>
    change({ contacts: contacts.map((contact, at) => (at === index ? { ...contact, ...part } : contact)) });
  return (
    <fieldset class="group">
      <legend>{words.term.contacts}</legend>
      <p class="hint">{words.channelHint}</p>
      {contacts.map((contact, index) => (
        <fieldset key={index} class="contact">
          <legend class="unseen">{words.contact(name(contact.regency))}</legend>
          <label>
            {words.term.contacts}
            <select
              value={contact.regency}
              onChange={(event) => put(index, { regency: event.currentTarget.value })}
            >
              {parties.map((code) => (
                <option key={code} value={code}>
                  {name(code)}
                </option>
              ))}
            </select>
          </label>
          <TextField
            label={words.office}
            value={contact.office}
            onChange={(office) => put(index, { office })}
          />
          <TextField
            label={words.channel}
            value={contact.channel}
            onChange={(channel) => put(index, { channel })}
          />
          <button
            type="button"
            class="tool"
            aria-label={words.removeContact}
            title={words.removeContact}
            onClick={() => change({ contacts: contacts.filter((_, at) => at !== index) })}
          >
            <Icon of={trash} />
          </button>
        </fieldset>
      ))}
      <p class="beside">
        <button
          type="button"
          onClick={() =>
            change({ contacts: [...contacts, { regency: parties[0] ?? '', office: '', channel: '' }] })
          }
        >
          {words.addContact}
        </button>
      </p>
    </fieldset>
  );
};
