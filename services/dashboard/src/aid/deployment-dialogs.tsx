/** What is said of deployments: extension, release, return and status, each asked and answered. */
import type { DeliveryView } from '@siaga/domain';
import { daysLater, personalNumberIn } from '@siaga/domain';
import { useState } from 'preact/hooks';
import { Command } from '../forms/command.tsx';
import { TimeField } from '../forms/time-field.tsx';
import { isBadPoint, readPoint } from '../forms/point-text.ts';
import {
  Choice,
  Lines,
  PointField,
  fieldAt,
  filled,
  isoOf,
  longEnough,
  madeOf,
} from '../resources/fields.tsx';
import { Until, useShort } from '../resources/parts.tsx';
import { useAidText } from '../text/aid.ts';
import type { ConversationDetail } from './contract.ts';
import { type DeploymentLine, conversationFrom, deploymentLines, openEnquiries } from './conversation.ts';
import { useResourceNames } from './lines.ts';

interface Props {
  item: ConversationDetail;
  onClose: () => void;
}
type Several = Props & { deployments: readonly string[] };

const path = (item: ConversationDetail, verb: string) =>
  `/api/v1/mutual-aid/conversations/${item.id}/${verb}`;

const useLinesOf = (item: ConversationDetail, deployments: readonly string[]): DeploymentLine[] =>
  deploymentLines(conversationFrom(item.messages), item.deliveries).filter(({ deployment }) =>
    deployments.includes(deployment),
  );

