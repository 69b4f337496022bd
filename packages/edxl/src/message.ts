/** An EDXL-RM 1.0 message as this system uses it, its XML, and the way back. */
import { EdxlError } from './error.ts';
import {
  type Content,
  type ContactRole,
  GML,
  type MessageType,
  type Particle,
  RM,
  RMSG,
  type ScheduleType,
  contactRoles,
  messageContent,
  messageTypes,
  scheduleTypes,
} from './structure.ts';
import { type Element, type Written, readXml, writeXml } from './xml.ts';

/** Values of a published list. */
export interface ValueList {
  urn: string;
  values: readonly string[];
}
export interface Location {
  description?: string;
  /** WGS 84 longitude and latitude, as everywhere here; in the XML it is `lat lon`. */
  point?: readonly [number, number];
}
export type Quantity = { text: string } | { amount: number; unit?: ValueList };
export interface Schedule {
  type: ScheduleType;
  /** UTC with milliseconds; in the XML it has the offset +07:00. */
  at?: string;
  location?: Location;
}
export interface ResourceInformation {
  elementId: string;
  response?: {
    preceding: string;
    type: 'Accept' | 'Decline' | 'Provisional';
    reasonCode?: ValueList;
    reason?: string;
  };
  resource?: {
    id?: string;
    name?: string;
    type?: ValueList;
    keywords: readonly ValueList[];
    description?: string;
    deploymentStatus?: ValueList;
  };
  assignment?: { quantity?: Quantity; restrictions?: string; orderId?: string };
  schedule: readonly Schedule[];
}
export interface EdxlMessage {
  type: MessageType;
  messageId: string;
  /** UTC with milliseconds. */
  sentAt: string;
  description?: string;
  originating: string;
  preceding?: string;
  incidents: readonly { id?: string; description?: string }[];
  recall?: { message: string; type: 'Update' | 'Cancel' };
  contacts: readonly { description?: string; role?: ContactRole; location?: Location }[];
  resources: readonly ResourceInformation[];
}

// Out

const rm = (name: string, content: Written['content']): Written => ({ namespace: RM, name, content });
const rmsg = (name: string, content: Written['content']): Written => ({ namespace: RMSG, name, content });
/** An element where there is something to say. */
const some = <Value>(value: Value | undefined, write: (value: Value) => Written): Written[] =>
  value === undefined ? [] : [write(value)];
const filled = (element: Written): Written[] =>
  typeof element.content !== 'string' && element.content.length === 0 ? [] : [element];

/** West Indonesian time (WIB) with its offset. */
const timeText = (at: string): string =>
  new Date(Date.parse(at) + 7 * 3_600_000).toISOString().replace('Z', '+07:00');

const valueList = ({ urn, values }: ValueList): Written[] => [
  rm('ValueListURN', urn),
  ...values.map((value) => rm('Value', value)),
];
const location = ({ description, point }: Location): Written[] => [
  ...some(description, (text) => rm('LocationDescription', text)),
  ...some(point, ([longitude, latitude]) =>
    rm('TargetArea', [
      {
        namespace: GML,
        name: 'Point',
        content: [{ namespace: GML, name: 'pos', content: `${latitude} ${longitude}` }],
      },
    ]),
  ),
];
const quantity = (of: Quantity): Written[] =>
  'text' in of
    ? [rm('QuantityText', of.text)]
    : [
        rm('MeasuredQuantity', [
          rm('Amount', String(of.amount)),
          ...some(of.unit, (unit) => rm('UnitOfMeasure', valueList(unit))),
        ]),
      ];

const resourceInformation = ({
  elementId,
  response,
  resource,
  assignment,
  schedule,
}: ResourceInformation): Written =>
  rmsg('ResourceInformation', [
    rmsg('ResourceInfoElementID', elementId),
    ...some(response, ({ preceding, type, reasonCode, reason }) =>
      rmsg('ResponseInformation', [
        rm('PrecedingResourceInfoElementID', preceding),
        rm('ResponseType', type),
        ...some(reasonCode, (code) => rm('ReasonCode', valueList(code))),
        ...some(reason, (text) => rm('ResponseReason', text)),
      ]),
    ),
    ...some(resource, ({ id, name, type, keywords, description, deploymentStatus }) =>
      rmsg('Resource', [
        ...some(id, (text) => rmsg('ResourceID', text)),
        ...some(name, (text) => rmsg('Name', text)),
        ...some(type, (list) => rmsg('TypeStructure', valueList(list))),
        ...keywords.map((keyword) => rmsg('Keyword', valueList(keyword))),
        ...some(description, (text) => rmsg('Description', text)),
        ...some(deploymentStatus, (list) =>
          rmsg('ResourceStatus', [rmsg('DeploymentStatus', valueList(list))]),
        ),
      ]),
    ).flatMap(filled),
    ...some(assignment, ({ quantity: of, restrictions, orderId }) =>
      rmsg('AssignmentInformation', [
        ...some(of, (one) => rmsg('Quantity', quantity(one))),
        ...some(restrictions, (text) => rmsg('Restrictions', text)),
        ...some(orderId, (text) => rmsg('OrderID', text)),
      ]),
    ).flatMap(filled),
    ...schedule.map(({ type, at, location: where }) =>
      rmsg('ScheduleInformation', [
        rmsg('ScheduleType', type),
        ...some(at, (time) => rmsg('DateTime', timeText(time))),
        ...some(where, (one) => rmsg('Location', location(one))).flatMap(filled),
      ]),
    ),
  ]);

