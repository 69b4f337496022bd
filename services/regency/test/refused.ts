import { assert } from '@siaga/testkit';
import type { Answer, Site } from './site.ts';

/** Refused by the form alone, in the words of the schema. */
const MALFORMED = new Set(['invalid_request', 'route_unknown']);
/** Sends something that must be refused, and checks all that a refusal is. */
export async function refused(
  { site }: { site: Site },
  path: string,
  body: unknown,
  [status, code]: readonly [number, string],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const before = await site.ledger.head();
  const answer = await site.send('POST', `/api/v1${path}`, { as: 'kalaksa', body, headers });
  assert.deepEqual([answer.status, answer.body['code']], [status, code], JSON.stringify(answer.body));
  assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
  const detail = String(answer.body['detail']);
  if (!MALFORMED.has(code)) {
    assert.match(detail, /^\S.{10,}\.$/s);
    assert.doesNotMatch(detail, /undefined|null|\[object|: \.|  /, `${code}: ${detail}`);
  }
  assert.equal(await site.ledger.head(), before, code);
  return answer;
}
