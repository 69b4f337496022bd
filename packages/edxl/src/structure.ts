/**
 * The structure of EDXL-RM 1.0 messages (OASIS Emergency Data Exchange Language Resource Messaging 1.0, OASIS
 * Standard incorporating Approved Errata, 22 December 2009): names, namespaces, order and how often.
 *
 * The OASIS schemas themselves could not be had, so none of them is here and nothing is validated against them. What
 * stands here was put together from
 *  - schema fragments that a code generator wrote from the OASIS schemas into the documentation of classes of MITRE's
 *    EREN: ResourceInformation, Resource, ResourceStatus, AssignmentInformation and ScheduleInformation with their
 *    order, cardinality and the schedule types; and that project's list of element names;
 *  - sample messages of XchangeCore that name the OASIS schemas as theirs (RequestResource, CommitResource): the two
 *    namespaces, which element is in which, the order of the head, contacts and locations, Funding before the
 *    contacts, the beginning of response information, `lat lon` in gml:pos;
 *  - what is commonly said of the specification, unconfirmed: the name RecalledMessageID (that list has
 *    RecallMessageID), the place of MessageRecall, the order within MeasuredQuantity and after ResponseType, the contact
 *    roles besides Sender, Requester and Owner. These are the ones to check first, should the schemas turn up. The
 *    specification's title page also names a namespace for each message type; the samples use `…:msg` for all, and so
 *    does this.
 * Each message type has a schema of its own that leaves out some of these elements; which ones could not be
 * established, so all types are read by the common structure. The fragments are closed sequences, so an element that is
 * not in them is refused; only what holds other vocabularies (`foreign`) is open.
 */
export const RM = 'urn:oasis:names:tc:emergency:EDXL:RM:1.0';
export const RMSG = 'urn:oasis:names:tc:emergency:EDXL:RM:1.0:msg';
export const GML = 'http://www.opengis.net/gml';

/** Section 3 of the specification: the 16 messages. */
export const messageTypes = [
  'RequestResource',
  'ResponseToRequestResource',
  'RequisitionResource',
  'CommitResource',
  'RequestInformation',
  'ResponseToRequestInformation',
  'OfferUnsolicitedResource',
  'ReleaseResource',
  'RequestReturn',
  'ResponseToRequestReturn',
  'RequestQuote',
  'ResponseToRequestQuote',
  'RequestResourceDeploymentStatus',
  'ReportResourceDeploymentStatus',
  'RequestExtendedDeploymentDuration',
  'ResponseToRequestExtendedDeploymentDuration',
] as const;
export type MessageType = (typeof messageTypes)[number];

export const scheduleTypes = [
  'RequestedArrival',
  'EstimatedArrival',
  'ActualArrival',
  'RequestedDeparture',
  'EstimatedDeparture',
  'ActualDeparture',
  'RequestedReturnDeparture',
  'EstimatedReturnDeparture',
  'ActualReturnDeparture',
  'RequestedReturnArrival',
  'EstimatedReturnArrival',
  'ActualReturnArrival',
  'BeginAvailable',
  'EndAvailable',
  'Committed',
  'Current',
  'ReportTo',
  'Route',
] as const;
export type ScheduleType = (typeof scheduleTypes)[number];

export const contactRoles = [
  'Sender',
  'Requester',
  'SubjectMatterExpert',
  'Approver',
  'RespondingOrg',
  'Owner',
] as const;
export type ContactRole = (typeof contactRoles)[number];

/**
 * What an element holds: text, text of a list, a time, or elements in this order. `foreign` holds other vocabularies
 * (xAL, CIQ, the sender's own typing) or what this system has no use for: it is read over, and named as unused.
 */
export type Content =
  | 'text'
  | 'time'
  | 'foreign'
  | { oneOf: readonly string[] }
  | { sequence: readonly Particle[] };
