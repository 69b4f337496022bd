import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import { create } from 'xmlbuilder2';
import {
  EdxlError,
  type EdxlErrorCode,
  type EdxlMessage,
  MAX_LENGTH,
  RM,
  RMSG,
  fromEdxl,
  messageTypes,
  toEdxl,
} from '../src/index.ts';
import { contactRoles, scheduleTypes } from '../src/structure.ts';

/** A message with everything in it that this system says. */
const full: EdxlMessage = {
  type: 'ResponseToRequestResource',
  messageId: 'urn:2',
  sentAt: '2026-09-07T05:00:00.000Z',
  description: 'Dua perahu & satu dapur',
  originating: 'urn:1',
  preceding: 'urn:1',
  incidents: [{ id: 'incident-1', description: 'Banjir' }],
  recall: { message: 'urn:0', type: 'Update' },
  contacts: [
    {
      description: 'Pusdalops Kotim',
      role: 'Owner',
      location: { description: 'Sampit', point: [112.95, -2.53] },
    },
  ],
  resources: [
    {
      elementId: '1',
      response: {
        preceding: '1',
        type: 'Provisional',
        reasonCode: { urn: 'urn:codes', values: ['fuel'] },
        reason: 'Bahan bakar',
      },
      resource: {
        id: 'boat-3',
        name: 'Perahu karet 03',
        type: { urn: 'urn:kinds', values: ['rubber-boat'] },
        keywords: [{ urn: 'urn:a', values: ['x', 'y'] }],
        description: '8 orang',
        deploymentStatus: { urn: 'urn:states', values: ['en-route'] },
      },
      assignment: {
        quantity: { amount: 2, unit: { urn: 'urn:units', values: ['piece'] } },
        restrictions: 'Siang saja',
        orderId: 'order-1',
      },
      schedule: [
        {
          type: 'RequestedArrival',
          at: '2026-09-07T11:00:00.000Z',
          location: { description: 'Dermaga', point: [112.1, -1.2] },
        },
      ],
    },
    { elementId: '2', assignment: { quantity: { text: '500' } }, schedule: [] },
  ],
};

/** What another system may say: other prefixes, its own typing, funding, an address. */
const foreign = `<?xml version="1.0" encoding="UTF-8"?>
<!-- asked by radio first -->
<m:RequestResource xmlns:m="urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg" xmlns:c="urn:oasis:names:tc:emergency:EDXL:RM:1.0"
  xmlns:xal="urn:oasis:names:tc:ciq:xal:3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b">
  <m:MessageID>RequestResource.1</m:MessageID>
  <m:SentDateTime>2026-06-09T13:00:00-04:00</m:SentDateTime>
  <m:MessageContentType>RequestResource</m:MessageContentType>
  <m:OriginatingMessageID>RequestResource.1</m:OriginatingMessageID>
  <m:IncidentInformation><c:IncidentID>incident-7</c:IncidentID></m:IncidentInformation>
  <m:Funding><c:FundCode>B-7</c:FundCode></m:Funding>
  <m:ContactInformation>
    <c:ContactDescription>Fire Station</c:ContactDescription>
    <c:ContactRole>Requester</c:ContactRole>
    <c:ContactLocation>
      <c:LocationDescription>Arlington</c:LocationDescription>
      <c:TargetArea><g:Point xmlns:g="http://www.opengis.net/gml"><g:pos>38.8 -77.2</g:pos></g:Point></c:TargetArea>
    </c:ContactLocation>
  </m:ContactInformation>
  <m:ResourceInformation>
    <m:ResourceInfoElementID>R.1</m:ResourceInfoElementID>
    <m:Resource>
      <m:TypeStructure><c:ValueListURN>http://example.org/typing</c:ValueListURN><c:Value>Type I</c:Value></m:TypeStructure>
      <m:TypeInfo><Resource>Track dozer</Resource><Kind>Equipment</Kind></m:TypeInfo>
    </m:Resource>
    <m:AssignmentInformation><m:Quantity><c:QuantityText>4</c:QuantityText></m:Quantity></m:AssignmentInformation>
    <m:ScheduleInformation>
      <m:ScheduleType>RequestedArrival</m:ScheduleType>
      <m:Location>
        <c:LocationDescription>Depot</c:LocationDescription>
        <c:Address><xal:Country><xal:NameElement xal:NameCode="US"/></xal:Country></c:Address>
      </m:Location>
    </m:ScheduleInformation>
  </m:ResourceInformation>
</m:RequestResource>`;