/**
 * Writes a message as EDXL-RM 1.0 XML. Text loses the space around it and what XML does not allow; a message whose
 * required texts are empty is none and throws an EdxlError, as it would when read.
 */
export const toEdxl = (message: EdxlMessage): string => {
  const xml = writeXml(
    rmsg(message.type, [
      rmsg('MessageID', message.messageId),
      rmsg('SentDateTime', timeText(message.sentAt)),
      rmsg('MessageContentType', message.type),
      ...some(message.description, (text) => rmsg('MessageDescription', text)),
      rmsg('OriginatingMessageID', message.originating),
      ...some(message.preceding, (id) => rmsg('PrecedingMessageID', id)),
      ...message.incidents.map(({ id, description }) =>
        rmsg('IncidentInformation', [
          ...some(id, (text) => rm('IncidentID', text)),
          ...some(description, (text) => rm('IncidentDescription', text)),
        ]),
      ),
      ...some(message.recall, ({ message: id, type }) =>
        rmsg('MessageRecall', [rm('RecalledMessageID', id), rm('RecallType', type)]),
      ),
      ...message.contacts.map(({ description, role, location: where }) =>
        rmsg('ContactInformation', [
          ...some(description, (text) => rm('ContactDescription', text)),
          ...some(role, (text) => rm('ContactRole', text)),
          ...some(where, (one) => rm('ContactLocation', location(one))).flatMap(filled),
        ]),
      ),
      ...message.resources.map(resourceInformation),
    ]),
  );
  fromEdxl(xml);
  return xml;
};

// In

export interface ReadMessage {
  message: EdxlMessage;
  /** Paths of elements that EDXL-RM allows and this system has no use for: to be shown, never dropped in silence. */
  unused: string[];
}

/**
 * Reads EDXL-RM 1.0 XML. Strict: an element that the structure does not have at that place is refused, since the
 * standard's sequences are closed; what it has and this system does not use is named in `unused`. A time needs an
 * offset. Throws an EdxlError (code, element, reason), and nothing else.
 */
export const fromEdxl = (xml: string): ReadMessage => {
  const root = readXml(xml);
  const type = oneOf(messageTypes, root.name);
  if (root.namespace !== RMSG || type === undefined) {
    throw new EdxlError('message_type_unknown', `/${root.name}`, `not a message of ${RMSG}`);
  }
  const unused: string[] = [];
  const path = `/${root.name}`;
  const top = checked(root, messageContent, path, unused);
  const declared = top.text('MessageContentType');
  if (declared !== type) {
    throw new EdxlError('content_type_mismatch', `${path}/MessageContentType`, `says ${declared}`);
  }
  const message: EdxlMessage = {
    type,
    messageId: top.text('MessageID'),
    sentAt: top.time('SentDateTime') ?? '',
    ...optional('description', top.maybe('MessageDescription')),
    originating: top.text('OriginatingMessageID'),
    ...optional('preceding', top.maybe('PrecedingMessageID')),
    incidents: top.all('IncidentInformation').map((part) => ({
      ...optional('id', part.maybe('IncidentID')),
      ...optional('description', part.maybe('IncidentDescription')),
    })),
    ...optional(
      'recall',
      top.one('MessageRecall', (part) => ({
        message: part.text('RecalledMessageID'),
        type: part.choice('RecallType', ['Update', 'Cancel']) ?? 'Update',
      })),
    ),
    contacts: top.all('ContactInformation').map((part) => ({
      ...optional('description', part.maybe('ContactDescription')),
      ...optional('role', part.choice('ContactRole', contactRoles)),
      ...optional('location', part.one('ContactLocation', locationOf)),
    })),
    resources: top.all('ResourceInformation').map(resourceInformationOf),
  };
  return { message, unused: [...new Set(unused)] };
};

