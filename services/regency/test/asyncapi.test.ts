import { catalogue } from '@siaga/domain';
import { assert, suite } from '@siaga/testkit';
import { asyncApiOf } from '../src/asyncapi.ts';

const test = suite('AsyncAPI of shared events');

test('names every event of the catalogue once, with its subject and a schema of its data', () => {
  const document = asyncApiOf('62.07', '0.1.0') as {
    channels: Record<string, { address: string }>;
    components: {
      messages: Record<string, { name: string; payload: { properties: Record<string, unknown> } }>;
    };
  };
  const names = Object.keys(catalogue).sort();
  assert.deepEqual(Object.keys(document.channels).sort(), names);
  assert.equal(document.channels['IncidentReported']?.address, 'disaster.6207.{hazard}.incident.reported');
  for (const name of names) {
    const { properties } = document.components.messages[name]?.payload ?? { properties: {} };
    // An event of several kinds has a schema for each.
    const data = properties['data'] as { type?: string; oneOf?: { type: string }[] };
    assert.ok(
      (data.oneOf ?? [data]).every(({ type }) => type === 'object'),
      name,
    );
    assert.ok(properties['sequence'], name);
  }
  const reported = document.components.messages['IncidentReported']?.payload.properties['data'];
  assert.ok(Object.keys((reported as { properties: object }).properties).includes('chronology'));
});