const out = suite('EDXL-RM out');
/**
 * The children of each element in the order of the OASIS schemas, written down from generated documentation of those
 * schemas (ResourceInformation and what is in it) and from sample messages that name them (head, contacts, locations,
 * response); `structure.ts` says what of it is unconfirmed. The prefix tells the namespace.
 */
const order: Record<string, string[]> = {
  'rmsg:ResponseToRequestResource': [
    'rmsg:MessageID',
    'rmsg:SentDateTime',
    'rmsg:MessageContentType',
    'rmsg:MessageDescription',
    'rmsg:OriginatingMessageID',
    'rmsg:PrecedingMessageID',
    'rmsg:IncidentInformation',
    'rmsg:MessageRecall',
    'rmsg:Funding',
    'rmsg:ContactInformation',
    'rmsg:ResourceInformation',
  ],
  'rmsg:IncidentInformation': ['rm:IncidentID', 'rm:IncidentDescription'],
  'rmsg:MessageRecall': ['rm:RecalledMessageID', 'rm:RecallType'],
  'rmsg:ContactInformation': [
    'rm:ContactDescription',
    'rm:ContactRole',
    'rm:Radio',
    'rm:ContactLocation',
    'rm:AdditionalContactInformation',
  ],
  'rm:ContactLocation': ['rm:LocationDescription', 'rm:Address', 'rm:TargetArea'],
  'rmsg:Location': ['rm:LocationDescription', 'rm:Address', 'rm:TargetArea'],
  'rm:TargetArea': ['gml:Point'],
  'gml:Point': ['gml:pos'],
  'rmsg:ResourceInformation': [
    'rmsg:ResourceInfoElementID',
    'rmsg:ResponseInformation',
    'rmsg:Resource',
    'rmsg:AssignmentInformation',
    'rmsg:ScheduleInformation',
  ],
  'rmsg:ResponseInformation': [
    'rm:PrecedingResourceInfoElementID',
    'rm:ResponseType',
    'rm:ReasonCode',
    'rm:ResponseReason',
  ],
  'rm:ReasonCode': ['rm:ValueListURN', 'rm:Value'],
  'rmsg:Resource': [
    'rmsg:ResourceID',
    'rmsg:Name',
    'rmsg:TypeStructure',
    'rmsg:TypeInfo',
    'rmsg:Keyword',
    'rmsg:Description',
    'rmsg:Credentials',
    'rmsg:Certifications',
    'rmsg:SpecialRequirements',
    'rmsg:ResponsibleParty',
    'rmsg:OwnershipInformation',
    'rmsg:ResourceStatus',
  ],
  'rmsg:TypeStructure': ['rm:ValueListURN', 'rm:Value'],
  'rmsg:Keyword': ['rm:ValueListURN', 'rm:Value'],
  'rmsg:ResourceStatus': ['rmsg:InventoryRefreshDateTime', 'rmsg:DeploymentStatus', 'rmsg:Availability'],
  'rmsg:DeploymentStatus': ['rm:ValueListURN', 'rm:Value'],
  'rmsg:AssignmentInformation': [
    'rmsg:Quantity',
    'rmsg:Restrictions',
    'rmsg:AnticipatedFunction',
    'rmsg:PriceQuote',
    'rmsg:OrderID',
    'rmsg:AssignmentInstructions',
  ],
  'rmsg:Quantity': ['rm:QuantityText', 'rm:MeasuredQuantity'],
  'rm:MeasuredQuantity': ['rm:Amount', 'rm:UnitOfMeasure'],
  'rm:UnitOfMeasure': ['rm:ValueListURN', 'rm:Value'],
  'rmsg:ScheduleInformation': ['rmsg:ScheduleType', 'rmsg:DateTime', 'rmsg:Location'],
};
/** What of a DOM node is looked at here. */
interface XmlNode {
  nodeName: string;
  nodeType: number;
  namespaceURI?: string | null;
  childNodes: Iterable<XmlNode>;
}
out('has the schemas’ elements, order and namespaces, read by another parser', () => {
  const namespaces: Record<string, string> = { rm: RM, rmsg: RMSG, gml: 'http://www.opengis.net/gml' };
  const seen = new Set<string>();
  const walk = (node: XmlNode) => {
    const allowed = order[node.nodeName];
    const children = [...node.childNodes].filter(({ nodeType }) => nodeType === 1);
    assert.equal(node.namespaceURI, namespaces[node.nodeName.split(':')[0] ?? '']);
    if (children.length === 0) return;
    assert.ok(allowed, `${node.nodeName} holds elements`);
    seen.add(node.nodeName);
    const places = children.map(({ nodeName }) => allowed.indexOf(nodeName));
    assert.ok(!places.includes(-1), `${node.nodeName}: ${children.map(({ nodeName }) => nodeName).join()}`);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      node.nodeName,
    );
    for (const child of children) walk(child);
  };
  const root = create(toEdxl(full)).root().node as unknown as XmlNode;
  walk(root);
  assert.deepEqual([...seen].sort(), Object.keys(order).sort());
});
out('has the schedule types of the schemas', () =>
  assert.deepEqual(
    [...scheduleTypes],
    [
      'RequestedArrival EstimatedArrival ActualArrival RequestedDeparture EstimatedDeparture ActualDeparture',
      'RequestedReturnDeparture EstimatedReturnDeparture ActualReturnDeparture RequestedReturnArrival',
      'EstimatedReturnArrival ActualReturnArrival BeginAvailable EndAvailable Committed Current ReportTo Route',
    ].flatMap((line) => line.split(' ')),
  ),
);
out('times have an offset, points are latitude and longitude, markup is escaped', () => {
  const xml = toEdxl(full);
  assert.match(xml, /<rmsg:SentDateTime>2026-09-07T12:00:00\.000\+07:00</);
  assert.match(xml, /<gml:pos>-1\.2 112\.1</);
  assert.match(xml, /Dua perahu &amp; satu dapur/);
});
out('a character that XML does not allow is replaced', () => {
  const { message } = fromEdxl(toEdxl({ ...full, description: 'a\u0007b\uD800c' }));
  assert.equal(message.description, 'a\uFFFDb\uFFFDc');
});
out('a message without its id is none', () =>
  refusedWith('value_missing', '/CommitResource/MessageID', () =>
    toEdxl({ ...full, type: 'CommitResource', messageId: ' ' }),
  ),
);