const optional = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [Name in Key]?: Value };

const oneOf = <Value extends string>(values: readonly Value[], text: string | undefined): Value | undefined =>
  values.find((value) => value === text);

/** An element whose content was checked: its parts by name. */
interface Part {
  path: string;
  text(name: string): string;
  maybe(name: string): string | undefined;
  texts(name: string): string[];
  time(name: string): string | undefined;
  choice<Value extends string>(name: string, values: readonly Value[]): Value | undefined;
  one<Value>(name: string, read: (part: Part) => Value): Value | undefined;
  all(name: string): Part[];
  /** The elements themselves, for what other vocabularies say. */
  raw(name: string): Element | undefined;
  used(name: string): void;
}

/** Checks an element's content against the structure; paths of what is not used are added to `unused`. */
const checked = (element: Element, content: Content, path: string, unused: string[]): Part => {
  if (element.attributes.length > 0) {
    throw new EdxlError('attribute_unexpected', path, `the attribute ${element.attributes.join(', ')}`);
  }
  const particles = typeof content === 'object' && 'sequence' in content ? content.sequence : [];
  if (element.text !== '') throw new EdxlError('text_unexpected', path, 'holds elements, not text');
  const found = new Map<string, { element: Element; particle: Particle; path: string }[]>();
  let next = 0;
  for (const child of element.children) {
    const at = particles.findIndex(
      ({ name, namespace }, index) => index >= next && name === child.name && namespace === child.namespace,
    );
    const particle = particles[at];
    const here = `${path}/${child.name}`;
    if (!particle) throw unexpected(child, particles, next, path);
    const missing = particles.slice(next, at).find(({ name, min }) => min === 1 && !found.has(name));
    if (missing)
      throw new EdxlError('element_missing', `${path}/${missing.name}`, `is needed before ${child.name}`);
    const before = found.get(child.name) ?? [];
    if (before.length > 0 && !particle.many) throw new EdxlError('element_repeated', here, 'stands once');
    found.set(child.name, [...before, { element: child, particle, path: here }]);
    next = at;
  }
  const missing = particles.find(({ name, min }) => min === 1 && !found.has(name));
  if (missing) throw new EdxlError('element_missing', `${path}/${missing.name}`, 'is needed');

  const unusedHere = new Set<string>();
  for (const [name, entries] of found) {
    for (const entry of entries) {
      if (entry.particle.content === 'foreign') unusedHere.add(name);
      else if (typeof entry.particle.content === 'string' || 'oneOf' in entry.particle.content)
        checkLeaf(entry);
    }
  }
  unused.push(...[...unusedHere].map((name) => `${path}/${name}`));

  const value = (name: string) => {
    const text = found.get(name)?.[0]?.element.text;
    return text === '' ? undefined : text;
  };
  const parts = (name: string) =>
    (found.get(name) ?? []).map((entry) =>
      checked(entry.element, entry.particle.content, entry.path, unused),
    );
  return {
    path,
    text: (name) => value(name) ?? '',
    maybe: value,
    texts: (name) => (found.get(name) ?? []).map((entry) => entry.element.text),
    time: (name) => {
      const text = value(name);
      return text === undefined ? undefined : timeOf(text, `${path}/${name}`);
    },
    choice: (name, values) => oneOf(values, value(name)),
    one: (name, read) => parts(name).map(read)[0],
    all: parts,
    raw: (name) => found.get(name)?.[0]?.element,
    used: (name) => {
      const index = unused.indexOf(`${path}/${name}`);
      if (index >= 0) unused.splice(index, 1);
    },
  };
};

const unexpected = (
  child: Element,
  particles: readonly Particle[],
  next: number,
  path: string,
): EdxlError => {
  const allowed = particles.slice(next).map(({ name }) => name);
  const isLate = particles.some(
    ({ name, namespace }) => name === child.name && namespace === child.namespace,
  );
  const expected = allowed.length > 0 ? `; next may come ${allowed.join(', ')}` : '';
  return new EdxlError(
    'element_unexpected',
    `${path}/${child.name}`,
    isLate
      ? `stands too late${expected}`
      : `is not known here in ${child.namespace || 'no namespace'}${expected}`,
  );
};

