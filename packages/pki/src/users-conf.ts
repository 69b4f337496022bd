/** The file `users.conf` of a NATS server: its accounts, their users, and what each may do. */
import { type Crossing, STREAMS_ACCOUNT } from './crossings.ts';
import type { Permissions } from './permissions.ts';

export interface NkeyUser {
  /** What the key is for: a service, or a person's role. */
  name: string;
  /** Public nkeys: the one in use, and former ones that still count. */
  keys: readonly string[];
  /** Without them, everything within the account. */
  permissions?: Permissions;
}

/** A site that may dial in as a leaf server, into an account of its own. */
interface LinkUser {
  account: string;
  /** The email name in the site's certificate. */
  name: string;
  permissions: Permissions;
}

export interface Users {
  /** Users of the account that holds the streams. */
  services: readonly NkeyUser[];
  /** Of the system account: watches the server, has no part in events. */
  admin: NkeyUser;
  /** Of a hub. */
  hub?: {
    /** Who may dial in, known by certificate. */
    links: readonly LinkUser[];
    /** What passes between the accounts of the links and the one that holds the streams. */
    crossings: readonly Crossing[];
  };
}

/** The text of the file. */
export const usersConf = ({
  services,
  admin,
  hub = { links: [], crossings: [] },
}: Users): string => `# Made by infra/pki. Who may connect to this server, and what each may do; what is not listed is refused.

accounts {
  ${STREAMS_ACCOUNT} {
    jetstream: enabled
    users: [
${services.flatMap(nkeyUsers).join('\n')}
    ]
${crossingLines(hub.crossings, STREAMS_ACCOUNT)}  }
${hub.links
  .map(
    (link) => `  ${link.account} {
    users: [
${linkUser(link)}
    ]
${crossingLines(hub.crossings, link.account)}  }
`,
  )
  .join('')}  SYS {
    users: [
${nkeyUsers(admin).join('\n')}
    ]
${hub.links.length > 0 ? REFUSED_AT_HUB : ''}  }
}
system_account: SYS
`;

/** `A.*.*` with its wildcards as a mapping names them: `A.$1.$2`. */
function numbered(subject: string): string {
  let count = 0;
  return subject.replaceAll('*', () => `$${++count}`);
}

/**
 * JetStream's requests that need no text, lead nowhere at a hub. Whoever feeds a source can have its server send an empty
 * message to any subject of the account: it answers a request for flow control on the subject that this names, in
 * every version up to 2.14. All requests to JetStream pass through the system account, so they can be led astray there.
 */
const REFUSED_AT_HUB = `    # Not even the operator's: a site could have the hub's server send them. To have them for once, take these lines away
    # and restart the server.
    mappings {
${['STREAM.DELETE.*', 'STREAM.PURGE.*', 'STREAM.LEADER.STEPDOWN.*', 'CONSUMER.LEADER.STEPDOWN.*.*']
  .map((request) => `      "$JS.API.${request}": "refused.${numbered(request)}"\n`)
  .join('')}    }
`;

/** What an account gives and has. */
const crossingLines = (crossings: readonly Crossing[], account: string): string => {
  const exports = crossings
    .filter(({ owner }) => owner === account)
    .map(({ kind, subject, users }) => `{ ${kind}: "${subject}", accounts: [${users.join(', ')}] }`);
  const imports = crossings
    .filter(({ users }) => users.includes(account))
    .map(({ kind, subject, owner }) => `{ ${kind}: { account: ${owner}, subject: "${subject}" } }`);
  return block('exports', exports) + block('imports', imports);
};

const block = (name: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `    ${name}: [\n${lines.map((line) => `      ${line}\n`).join('')}    ]\n`;

const nkeyUsers = ({ name, keys, permissions }: NkeyUser): string[] =>
  keys.map(
    (key) => `      # ${name}
      {
        nkey: ${key}
        allowed_connection_types: ["STANDARD"]${permissions ? `\n${permissionLines(permissions)}` : ''}
      }`,
  );

/**
 * A link's user is known by its certificate and has no password: nats-server would ask the site's for it. Without one,
 * its name with an empty password would open the clients' listener, were it not for the connection type.
 */
const linkUser = ({ name, permissions }: LinkUser): string => `      {
        user: "${name}"
        allowed_connection_types: ["LEAFNODE"]
${permissionLines(permissions)}
      }`;

const permissionLines = ({ publish, subscribe }: Permissions): string =>
  `        permissions {
          publish { allow: ${list(publish)} }
          subscribe { allow: ${list(subscribe)} }
        }`;

const list = (subjects: readonly string[]): string =>
  `[\n${subjects.map((subject) => `            ${JSON.stringify(subject)}`).join('\n')}\n          ]`;
