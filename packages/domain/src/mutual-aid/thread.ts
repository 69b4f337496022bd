/** The messages of a conversation as EDXL-RM 1.0 threads them: which message each one answers, and where all began. */
import type { RegencyCode } from '../codes.ts';
import type { AidEvent } from './events.ts';

/** EDXL-RM 1.0, section 3: the types of message that this conversation uses. */
export type AidMessageType =
  | 'RequestResource'
  | 'ResponseToRequestResource'
  | 'RequisitionResource'
  | 'CommitResource'
  | 'ReleaseResource'
  | 'OfferUnsolicitedResource'
  | 'RequestReturn'
  | 'ResponseToRequestReturn'
  | 'RequestExtendedDeploymentDuration'
  | 'ResponseToRequestExtendedDeploymentDuration'
  | 'RequestResourceDeploymentStatus'
  | 'ReportResourceDeploymentStatus';

/** An event of the conversation, with its id and whose it is. */
export interface Said {
  id: string;
  by: RegencyCode;
  event: AidEvent;
}

export interface ThreadMessage {
  messageId: string;
  /** The message that began the conversation; its own id for the first. Absent while that has not arrived. */
  originating?: string;
  /** The message that this one answers or takes back. Absent for the first, or while it has not arrived. */
  preceding?: string;
  /** Absent where EDXL-RM 1.0 has no message for it: an offer that is declined. */
  type?: AidMessageType;
  /** It takes back the message that precedes it, or says it anew. */
  recall?: 'update' | 'cancel';
}

/**
 * Threads the messages of one conversation. What a message answers is found by the ids in it, never by its place
 * in the list, so the two sites come to the same threads whatever the order of arrival. Returns one entry for each
 * event, in the order given.
 */
export const threadOf = (said: readonly Said[]): ThreadMessage[] => {
  const idOf = (wanted: (event: AidEvent) => boolean): string | undefined =>
    said.find(({ event }) => wanted(event))?.id;
  const unasked = (event: AidEvent) => event.type === 'OfferMade' && event.data.request === undefined;
  const originating = idOf((event) => event.type === 'AidRequested' || unasked(event));

  const version = (wanted: number | undefined) =>
    idOf((event) =>
      wanted === undefined || wanted <= 1
        ? event.type === 'AidRequested'
        : event.type === 'AidRequestUpdated' && event.data.version === wanted,
    );
  /** A request is taken back in its last version; only its owner says both, so these stand in order everywhere. */
  const lastVersion = () =>
    version(
      Math.max(1, ...said.map(({ event }) => (event.type === 'AidRequestUpdated' ? event.data.version : 1))),
    );
  const offer = (id: string) => idOf((event) => event.type === 'OfferMade' && event.data.offer === id);
  const acceptance = (id: string) =>
    idOf((event) => event.type === 'OfferAccepted' && event.data.offer === id);
  const commitment = (deployment: string | undefined) =>
    idOf(
      (event) =>
        event.type === 'OfferCommitted' &&
        event.data.lines.some(
          (line) => 'deployments' in line && line.deployments.some((one) => one.deployment === deployment),
        ),
    );
  const isUnsolicited = (id: string) =>
    said.some(({ event }) => event.type === 'OfferMade' && event.data.offer === id && unasked(event));

  const place = (
    event: AidEvent,
  ): Omit<ThreadMessage, 'messageId' | 'originating' | 'preceding'> & { answers?: string | undefined } => {
    switch (event.type) {
      case 'AidRequested':
        return { type: 'RequestResource' };
      case 'AidRequestUpdated':
        return { type: 'RequestResource', recall: 'update', answers: version(event.data.version - 1) };
      case 'AidRequestCancelled':
        return { type: 'RequestResource', recall: 'cancel', answers: lastVersion() };
      case 'OfferMade':
        return event.data.request === undefined
          ? { type: 'OfferUnsolicitedResource' }
          : { type: 'ResponseToRequestResource', answers: version(event.data.requestVersion) };
      case 'OfferWithdrawn':
        return {
          type: isUnsolicited(event.data.offer) ? 'OfferUnsolicitedResource' : 'ResponseToRequestResource',
          recall: 'cancel',
          answers: offer(event.data.offer),
        };
      case 'AidRequestDeclined':
        return { type: 'ResponseToRequestResource', answers: version(event.data.requestVersion) };
      case 'OfferAccepted':
        return { type: 'RequisitionResource', answers: offer(event.data.offer) };
      case 'OfferDeclined':
        return { answers: offer(event.data.offer) };
      case 'OfferCommitted':
      case 'CommitRefused':
        return { type: 'CommitResource', answers: acceptance(event.data.offer) };
      case 'ExtensionAsked':
        return { type: 'RequestExtendedDeploymentDuration', answers: commitment(event.data.deployments[0]) };
      case 'ExtensionAnswered': {
        const { extension } = event.data;
        return {
          type: 'ResponseToRequestExtendedDeploymentDuration',
          answers: idOf((other) => other.type === 'ExtensionAsked' && other.data.extension === extension),
        };
      }
      case 'AidReleased':
        return { type: 'ReleaseResource', answers: commitment(event.data.deployments[0]) };
      case 'ReturnAsked':
        return { type: 'RequestReturn', answers: commitment(event.data.deployment) };
      case 'ReturnAnswered': {
        const { recall } = event.data;
        return {
          type: 'ResponseToRequestReturn',
          answers: idOf((other) => other.type === 'ReturnAsked' && other.data.recall === recall),
        };
      }
      case 'StatusAsked':
        return { type: 'RequestResourceDeploymentStatus', answers: commitment(event.data.deployments[0]) };
      case 'StatusReported': {
        const { enquiry, deployment } = event.data;
        const asked =
          enquiry === undefined
            ? undefined
            : idOf((other) => other.type === 'StatusAsked' && other.data.enquiry === enquiry);
        return { type: 'ReportResourceDeploymentStatus', answers: asked ?? commitment(deployment) };
      }
    }
  };

  return said.map(({ id: messageId, event }) => {
    const { answers, ...message } = place(event);
    return {
      messageId,
      ...(originating === undefined ? {} : { originating }),
      ...(answers === undefined ? {} : { preceding: answers }),
      ...message,
    };
  });
};
