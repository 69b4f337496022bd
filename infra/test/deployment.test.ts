/** The files for systemd and compose: read by systemd's own checker where there is one, and by a YAML reader. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SiteEnvironment } from '@siaga/web';
import { assert, suite } from '@siaga/testkit';
import { parse } from 'yaml';
import { z } from 'zod';
import { siteNodeOptions } from '../site/process.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const UNITS = join(ROOT, 'infra/systemd');
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

const test = suite('deployment files');

/** A unit's settings: the values of each name, in order. */
const settingsOf = (unit: string): Map<string, string[]> => {
  const settings = new Map<string, string[]>();
  for (const line of readFileSync(join(UNITS, unit), 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#') || /^\[(Unit|Service|Install)\]$/.test(line)) continue;
    const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    assert.ok(name, `${unit}: ${line}`);
    settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
};
const units = readdirSync(UNITS).filter((name) => name.endsWith('.service'));

test('every unit is shut in: a user of its own, nothing to write but its state, no privileges', () => {
  assert.deepEqual(units, [
    'siaga-hub.service',
    'siaga-nats.service',
    'siaga-site.service',
    'siaga-steward.service',
  ]);
  for (const unit of units) {
    const settings = settingsOf(unit);
    assert.notEqual(settings.get('User')?.[0], undefined);
    for (const [name, value] of [
      ['NoNewPrivileges', 'yes'],
      ['ProtectSystem', 'strict'],
      ['ProtectHome', 'yes'],
      ['PrivateTmp', 'yes'],
      ['PrivateDevices', 'yes'],
      ['CapabilityBoundingSet', ''],
      ['StateDirectoryMode', '0700'],
      ['UMask', '0077'],
    ] as const)
      assert.deepEqual(settings.get(name), [value], `${unit}: ${name}`);
    // A site makes its next signing key itself.
    const writes = unit === 'siaga-site.service' ? ['/etc/siaga/signing'] : undefined;
    assert.deepEqual(settings.get('ReadWritePaths'), writes);
  }
});

test('the unit and the image give Node the options that the launcher gives a site', () => {
  const command = settingsOf('siaga-site.service').get('ExecStart')?.[0];
  const [, ...unit] = (command ?? '').split(' ');
  assert.deepEqual(unit, [...siteNodeOptions, 'infra/site/main.ts']);
  const [, run = '[]'] =
    /^CMD (\[.*\])$/m.exec(readFileSync(join(ROOT, 'infra/compose/Dockerfile'), 'utf8')) ?? [];
  assert.deepEqual(JSON.parse(run), ['node', ...siteNodeOptions, 'infra/site/main.ts']);
});

if (hasSystemd) {
  test('systemd-analyze takes every unit, finds its programs, and rates its exposure at most 2.0', () => {
    const folder = mkdtempSync(join(tmpdir(), 'siaga-units-'));
    try {
      const files = units.map((unit) => {
        const file = join(folder, unit);
        // The program is looked for in this work tree, in place of where an operator puts it.
        writeFileSync(file, readFileSync(join(UNITS, unit), 'utf8').replaceAll('/opt/siaga/', ROOT));
        return file;
      });
      const verified = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], { encoding: 'utf8' });
      assert.equal(`${verified.stdout}${verified.stderr}`, '');
      assert.equal(verified.status, 0);
      for (const file of files) {
        const rated = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', file], {
          encoding: 'utf8',
        });
        assert.equal(rated.status, 0, rated.stdout);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/** What we use of the compose file format, and nothing beside it. */
const Service = z.strictObject({
  // A name and an exact version; the registry is the machine's own choice.
  image: z.string().regex(/^[a-z]+:\d+\.\d+\.\d+(-[a-z]+)?$/),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  user: z.string(),
  working_dir: z.string().optional(),
  command: z.array(z.string()).optional(),
  network_mode: z
    .string()
    .regex(/^service:\w+$/)
    .optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string().regex(/^[^:]+(:\/[^:]+)(:ro)?$/)),
  ports: z.array(z.string()).optional(),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.literal('CMD')], z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.int(),
      start_period: z.string(),
    })
    .optional(),
  depends_on: z.array(z.string()).optional(),
  restart: z.literal('unless-stopped'),
  read_only: z.literal(true),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
});
const Compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});
const composeOf = (name: string) =>
  Compose.parse(parse(readFileSync(join(ROOT, 'infra/compose', name), 'utf8')));

/** The variables that a configuration names. */
const namedIn = (conf: string): Set<string> => {
  const text = readFileSync(join(ROOT, 'infra/nats', conf), 'utf8').replace(/#.*$/gm, '');
  return new Set([...text.matchAll(/\$(SIAGA_\w+)/g)].map(([, name = '']) => name));
};

test('the compose files parse, every volume is declared, and each server gets the variables that it needs', () => {
  for (const [file, conf, server] of [
    ['compose.yaml', 'leaf.conf', 'nats'],
    ['compose.hub.yaml', 'hub.conf', 'hub'],
  ] as const) {
    const { services, volumes } = composeOf(file);
    for (const { volumes: mounted, depends_on: needed = [], network_mode: network } of Object.values(
      services,
    )) {
      for (const volume of mounted) {
        const [source = ''] = volume.split(':/');
        const isKey = source.startsWith('${SIAGA_KEYS}/');
        const mayWrite = source === '${SIAGA_KEYS}/signing';
        assert.ok(isKey ? mayWrite || volume.endsWith(':ro') : source in volumes, volume);
      }
      for (const name of [...needed, ...(network === undefined ? [] : [network.slice(8)])])
        assert.ok(name in services, name);
    }
    const given = new Set(Object.keys(services[server]?.environment ?? {}));
    const wanted = new Set([...namedIn(conf), ...namedIn('common.conf')]);
    assert.deepEqual([...given].sort(), [...wanted].sort());
  }
});

test('the site of the compose file has a configuration that a site takes', () => {
  const example: Record<string, string> = {
    SIAGA_REGENCY: '62.07',
    SIAGA_NEIGHBOURS: '62.02',
    SIAGA_PORT: '6207',
  };
  const environment = Object.entries(composeOf('compose.yaml').services['site']?.environment ?? {});
  const filled = environment.map(([name, value]) => [
    name,
    value.replace(/\$\{(\w+)\}/g, (_, variable: string) => example[variable] ?? ''),
  ]);
  const site = SiteEnvironment.parse(Object.fromEntries(filled));
  assert.equal(site.SIAGA_MODE, 'production');
  assert.equal(site.SIAGA_NATS_SEEDS, '/etc/siaga/seeds');
});