const incoming = suite('EDXL-RM in');
incoming('a message of another system, with what this one has no use for named', () => {
  const { message, unused } = fromEdxl(foreign);
  assert.deepEqual(message, {
    type: 'RequestResource',
    messageId: 'RequestResource.1',
    sentAt: '2026-06-09T17:00:00.000Z',
    originating: 'RequestResource.1',
    incidents: [{ id: 'incident-7' }],
    contacts: [
      {
        description: 'Fire Station',
        role: 'Requester',
        location: { description: 'Arlington', point: [-77.2, 38.8] },
      },
    ],
    resources: [
      {
        elementId: 'R.1',
        resource: { type: { urn: 'http://example.org/typing', values: ['Type I'] }, keywords: [] },
        assignment: { quantity: { text: '4' } },
        schedule: [{ type: 'RequestedArrival', location: { description: 'Depot' } }],
      },
    ],
  });
  assert.deepEqual(unused, [
    '/RequestResource/Funding',
    '/RequestResource/ResourceInformation/Resource/TypeInfo',
    '/RequestResource/ResourceInformation/ScheduleInformation/Location/Address',
  ]);
});
incoming('namespaces count, prefixes do not', () => {
  const renamed = toEdxl(full)
    .replaceAll('rmsg:', '')
    .replace('xmlns:rmsg', 'xmlns')
    .replaceAll('rm:', 'q:')
    .replace('xmlns:rm=', 'xmlns:q=');
  assert.deepEqual(fromEdxl(renamed.replace('xmlns:rmsg=', 'xmlns=')).message, full);
});
incoming('text in CDATA and by number is text', () => {
  const xml = toEdxl(full).replace(
    'Dua perahu &amp; satu dapur',
    '<![CDATA[Dua <perahu>]]> &#65;&#x42;&quot;',
  );
  assert.equal(fromEdxl(xml).message.description, 'Dua <perahu> AB"');
});

