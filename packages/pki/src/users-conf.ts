/** The file `users.conf` of a NATS server: its accounts, their users, and what each may do. */
import type { Permissions } from './permissions.ts';

export interface NkeyUser {
  /** What the key is for: a service, or a person's role. */
  name: string;
  /** Public nkeys: the one in use, and former ones that still count. */
  keys: readonly string[];
  /** Without them, everything within the account. */
  permissions?: Permissions;
}

export interface LinkUser {
  /** The email name in the site's certificate. */
  name: string;
  permissions: Permissions;
}

export interface Users {
  /** Users of the account that holds the streams. */
  services: readonly NkeyUser[];
  /** Who may dial in as a leaf server, known by certificate. */
  links: readonly LinkUser[];
  /** Of the system account: watches the server, has no part in events. */
  admin: NkeyUser;
}

/** The text of the file. */
export const usersConf = ({
  services,
  links,
  admin,
}: Users): string => `# Made by infra/pki. Who may connect to this server, and what each may do; what is not listed is refused.

accounts {
  SIAGA {
    jetstream: enabled
    users: [
${[...services.flatMap(nkeyUsers), ...links.map(linkUser)].join('\n')}
    ]
  }
  SYS {
    users: [
${nkeyUsers(admin).join('\n')}
    ]
  }
}
system_account: SYS
`;

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
