/** Takes commands about the keys with which this regency signs what it shares. */
import {
  decideSigningKey,
  type RevokeSigningKey,
  SIGNING_KEY_STREAM,
  type SigningKey,
  type SigningKeyCommand,
  type SigningKeyEvent,
} from '@siaga/domain';
import type { z } from 'zod';
import type { Register } from '../register/register.ts';
import type { Signing } from '../sharing/signing.ts';
import { carryOut, type CommandDeps, digestOf, guarded, type Sent } from './carry-out.ts';
import { Turns } from './turns.ts';

export interface SigningKeysDeps extends CommandDeps {
  register: Register;
  signing: Signing;
}

/** Each carries a command out as `carryOut` says, and answers with the key that it is about. */
export interface SigningKeys {
  /** Makes a new key, which signs from the next shared event on; those before it go on counting. */
  rotate(sent: Sent): Promise<{ id: SigningKey; revision: number }>;
  revoke(
    sent: Sent,
    key: SigningKey,
    body: z.output<typeof RevokeSigningKey>,
  ): Promise<{ id: SigningKey; revision: number }>;
}

export function openSigningKeys(deps: SigningKeysDeps): SigningKeys {
  const { regency, register, signing } = deps;
  const turns = new Turns();

  const carry = (sent: Sent, digest: string, commandAt: (at: string) => SigningKeyCommand) =>
    turns.take('signing keys', () =>
      guarded(async () => {
        const done = await carryOut<SigningKeyEvent>(deps, {
          ...sent,
          stream: SIGNING_KEY_STREAM,
          aggregate: regency,
          digest,
          async decide(_, at) {
            await register.current();
            return decideSigningKey(commandAt(at), signing.keyring(regency));
          },
          hazard: () => 'general',
        });
        if (done.position !== undefined) await register.reached(done.position);
        return done.revision;
      }),
    );

  return {
    async rotate(sent) {
      let made: SigningKey | undefined;
      const revision = await carry(sent, digestOf('signing-keys', {}), (at) => {
        // Made once the command is known to be new, and once for all attempts.
        made ??= signing.makeKey();
        return { type: 'announce', key: made, at };
      });
      const announced = register.known.keysSaid.filter(({ by }) => by === regency)[revision - 1];
      return { id: made ?? announced?.event.data.key ?? '', revision };
    },
    async revoke(sent, key, body) {
      const digest = digestOf(`signing-keys/${key}/revoke`, body);
      return { id: key, revision: await carry(sent, digest, (at) => ({ type: 'revoke', key, body, at })) };
    },
  };
}
