import { assert, suite } from '@siaga/testkit';
import fc from 'fast-check';
import {
  agreedKeys,
  decideSigningKey,
  evolveAgreement,
  evolveKeyring,
  foldSigningKeys,
  initialAgreement,
  keyCounts,
  type Keyring,
  keyringAfter,
  keyringOf,
  type SigningKeyCommand,
  type SigningKeyEvent,
  type SigningKeysView,
  signingKeyOf,
} from '../src/index.ts';
import * as x from './agreement-examples.ts';

const at = '2026-09-01T00:00:00.000Z';
const [first = '', second = '', third = ''] = ['a', 'b', 'c'].map((letter) => letter.repeat(43));
const announce = (key: string): SigningKeyCommand => ({ type: 'announce', key, at });
const revoke = (key: string): SigningKeyCommand => ({
  type: 'revoke',
  key,
  body: { reason: 'superseded' },
  at,
});

const test = suite('signing keys');

test('a new key signs from its announcement on; the one before goes on counting until it is revoked', () => {
  const announced = decideSigningKey(announce(second), keyringOf([first]));
  assert.ok(announced.accepted);
  const ring = announced.events.reduce(evolveKeyring, keyringOf([first]));
  assert.deepEqual(
    [signingKeyOf(ring), keyCounts(ring, first), keyCounts(ring, second)],
    [second, true, true],
  );
  const revoked = decideSigningKey(revoke(first), ring);
  assert.ok(revoked.accepted);
  const after = revoked.events.reduce(evolveKeyring, ring);
  assert.deepEqual([signingKeyOf(after), keyCounts(after, first)], [second, false]);
  assert.deepEqual(decideSigningKey(revoke(first), after), { accepted: true, events: [] });
});

test('what can’t be: the key in use, one that is not known, one that was', () => {
  const ring: Keyring = { [first]: 'revoked', [second]: 'counts' };
  const refused = (command: SigningKeyCommand) => {
    const decision = decideSigningKey(command, ring);
    return decision.accepted ? undefined : decision.rejection.code;
  };
  assert.equal(refused(revoke(second)), 'signing_key_in_use');
  assert.equal(refused(revoke(third)), 'signing_key_unknown');
  assert.equal(refused(announce(first)), 'signing_key_known');
  assert.equal(refused(revoke('__proto__')), 'signing_key_unknown');
  assert.ok(!keyCounts(ring, 'constructor'));
});

const commands = fc.array(
  fc.tuple(fc.constantFrom(announce, revoke), fc.constantFrom(first, second, third)),
  { maxLength: 20 },
);

test('over any commands one key always signs, what is revoked stays so, and the view gives the same ring', () =>
  fc.assert(
    fc.property(commands, (steps) => {
      let ring = keyringOf([first]);
      let view: SigningKeysView | undefined;
      let sequence = 0;
      const revokedOnce = new Set<string>();
      for (const [command, key] of steps) {
        const decision = decideSigningKey(command(key), ring);
        for (const event of decision.accepted ? decision.events : []) {
          sequence += 1;
          ring = evolveKeyring(ring, event);
          const place = { id: '62.07', regency: '62.07', revision: sequence, sequence, recordedAt: at };
          view = foldSigningKeys(view, event, place);
          if (event.type === 'SigningKeyRevoked') revokedOnce.add(event.data.key);
        }
        assert.notEqual(signingKeyOf(ring), undefined);
        for (const gone of revokedOnce) assert.ok(!keyCounts(ring, gone));
        assert.deepEqual(keyringAfter([first], view), ring);
        assert.equal(signingKeyOf(keyringAfter([first], view)), signingKeyOf(ring));
      }
    }),
    { numRuns: 300 },
  ));

test('events that no decider would make leave the ring a ring', () =>
  fc.assert(
    fc.property(commands, (steps) => {
      const events = steps.map(
        ([command, key]): SigningKeyEvent =>
          command === announce
            ? { type: 'SigningKeyAnnounced', data: { occurredAt: at, key } }
            : { type: 'SigningKeyRevoked', data: { occurredAt: at, key, reason: 'compromised' } },
      );
      const ring = events.reduce(evolveKeyring, {});
      const said = (key: string, type: SigningKeyEvent['type']) =>
        events.some((event) => event.type === type && event.data.key === key);
      for (const key of [first, second, third]) {
        const counts = said(key, 'SigningKeyAnnounced') && !said(key, 'SigningKeyRevoked');
        assert.equal(keyCounts(ring, key), counts);
      }
    }),
  ));

test('who signs an agreement trusts the keys that it names of the other, and no one else does', () => {
  const document = {
    ...x.document,
    terms: {
      ...x.document.terms,
      signingKeys: [
        { regency: '62.07', key: first },
        { regency: '62.02', key: second },
      ],
    },
  };
  const text = { version: 1, hash: 'ab'.repeat(32) };
  const drafted = evolveAgreement(initialAgreement, '62.07', {
    type: 'AgreementDrafted',
    data: { occurredAt: at, counterpart: '62.02', document, hash: text.hash, version: 1 },
  });
  assert.deepEqual(agreedKeys([drafted], '62.02', '62.07'), []);
  const sign = {
    type: 'AgreementSigned' as const,
    data: { occurredAt: at, ...text, signedOn: '2026-09-01' },
  };
  const signed = evolveAgreement(drafted, '62.02', sign);
  assert.deepEqual(agreedKeys([signed], '62.02', '62.07'), [first]);
  assert.deepEqual(agreedKeys([signed], '62.07', '62.02'), []);
  const otherHash = { ...sign, data: { ...sign.data, hash: 'cd'.repeat(32) } };
  assert.deepEqual(agreedKeys([evolveAgreement(drafted, '62.02', otherHash)], '62.02', '62.07'), []);
});