/** Which of the deployments it is about. */
const Which = (props: {
  lines: readonly DeploymentLine[];
  value: readonly string[];
  onChange: (value: string[]) => void;
}) => {
  const aid = useAidText();
  const nameOf = useResourceNames();
  const { lines, value, onChange } = props;
  return (
    <fieldset class="offer-group">
      <legend>{aid.deploymentsField}</legend>
      <ul class="near">
        {lines.map(({ deployment, resource, state, until }) => (
          <li key={deployment}>
            <label class="check">
              <input
                type="checkbox"
                data-deployment={deployment}
                checked={value.includes(deployment)}
                onChange={(event) =>
                  onChange(
                    event.currentTarget.checked
                      ? [...value, deployment]
                      : value.filter((one) => one !== deployment),
                  )
                }
              />
              <span>
                <b>{nameOf(resource)}</b>{' '}
                <span class="state" data-state={state}>
                  {aid.deploymentState[state]}
                </span>{' '}
                <Until until={until} />
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
};

/** One deployment out of several. */
const One = (props: {
  lines: readonly DeploymentLine[];
  value: string;
  onChange: (value: string) => void;
}) => {
  const aid = useAidText();
  const nameOf = useResourceNames();
  return (
    <label>
      {aid.deploymentsField}
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.lines.map(({ deployment, resource, state }) => (
          <option key={deployment} value={deployment}>
            {nameOf(resource)} ({aid.deploymentState[state]})
          </option>
        ))}
      </select>
    </label>
  );
};

const earliest = (instants: readonly string[]): string => instants.toSorted()[0] ?? '';

/** Most often it is about tomorrow; never later than the terms allow. */
const aDayMore = (lines: readonly { until: string; latest: string }[]): string => {
  const last = lines
    .map(({ until }) => until)
    .toSorted()
    .at(-1);
  return last === undefined ? '' : earliest([daysLater(last, 1), ...lines.map(({ latest }) => latest)]);
};

export const AskExtensionDialog = ({ item, deployments, onClose }: Several) => {
  const aid = useAidText();
  const short = useShort();
  const lines = useLinesOf(item, deployments);
  const [chosen, setChosen] = useState<string[]>([...deployments]);
  const [until, setUntil] = useState(() => fieldAt(aDayMore(lines)));
  const [reason, setReason] = useState('');
  const about = lines.filter(({ deployment }) => chosen.includes(deployment));
  const latest = earliest(about.map((line) => line.latest));
  const wanted = isoOf(until);
  const made = madeOf(
    () => ({ deployments: chosen, until: wanted, reason: reason.trim() }),
    chosen.length === 0 && aid.fillThis(aid.chooseDeployment),
    wanted === undefined && aid.fillThis(aid.extendUntil),
    wanted !== undefined && about.some((line) => wanted <= line.until) && aid.notLater,
    wanted !== undefined && latest !== '' && wanted > latest && aid.latestAllowed(short(latest)),
    !longEnough(reason) && aid.fillThis(aid.reason),
    personalNumberIn(reason) !== undefined && aid.personalNumber,
  );
  return (
    <Command
      title={aid.verb['ask-extension']}
      path={path(item, 'ask-extension')}
      made={made}
      submit={aid.verb['ask-extension']}
      onClose={onClose}
    >
      <Which lines={lines} value={chosen} onChange={setChosen} />
      <TimeField label={aid.extendUntil} value={until} onChange={setUntil} />
      {latest !== '' && <p class="hint">{aid.latestAllowed(short(latest))}</p>}
      <Lines label={aid.reason} value={reason} required onChange={setReason} />
    </Command>
  );
};

export const AnswerExtensionDialog = (props: Props & { extension: string; deployment: string }) => {
  const aid = useAidText();
  const short = useShort();
  const nameOf = useResourceNames();
  const { item, extension, deployment, onClose } = props;
  const [line] = useLinesOf(item, [deployment]);
  const asked = conversationFrom(item.messages).asking.extensions[extension];
  const [answer, setAnswer] = useState<'yes' | 'no'>('yes');
  const [until, setUntil] = useState(() => fieldAt(asked?.until ?? ''));
  const [reason, setReason] = useState('');
  if (!asked || !line) return null;
  const granted = answer === 'yes';
  const wanted = isoOf(until);
  const made = madeOf(
    () => ({
      extension,
      deployment,
      granted,
      ...(granted ? { until: wanted } : {}),
      ...filled({ reason: reason.trim() }),
    }),
    granted && wanted === undefined && aid.fillThis(aid.extendUntil),
    granted && wanted !== undefined && wanted <= line.until && aid.notLater,
    granted && wanted !== undefined && wanted > line.latest && aid.latestAllowed(short(line.latest)),
    !granted && !longEnough(reason) && aid.fillThis(aid.reason),
    personalNumberIn(reason) !== undefined && aid.personalNumber,
  );
  return (
    <Command
      title={aid.verb['answer-extension']}
      about={nameOf(line.resource)}
      path={path(item, 'answer-extension')}
      made={made}
      submit={aid.verb['answer-extension']}
      onClose={onClose}
    >
      <p class="basis">{aid.askedUntil(short(asked.until), asked.reason)}</p>
      <Choice
        label={aid.answer}
        name="granted"
        value={answer}
        options={[
          { value: 'yes', label: aid.agree },
          { value: 'no', label: aid.disagree },
        ]}
        onChange={setAnswer}
      />
      {granted && (
        <>
          <TimeField label={aid.extendUntil} value={until} onChange={setUntil} />
          <p class="hint">{aid.latestAllowed(short(line.latest))}</p>
        </>
      )}
      <Lines
        label={granted ? aid.reasonOptional : aid.reason}
        value={reason}
        required={!granted}
        onChange={setReason}
      />
    </Command>
  );
};

export const ReleaseDialog = ({ item, deployments, onClose }: Several) => {
  const aid = useAidText();
  const lines = useLinesOf(item, deployments);
  const [chosen, setChosen] = useState<string[]>(deployments.length === 1 ? [...deployments] : []);
  const [reason, setReason] = useState('');
  const made = madeOf(
    () => ({ deployments: chosen, ...filled({ reason: reason.trim() }) }),
    chosen.length === 0 && aid.fillThis(aid.chooseDeployment),
    personalNumberIn(reason) !== undefined && aid.personalNumber,
  );
  return (
    <Command
      title={aid.verb['release-aid']}
      path={path(item, 'release-aid')}
      made={made}
      submit={aid.verb['release-aid']}
      onClose={onClose}
    >
      <p class="hint">{aid.releaseNote}</p>
      <Which lines={lines} value={chosen} onChange={setChosen} />
      <Lines label={aid.reasonOptional} value={reason} onChange={setReason} />
    </Command>
  );
};

export const AskReturnDialog = ({ item, deployments, onClose }: Several) => {
  const aid = useAidText();
  const lines = useLinesOf(item, deployments);
  const [chosen, setChosen] = useState(deployments[0] ?? '');
  const [reason, setReason] = useState('');
  const made = madeOf(
    () => ({ deployment: chosen, reason: reason.trim() }),
    chosen === '' && aid.fillThis(aid.chooseDeployment),
    !longEnough(reason) && aid.fillThis(aid.reason),
    personalNumberIn(reason) !== undefined && aid.personalNumber,
  );
  return (
    <Command
      title={aid.verb['ask-return']}
      path={path(item, 'ask-return')}
      made={made}
      submit={aid.verb['ask-return']}
      onClose={onClose}
    >
      <p class="hint">{aid.returnNote}</p>
      <One lines={lines} value={chosen} onChange={setChosen} />
      <Lines label={aid.reason} value={reason} required onChange={setReason} />
    </Command>
  );
};

export const AnswerReturnDialog = ({ item, recall, onClose }: Props & { recall: string }) => {
  const aid = useAidText();
  const nameOf = useResourceNames();
  const asked = conversationFrom(item.messages).lending.recalls[recall];
  const [line] = useLinesOf(item, [asked?.deployment ?? '']);
  const [answer, setAnswer] = useState<'yes' | 'no'>('yes');
  const [reason, setReason] = useState('');
  if (!asked) return null;
  const made = madeOf(
    () => ({ recall, agreed: answer === 'yes', ...filled({ reason: reason.trim() }) }),
    answer === 'no' && !longEnough(reason) && aid.fillThis(aid.reason),
    personalNumberIn(reason) !== undefined && aid.personalNumber,
  );
  return (
    <Command
      title={aid.verb['answer-return']}
      about={line && nameOf(line.resource)}
      path={path(item, 'answer-return')}
      made={made}
      submit={aid.verb['answer-return']}
      onClose={onClose}
    >
      <p class="basis">{aid.returnReason(asked.reason)}</p>
      <Choice
        label={aid.answer}
        name="agreed"
        value={answer}
        options={[
          { value: 'yes', label: aid.agree },
          { value: 'no', label: aid.disagree },
        ]}
        onChange={setAnswer}
      />
      <Lines
        label={answer === 'yes' ? aid.reasonOptional : aid.reason}
        value={reason}
        required={answer === 'no'}
        onChange={setReason}
      />
    </Command>
  );
};

export const AskStatusDialog = ({ item, deployments, onClose }: Several) => {
  const aid = useAidText();
  const lines = useLinesOf(item, deployments);
  const [chosen, setChosen] = useState<string[]>([...deployments]);
  return (
    <Command
      title={aid.verb['ask-status']}
      path={path(item, 'ask-status')}
      made={madeOf(
        () => ({ deployments: chosen }),
        chosen.length === 0 && aid.fillThis(aid.chooseDeployment),
      )}
      submit={aid.verb['ask-status']}
      onClose={onClose}
    >
      <Which lines={lines} value={chosen} onChange={setChosen} />
    </Command>
  );
};

const reportable = [
  'committed',
  'mobilising',
  'en-route',
  'on-scene',
  'released',
  'returning',
  'returned',
] as const satisfies readonly DeliveryView['state'][];
type Reportable = (typeof reportable)[number];
const asReportable = (state: DeliveryView['state'] | undefined): Reportable =>
  reportable.find((one) => one === state) ?? 'committed';

export const ReportStatusDialog = ({ item, deployments, onClose }: Several) => {
  const aid = useAidText();
  const lines = useLinesOf(item, deployments);
  const [chosen, setChosen] = useState(deployments[0] ?? '');
  const stateOf = (deployment: string) =>
    asReportable(lines.find((line) => line.deployment === deployment)?.state);
  const [status, setStatus] = useState<Reportable>(() => stateOf(chosen));
  const [point, setPoint] = useState('');
  const [note, setNote] = useState('');
  const enquiry = openEnquiries(item.messages, lines).find((one) =>
    one.deployments.includes(chosen),
  )?.enquiry;
  const made = madeOf(
    () => ({
      deployment: chosen,
      status,
      ...filled({ enquiry, point: readPoint(point), note: note.trim() }),
    }),
    chosen === '' && aid.fillThis(aid.chooseDeployment),
    isBadPoint(point) && aid.pointBad,
    personalNumberIn(note) !== undefined && aid.personalNumber,
  );
  return (
    <Command
      title={aid.verb['report-status']}
      path={path(item, 'report-status')}
      made={made}
      submit={aid.verb['report-status']}
      onClose={onClose}
    >
      <One
        lines={lines}
        value={chosen}
        onChange={(deployment) => {
          setChosen(deployment);
          setStatus(stateOf(deployment));
        }}
      />
      <label>
        {aid.statusField}
        <select value={status} onChange={(event) => setStatus(event.currentTarget.value as Reportable)}>
          {reportable.map((one) => (
            <option key={one} value={one}>
              {aid.deploymentState[one]}
            </option>
          ))}
        </select>
      </label>
      <PointField label={aid.pointOptional} typed={point} onChange={setPoint} />
      <Lines label={aid.note} value={note} onChange={setNote} />
    </Command>
  );
};
