/** A message of a stream, read as the event it should be. */
import { type RegencyCode, regencyToken, SharedEvent, subjectOf, type SubjectRoot } from '@siaga/domain';
import { z } from 'zod';

export type Reading =
  | { kind: 'event'; event: SharedEvent; raw: string }
  | { kind: 'malformed'; raw: string; reason: string };

/** Reads what fits twice as fast; what does not goes through the schema itself, and so says the same. */
const Envelope = z.compile(SharedEvent);

// Both keep a byte order mark, so that `raw` is the very text whose hash the next event links to.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** What a subject begins with; one that begins with anything else is none of an event, whatever it is compared with. */
const rootOf = (subject: string): SubjectRoot => {
  const first = subject.slice(0, subject.indexOf('.'));
  return first === 'internal' || first === 'repair' ? first : 'disaster';
};

/**
 * Reads the bytes of a message of `regency`'s stream. An event is well-formed UTF-8 and JSON, passes the
 * envelope's schema, belongs to the regency, and came on the subject that it names; anything else is
 * `malformed`, with a reason for people.
 */
export function readMessage(regency: RegencyCode, subject: string, bytes: Uint8Array): Reading {
  let raw: string;
  try {
    raw = strict.decode(bytes);
  } catch {
    return { kind: 'malformed', raw: lenient.decode(bytes), reason: 'not UTF-8' };
  }
  let json: unknown;
  try {
    json = JSON.parse(raw);
  } catch (error) {
    return { kind: 'malformed', raw, reason: `not JSON: ${String(error)}` };
  }
  const parsed = Envelope.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'event'}: ${issue.message}`,
    );
    return { kind: 'malformed', raw, reason: problems.join('; ') };
  }
  const event = parsed.data;
  if (event.regency !== regencyToken(regency)) {
    const reason = `regency: an event of ${event.regency} in the stream of ${regencyToken(regency)}`;
    return { kind: 'malformed', raw, reason };
  }
  const root = rootOf(subject);
  if (subjectOf(event, root) !== subject) {
    const reason = `subject: came on ${subject}, but names ${subjectOf(event, root)}`;
    return { kind: 'malformed', raw, reason };
  }
  return { kind: 'event', event, raw };
}