const good = toEdxl(full);
const refusals: [string, EdxlErrorCode, string, (xml: string) => string][] = [
  ['what is no XML', 'not_well_formed', '/', () => 'perahu'],
  ['an element that does not end', 'not_well_formed', '/', (xml) => xml.replace('</rmsg:MessageID>', '')],
  ['nothing', 'not_well_formed', '/', () => ''],
  ['two roots', 'not_well_formed', '/', (xml) => `${xml}<a/>`],
  [
    'a prefix that is not declared',
    'not_well_formed',
    '/rmsg:ResponseToRequestResource/no:MessageID',
    (xml) => xml.replaceAll('rmsg:MessageID', 'no:MessageID'),
  ],
  ['a control character', 'not_well_formed', '/', (xml) => xml.replace('Banjir', 'Ban\u0001jir')],
  ['a DTD', 'dtd_not_allowed', '/', (xml) => xml.replace('?>', '?><!DOCTYPE a [<!ENTITY x "y">]>')],
  [
    'an entity',
    'entity_not_allowed',
    '/rmsg:ResponseToRequestResource/rmsg:MessageDescription',
    (xml) => xml.replace('&amp;', '&nbsp;'),
  ],
  ['a message that is too large', 'too_large', '/', (xml) => xml.padEnd(MAX_LENGTH + 1)],
  [
    'another document',
    'message_type_unknown',
    '/alert',
    () => '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"/>',
  ],
  ['a message of no namespace', 'message_type_unknown', '/CommitResource', () => '<CommitResource/>'],
  [
    'a content type that is another’s',
    'content_type_mismatch',
    '/ResponseToRequestResource/MessageContentType',
    (xml) => xml.replace('>ResponseToRequestResource<', '>CommitResource<'),
  ],
  [
    'an element that nobody knows',
    'element_unexpected',
    '/ResponseToRequestResource/Sender',
    (xml) => xml.replace('<rmsg:SentDateTime>', '<rmsg:Sender/><rmsg:SentDateTime>'),
  ],
  [
    'an element of another namespace',
    'element_unexpected',
    '/ResponseToRequestResource/MessageID',
    (xml) => xml.replaceAll('rmsg:MessageID', 'rm:MessageID'),
  ],
  [
    'elements in another order',
    'element_missing',
    '/ResponseToRequestResource/MessageID',
    (xml) =>
      xml.replace(
        /(<rmsg:MessageID>.*<\/rmsg:MessageID>)\s*(<rmsg:SentDateTime>.*<\/rmsg:SentDateTime>)/,
        '$2$1',
      ),
  ],
  [
    'an optional element too late',
    'element_unexpected',
    '/ResponseToRequestResource/ResourceInformation/AssignmentInformation/Quantity',
    (xml) =>
      xml.replace(
        /(<rmsg:Quantity>[\s\S]*?<\/rmsg:Quantity>)\s*(<rmsg:Restrictions>.*<\/rmsg:Restrictions>)/,
        '$2$1',
      ),
  ],
  [
    'an element that is missing',
    'element_missing',
    '/ResponseToRequestResource/OriginatingMessageID',
    (xml) => xml.replace(/<rmsg:Orig.*/, ''),
  ],
  [
    'an element twice',
    'element_repeated',
    '/ResponseToRequestResource/MessageID',
    (xml) => xml.replace(/<rmsg:MessageID>.*/, '$&$&'),
  ],
  [
    'an attribute',
    'attribute_unexpected',
    '/ResponseToRequestResource/MessageID',
    (xml) => xml.replace('<rmsg:MessageID>', '<rmsg:MessageID lang="id">'),
  ],
  [
    'text between elements',
    'text_unexpected',
    '/ResponseToRequestResource',
    (xml) => xml.replace('<rmsg:SentDateTime>', 'teks<rmsg:SentDateTime>'),
  ],
  [
    'elements where text stands',
    'element_unexpected',
    '/ResponseToRequestResource/MessageID',
    (xml) => xml.replace('urn:2', '<rm:Value/>'),
  ],
  [
    'an empty id',
    'value_missing',
    '/ResponseToRequestResource/MessageID',
    (xml) => xml.replace('urn:2', ' '),
  ],
  [
    'a value of no list',
    'value_not_allowed',
    '/ResponseToRequestResource/ResourceInformation/ResponseInformation/ResponseType',
    (xml) => xml.replace('Provisional', 'Maybe'),
  ],
  [
    'an amount that is no number',
    'value_not_allowed',
    '/ResponseToRequestResource/ResourceInformation/AssignmentInformation/Quantity/MeasuredQuantity/Amount',
    (xml) => xml.replace('>2<', '>dua<'),
  ],
  [
    'a point on no globe',
    'value_not_allowed',
    '/ResponseToRequestResource/ContactInformation/ContactLocation/TargetArea/Point/pos',
    (xml) => xml.replace('-2.53 112.95', '112.95 -2.53'),
  ],
  [
    'a day that does not exist',
    'value_not_allowed',
    '/ResponseToRequestResource/SentDateTime',
    (xml) => xml.replace('2026-09-07T12', '2026-02-30T12'),
  ],
  [
    'a time without its offset',
    'time_without_zone',
    '/ResponseToRequestResource/SentDateTime',
    (xml) => xml.replace('+07:00', ''),
  ],
];
for (const [what, code, element, change] of refusals) {
  incoming(`${what} is refused: ${code}`, () => {
    const xml = change(good);
    assert.notEqual(xml, good, 'the change was made');
    refusedWith(code, element, () => fromEdxl(xml));
  });
}
incoming('deep nesting is refused, not followed', () => {
  const deep = `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`;
  assert.throws(
    () => fromEdxl(deep),
    (error) => error instanceof EdxlError && error.code === 'not_well_formed',
  );
});

