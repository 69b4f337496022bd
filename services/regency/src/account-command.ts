/**
 * Keeps the accounts of a site, also while it runs:
 *
 *   node services/regency/src/account-command.ts add      --database FILE --username U --role R
 *   node services/regency/src/account-command.ts list     --database FILE
 *   node services/regency/src/account-command.ts password --database FILE --username U
 *   node services/regency/src/account-command.ts remove   --database FILE --username U
 *
 * The password comes from SIAGA_PASSWORD or, where that is not set, from the first line of the standard input:
 * never from the command line, which every user of the machine can read.
 */
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { Role } from '@siaga/domain';
import { AccountError, type Accounts, openAccounts } from './accounts/accounts.ts';

const ROLES = Role.options.join(', ');
const USAGE = `Usage: account-command.ts add|list|password|remove --database FILE [--username U] [--role R]
Roles: ${ROLES}. The password comes from SIAGA_PASSWORD or the standard input.`;

/** What is wrong with how the command was called. */
class UsageError extends Error {}

async function readPassword(): Promise<string> {
  const password = process.env['SIAGA_PASSWORD'] ?? (await text(process.stdin)).split(/\r?\n/)[0];
  if (!password) throw new UsageError('Give the password in SIAGA_PASSWORD or on the standard input.');
  return password;
}

async function run(command: string | undefined, accounts: Accounts, options: Options): Promise<string> {
  if (command === 'list') {
    const lines = accounts
      .list()
      .map(({ id, username, role, demo }) => `${username}\t${role}\t${id}${demo ? '\tdemo' : ''}`);
    return lines.length > 0 ? lines.join('\n') : 'There are no accounts.';
  }
  const { username } = options;
  if (username === undefined) throw new UsageError('Give --username.');
  if (command === 'add') {
    const role = Role.safeParse(options.role);
    if (!role.success) throw new UsageError(`Give --role: one of ${ROLES}.`);
    const { id } = await accounts.add({ username, role: role.data, password: await readPassword() });
    return `Added ${username} (${role.data}), ${id}.`;
  }
  const account = accounts.find(username);
  if (!account) throw new AccountError('account_unknown', `There is no account ${username}.`);
  if (command === 'password') {
    await accounts.setPassword(account.id, await readPassword());
    return `Changed the password of ${username}; its sessions have ended.`;
  }
  accounts.remove(account.id);
  return `Removed ${username}; its sessions have ended.`;
}

interface Options {
  database?: string | undefined;
  username?: string | undefined;
  role?: string | undefined;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { database: { type: 'string' }, username: { type: 'string' }, role: { type: 'string' } },
  });
  const [command] = positionals;
  if (!['add', 'list', 'password', 'remove'].includes(command ?? '') || positionals.length !== 1) {
    throw new UsageError('Say what to do.');
  }
  if (values.database === undefined) throw new UsageError('Give --database, the accounts file of the site.');
  const accounts = openAccounts({ file: values.database });
  try {
    console.log(await run(command, accounts, values));
  } finally {
    accounts.close();
  }
}

try {
  await main();
} catch (error) {
  const isUsage =
    error instanceof UsageError || (error instanceof TypeError && 'code' in error); /* parseArgs */
  console.error(error instanceof Error ? error.message : String(error));
  if (isUsage) console.error(USAGE);
  process.exitCode = isUsage ? 2 : 1;
}