export interface Particle {
  name: string;
  namespace: typeof RM | typeof RMSG | typeof GML;
  min: 0 | 1;
  many: boolean;
  content: Content;
}

/** `?` optional, `*` any number, `+` at least one, none exactly one. */
const particles = (namespace: Particle['namespace'], entries: Record<string, Content>): Particle[] =>
  Object.entries(entries).map(([key, content]) => {
    const [, name = '', often] = /^(\w+)([?*+]?)$/.exec(key) ?? [];
    return {
      name,
      namespace,
      min: often === '?' || often === '*' ? 0 : 1,
      many: often === '*' || often === '+',
      content,
    };
  });
const sequence = (...parts: Particle[][]): Content => ({ sequence: parts.flat() });

const valueList = sequence(particles(RM, { ValueListURN: 'text', 'Value+': 'text' }));
const location = sequence(
  particles(RM, {
    'LocationDescription?': 'text',
    'Address?': 'foreign',
    'TargetArea?': 'foreign',
  }),
);
const quantity = sequence(
  particles(RM, {
    'QuantityText?': 'text',
    'MeasuredQuantity?': sequence(particles(RM, { Amount: 'text', 'UnitOfMeasure?': valueList })),
  }),
);

const resourceInformation = sequence(
  particles(RMSG, {
    ResourceInfoElementID: 'text',
    'ResponseInformation?': sequence(
      particles(RM, {
        PrecedingResourceInfoElementID: 'text',
        ResponseType: { oneOf: ['Accept', 'Decline', 'Provisional'] },
        'ReasonCode?': valueList,
        'ResponseReason?': 'text',
      }),
    ),
    'Resource?': sequence(
      particles(RMSG, {
        'ResourceID?': 'text',
        'Name?': 'text',
        'TypeStructure?': valueList,
        'TypeInfo?': 'foreign',
        'Keyword*': valueList,
        'Description?': 'text',
        'Credentials?': 'foreign',
        'Certifications?': 'foreign',
        'SpecialRequirements?': 'foreign',
        'ResponsibleParty?': 'foreign',
        'OwnershipInformation?': 'foreign',
        'ResourceStatus?': sequence(
          particles(RMSG, {
            'InventoryRefreshDateTime?': 'foreign',
            'DeploymentStatus?': valueList,
            'Availability?': 'foreign',
          }),
        ),
      }),
    ),
    'AssignmentInformation?': sequence(
      particles(RMSG, {
        'Quantity?': quantity,
        'Restrictions?': 'text',
        'AnticipatedFunction?': 'foreign',
        'PriceQuote?': 'foreign',
        'OrderID?': 'text',
        'AssignmentInstructions?': 'foreign',
      }),
    ),
    'ScheduleInformation*': sequence(
      particles(RMSG, {
        ScheduleType: { oneOf: scheduleTypes },
        'DateTime?': 'time',
        'Location?': location,
      }),
    ),
  }),
);

/** What every message holds, in this order. */
export const messageContent: Content = sequence(
  particles(RMSG, {
    MessageID: 'text',
    SentDateTime: 'time',
    MessageContentType: { oneOf: messageTypes },
    'MessageDescription?': 'text',
    OriginatingMessageID: 'text',
    'PrecedingMessageID?': 'text',
    'IncidentInformation*': sequence(
      particles(RM, { 'IncidentID?': 'text', 'IncidentDescription?': 'text' }),
    ),
    'MessageRecall?': sequence(
      particles(RM, { RecalledMessageID: 'text', RecallType: { oneOf: ['Update', 'Cancel'] } }),
    ),
    'Funding*': 'foreign',
    'ContactInformation*': sequence(
      particles(RM, {
        'ContactDescription?': 'text',
        'ContactRole?': { oneOf: contactRoles },
        'Radio*': 'foreign',
        'ContactLocation?': location,
        'AdditionalContactInformation?': 'foreign',
      }),
    ),
    'ResourceInformation*': resourceInformation,
  }),
);