// Properties

/** Text as it comes back: characters of XML, no space around it, at least one character. */
const text = fc
  .string({
    unit: fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      fc.constantFrom('&', '<', '>', ']]>', '"', "'", '\n', ' ', 'ä', '&amp;'),
    ),
    minLength: 1,
    maxLength: 30,
  })
  // oxlint-disable-next-line no-control-regex -- what XML does not allow is another test's
  .map((value) => value.replace(/[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/g, '').trim())
  .filter((value) => value !== '');
const instant = fc
  .date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9999-12-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const valueList = fc.record({ urn: text, values: fc.array(text, { minLength: 1, maxLength: 3 }) });
const coordinate = (limit: number) =>
  fc.double({ min: -limit, max: limit, noNaN: true }).map((value) => value + 0);
const place = fc.oneof(
  fc.record({ description: text }),
  fc.record({ point: fc.tuple(coordinate(180), coordinate(90)) }),
  fc.record({ description: text, point: fc.tuple(coordinate(180), coordinate(90)) }),
);
const maybe = <Required extends object, Optional extends object>(
  required: { [Key in keyof Required]: fc.Arbitrary<Required[Key]> },
  optional: { [Key in keyof Optional]: fc.Arbitrary<Optional[Key]> },
): fc.Arbitrary<Required & Partial<Optional>> =>
  fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required) as never[] },
  ) as unknown as fc.Arbitrary<Required & Partial<Optional>>;