const checkLeaf = ({
  element,
  particle,
  path,
}: {
  element: Element;
  particle: Particle;
  path: string;
}): void => {
  const { content, min } = particle;
  if (element.attributes.length > 0) {
    throw new EdxlError('attribute_unexpected', path, `the attribute ${element.attributes.join(', ')}`);
  }
  if (element.children.length > 0)
    throw new EdxlError('element_unexpected', path, 'holds text, not elements');
  if (element.text === '' && (min === 1 || content !== 'text')) {
    throw new EdxlError('value_missing', path, 'is empty');
  }
  if (content === 'time') timeOf(element.text, path);
  if (typeof content === 'object' && 'oneOf' in content && !content.oneOf.includes(element.text)) {
    throw new EdxlError('value_not_allowed', path, `${element.text} is none of ${content.oneOf.join(', ')}`);
  }
};

/** xs:dateTime with an offset, in UTC with milliseconds. */
const timeOf = (text: string, path: string): string => {
  const [, day, time, zone] =
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const isDay =
    day !== undefined && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  if (!isDay || time === undefined) throw new EdxlError('value_not_allowed', path, `${text} is not a time`);
  if (zone === undefined)
    throw new EdxlError('time_without_zone', path, 'a time needs its offset, like +07:00');
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()) || instant.getUTCFullYear() > 9999 || instant.getUTCFullYear() < 0) {
    throw new EdxlError('value_not_allowed', path, `${text} is not a time`);
  }
  return instant.toISOString();
};

const valueListOf = (part: Part): ValueList => ({
  urn: part.text('ValueListURN'),
  values: part.texts('Value'),
});

const locationOf = (part: Part): Location => ({
  ...optional('description', part.maybe('LocationDescription')),
  ...optional('point', pointOf(part)),
});

/** The point of a target area, where that is a gml:Point; another shape is left unused. */
const pointOf = (part: Part): readonly [number, number] | undefined => {
  const area = part.raw('TargetArea');
  const [shape] = area?.children ?? [];
  const [position] = shape?.children ?? [];
  if (shape?.namespace !== GML || shape.name !== 'Point' || position?.name !== 'pos') return undefined;
  const [latitude = Number.NaN, longitude = Number.NaN, ...more] = position.text.split(/\s+/).map(Number);
  if (more.length > 0 || !(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) {
    throw new EdxlError(
      'value_not_allowed',
      `${part.path}/TargetArea/Point/pos`,
      `${position.text} is no latitude and longitude`,
    );
  }
  part.used('TargetArea');
  return [longitude, latitude];
};

const quantityOf = (part: Part): Quantity | undefined => {
  const text = part.maybe('QuantityText');
  const measured = part.one('MeasuredQuantity', (inner) => {
    const amount = Number(inner.text('Amount'));
    if (!Number.isFinite(amount))
      throw new EdxlError('value_not_allowed', `${inner.path}/Amount`, 'is not a number');
    return { amount, ...optional('unit', inner.one('UnitOfMeasure', valueListOf)) };
  });
  if (measured && text !== undefined) {
    throw new EdxlError('element_unexpected', `${part.path}/MeasuredQuantity`, 'one of text and measure');
  }
  return measured ?? (text === undefined ? undefined : { text });
};

const responseTypes = ['Accept', 'Decline', 'Provisional'] as const;

const resourceInformationOf = (part: Part): ResourceInformation => ({
  elementId: part.text('ResourceInfoElementID'),
  ...optional(
    'response',
    part.one(
      'ResponseInformation',
      (response): NonNullable<ResourceInformation['response']> => ({
        preceding: response.text('PrecedingResourceInfoElementID'),
        type: response.choice('ResponseType', responseTypes) ?? 'Decline',
        ...optional('reasonCode', response.one('ReasonCode', valueListOf)),
        ...optional('reason', response.maybe('ResponseReason')),
      }),
    ),
  ),
  ...optional(
    'resource',
    part.one('Resource', (resource) => ({
      ...optional('id', resource.maybe('ResourceID')),
      ...optional('name', resource.maybe('Name')),
      ...optional('type', resource.one('TypeStructure', valueListOf)),
      keywords: resource.all('Keyword').map(valueListOf),
      ...optional('description', resource.maybe('Description')),
      ...optional(
        'deploymentStatus',
        resource.one('ResourceStatus', (status) => status.one('DeploymentStatus', valueListOf)),
      ),
    })),
  ),
  ...optional(
    'assignment',
    part.one('AssignmentInformation', (assignment) => ({
      ...optional('quantity', assignment.one('Quantity', quantityOf)),
      ...optional('restrictions', assignment.maybe('Restrictions')),
      ...optional('orderId', assignment.maybe('OrderID')),
    })),
  ),
  schedule: part.all('ScheduleInformation').map((entry) => ({
    type: entry.choice('ScheduleType', scheduleTypes) ?? 'Current',
    ...optional('at', entry.time('DateTime')),
    ...optional('location', entry.one('Location', locationOf)),
  })),
});
