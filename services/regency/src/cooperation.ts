/** What a site knows of its cooperation with the neighbours, and what it does in it by itself. */
import type { Ledger } from '@siaga/ledger';
import type { FastifyBaseLogger } from 'fastify';
import { Turns } from './commands/turns.ts';
import { type Reactor, startReactor } from './reactions/reactor.ts';
import { openRegister, type Register } from './register/register.ts';
import type { SharingPolicy } from './sharing/journal.ts';
import { agreedPolicy } from './sharing/policies.ts';
import { openSigning, type Signing } from './sharing/signing.ts';

export interface CooperationDeps {
  regency: string;
  ledger: Ledger;
  /** Folder of the signing keys. */
  keys: string;
  /** Milliseconds since 1970. */
  clock: () => number;
  log?: Pick<FastifyBaseLogger, 'warn' | 'error'> | undefined;
}

export interface Cooperation {
  readonly register: Register;
  /** Where commands and reactions take turns. */
  readonly turns: Turns;
  readonly policy: SharingPolicy;
  readonly signing: Signing;
  readonly reactor: Pick<Reactor, 'settled'>;
  /** Before the ledger is closed. */
  stop(): Promise<void>;
}

/** Begins to read the ledger; commands that need what it holds wait for it. Throws `UnusableKey`. */
export function openCooperation({ regency, ledger, keys, clock, log }: CooperationDeps): Cooperation {
  const register = openRegister({ regency, ledger, log });
  const signing = openSigning({ regency, folder: keys, register });
  const turns = new Turns();
  const reactor = startReactor({ regency, ledger, register, turns, clock, log });
  return {
    register,
    turns,
    policy: agreedPolicy(register, clock),
    signing,
    reactor,
    async stop() {
      await reactor.stop();
      await register.stop();
    },
  };
}