const notEmpty = (value: object) =>
  Object.values(value).some((part) => !Array.isArray(part) || part.length > 0);
const information = maybe(
  {
    elementId: text,
    schedule: fc.array(maybe({ type: fc.constantFrom(...scheduleTypes) }, { at: instant, location: place }), {
      maxLength: 3,
    }),
  },
  {
    response: maybe(
      {
        preceding: text,
        type: fc.constantFrom('Accept' as const, 'Decline' as const, 'Provisional' as const),
      },
      { reasonCode: valueList, reason: text },
    ),
    resource: maybe(
      { keywords: fc.array(valueList, { maxLength: 2 }) },
      { id: text, name: text, type: valueList, description: text, deploymentStatus: valueList },
    ).filter(notEmpty),
    assignment: maybe(
      {},
      {
        quantity: fc.oneof(
          fc.record({ text }),
          maybe(
            { amount: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0) },
            { unit: valueList },
          ),
        ),
        restrictions: text,
        orderId: text,
      },
    ).filter(notEmpty),
  },
);
const message: fc.Arbitrary<EdxlMessage> = maybe(
  {
    type: fc.constantFrom(...messageTypes),
    messageId: text,
    sentAt: instant,
    originating: text,
    incidents: fc.array(maybe({}, { id: text, description: text }), { maxLength: 2 }),
    contacts: fc.array(
      maybe({}, { description: text, role: fc.constantFrom(...contactRoles), location: place }),
      { maxLength: 2 },
    ),
    resources: fc.array(information, { maxLength: 4 }),
  },
  {
    description: text,
    preceding: text,
    recall: fc.record({ message: text, type: fc.constantFrom('Update' as const, 'Cancel' as const) }),
  },
);

const properties = suite('EDXL-RM both ways');
properties('what is written is read as it was, with nothing unused', () =>
  fc.assert(
    fc.property(message, (generated) => {
      const sent = structuredClone(generated); // with plain prototypes
      const { message: read, unused } = fromEdxl(toEdxl(sent));
      assert.deepStrictEqual(read, sent);
      assert.deepEqual(unused, []);
    }),
    { numRuns: 500 },
  ),
);
properties('XML that was changed anywhere is read or refused with the one error', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(good, foreign),
      fc.array(
        fc.record({
          at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
          drop: fc.integer({ min: 0, max: 40 }),
          put: fc.oneof(
            fc.string({ maxLength: 6 }),
            fc.constantFrom(
              '<',
              '>',
              '&',
              '</',
              '/>',
              '<!--',
              '-->',
              '<![CDATA[',
              ']]>',
              '<?x ?>',
              '<!DOCTYPE a>',
              '&#0;',
              '&#x110000;',
              '&lt',
              'xmlns="',
              '<__proto__/>',
              '<constructor>',
              ':',
              '"',
              '\u0000',
            ),
          ),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      (xml, changes) => {
        const changed = changes.reduce((now, { at, drop, put }) => {
          const place = Math.floor(at * now.length);
          return now.slice(0, place) + put + now.slice(place + drop);
        }, xml);
        readOrRefused(changed);
      },
    ),
    { numRuns: 5000 },
  ),
);
properties('any text is read or refused with the one error', () =>
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), readOrRefused), { numRuns: 1000 }),
);

function readOrRefused(xml: string): void {
  try {
    fromEdxl(xml);
  } catch (error) {
    assert.ok(error instanceof EdxlError, String(error));
    assert.ok(error.element.startsWith('/') && error.reason !== '');
  }
}

function refusedWith(code: EdxlErrorCode, element: string, act: () => unknown): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof EdxlError, String(error));
    assert.deepEqual([error.code, error.element], [code, element], error.reason);
    return true;
  });
}
