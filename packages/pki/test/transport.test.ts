/** Who may say and hear what, tried over real servers with the keys and certificates of infra/pki. */
import { randomUUID } from 'node:crypto';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  answerAsks,
  askOwner,
  connectNats,
  ensureHub,
  ensureSite,
  EVENTS,
  hubStream,
  INTERNAL,
  linkOf,
  newestAtHub,
  newSeed,
  openPublisher,
  publicKeyOf,
  readSeed,
  sharedStream,
} from '@siaga/stream';
import { freePort, type NatsProcess, startNatsServer } from '@siaga/stream/server';
import { assert, startTopology, suite, type Topology, until } from '@siaga/testkit';
import { connect, nkeyAuthenticator } from 'nats';
import { ensureAuthority, ensureSiteFolder, linkName } from '../src/index.ts';
import { alteredLeaf } from './altered-leaf.ts';

const test = suite('pki: who may say what');
const KOTIM = '62.02';
const SERUYAN = '62.07';
/** A neighbour of nobody here. */
const LAMANDAU = '62.09';
const DAY_MS = 86_400_000;
type Connection = Awaited<ReturnType<Topology['hub']['connect']>>;

let topology: Topology;
let folder = '';
let hub: Connection;
/** As the services of Seruyan. */
let regency: Connection;
let picture: Connection;
/** As whoever has taken over Seruyan's site altogether. */
let seruyan: Connection;
let kotim: Connection;

test.before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'siaga-pki-'));
  topology = await startTopology({ regencies: [KOTIM, SERUYAN] });
  hub = await topology.hub.connect();
  const steward = await topology.hub.connect('steward', 'steward');
  await ensureHub(steward, [KOTIM, SERUYAN]);
  seruyan = await topology.site(SERUYAN).connect();
  kotim = await topology.site(KOTIM).connect();
  regency = await topology.site(SERUYAN).connect('regency', 'regency');
  picture = await topology.site(SERUYAN).connect('picture', 'picture');
  const ofKotim = await topology.site(KOTIM).connect('regency', 'regency');
  await ensureSite(ofKotim, { regency: KOTIM, neighbours: [SERUYAN] });
  await ensureSite(regency, { regency: SERUYAN, neighbours: [KOTIM] });
  // Each is the other's proof that the way is there, whatever is refused below.
  await openPublisher(ofKotim, KOTIM).publish([entry(KOTIM, 1)]);
  await openPublisher(regency, SERUYAN).publish([entry(SERUYAN, 1)]);
  await openPublisher(regency, SERUYAN, INTERNAL).publish([entry(SERUYAN, 1, 'internal')]);
  await until('each has the other’s', async () => {
    const counts = await Promise.all([
      count(kotim, sharedStream(SERUYAN)),
      count(seruyan, sharedStream(KOTIM)),
    ]);
    return counts.every((held) => held === 1);
  });
});
test.after(async () => {
  await topology.stop();
  rmSync(folder, { recursive: true, force: true });
});

const entry = (code: string, sequence: number, root = 'disaster') => ({
  sequence,
  subject: `${root}.${code.replace('.', '')}.flood.incident.reported`,
  bytes: new TextEncoder().encode(`event ${sequence} of ${code}`),
});

const count = async (nc: Connection, stream: string): Promise<number> => {
  const jsm = await nc.jetstreamManager({ checkAPI: false });
  return jsm.streams.info(stream).then(
    ({ state }) => state.messages,
    () => -1,
  );
};

const logged = (lines: readonly string[], pattern: RegExp) =>
  until(`the server logged ${String(pattern)}`, () => lines.some((line) => pattern.test(line)));

/** A JetStream request that must be refused at once, as what it is, and be in the server's log. */
const refused = async (nc: Connection, subject: string, body: unknown = {}) => {
  await assert.rejects(nc.request(subject, JSON.stringify(body), { timeout: 2_000 }), (error) => {
    assert.match(String(error), /Permissions Violation for Publish|PERMISSIONS_VIOLATION/i, subject);
    return true;
  });
};

test('a service that publishes as another regency is rejected, and the streams are as they were', async () => {
  const js = regency.jetstream();
  for (const subject of [
    'disaster.6202.flood.incident.reported',
    'internal.6202.flood.incident.reported',
    'heartbeat.6202',
    '$JS.r6202.API.STREAM.INFO.EVENTS',
    'sync.6207.hub.S.guess',
    'other',
  ])
    await assert.rejects(
      js.publish(subject, 'forged'),
      /Permissions Violation|PERMISSIONS_VIOLATION/i,
      subject,
    );
  await logged(topology.site(SERUYAN).log, /Publish Violation.*disaster\.6202/);
  assert.equal(await count(kotim, EVENTS), 1);
  for (const code of [KOTIM, SERUYAN]) assert.equal(await count(hub, hubStream(code)), 1);
});

test('a plain publish that is refused says nothing to its caller, but the connection knows', async () => {
  const own = await topology.site(SERUYAN).connect('regency', 'regency');
  assert.equal(linkOf(own).refused(), undefined);
  own.publish('heartbeat.6207', 'fine');
  await own.flush();
  assert.equal(linkOf(own).refused(), undefined);
  own.publish('heartbeat.6202', 'forged');
  await until('it is known', () => linkOf(own).refused() !== undefined);
  assert.equal(linkOf(own).refused(), 'publish to "heartbeat.6202"');
});

test('the picture service only reads: no event, no heartbeat, no stream is made, changed or removed', async () => {
  for (const subject of [
    'disaster.6207.flood.incident.reported',
    'internal.6207.flood.incident.reported',
    'heartbeat.6207',
    ...['CREATE', 'UPDATE', 'DELETE', 'PURGE', 'MSG.DELETE'].map((verb) => `$JS.API.STREAM.${verb}.EVENTS`),
    '$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.spy',
    '_INBOX.regency.answer',
  ])
    await refused(picture, subject);
  const jsm = await picture.jetstreamManager({ checkAPI: false });
  for (const stream of [EVENTS, INTERNAL, sharedStream(KOTIM)])
    assert.equal((await jsm.streams.info(stream)).state.messages, 1);
});

test('no service deletes messages or purges, and each may only hear its own answers', async () => {
  // A whole stream of the own site the regency's service may remove: it makes a damaged one anew from the ledger.
  for (const stream of [EVENTS, INTERNAL, sharedStream(KOTIM)])
    for (const verb of ['DELETE', 'PURGE', 'MSG.DELETE', 'SNAPSHOT', 'RESTORE'])
      await refused(regency, `$JS.API.STREAM.${verb}.${stream}`);
  await refused(regency, '$JS.API.STREAM.CREATE.SPY', { name: 'SPY', subjects: ['spy'] });
  for (const [nc, subject] of [
    [regency, '_INBOX.picture.>'],
    [picture, '_INBOX.regency.>'],
    [picture, 'disaster.>'],
    [regency, '>'],
  ] as const) {
    const heard = new Promise<string>((resolve) => {
      nc.subscribe(subject, { callback: (error) => resolve(String(error)) });
    });
    assert.match(await heard, /Permissions Violation for Subscription/i, subject);
  }
});

test('the hub’s steward keeps the streams, and neither deletes them nor says what an event says', async () => {
  const steward = await topology.hub.connect('steward', 'steward');
  for (const subject of [
    `$JS.API.STREAM.DELETE.${hubStream(KOTIM)}`,
    `$JS.API.CONSUMER.CREATE.${hubStream(KOTIM)}`,
    '$JS.r6207.API.CONSUMER.CREATE.EVENTS',
    'heartbeat.6207',
    'disaster.6202.flood.incident.reported',
    'filling.DISASTERS-6210',
  ])
    await refused(steward, subject);
});

test('a site that was taken over altogether manages nothing at the hub or at the other', async () => {
  for (const [api, request] of [
    ['$JS.hub.API', `STREAM.DELETE.${hubStream(KOTIM)}`],
    ['$JS.hub.API', `STREAM.INFO.${hubStream(KOTIM)}`],
    ['$JS.hub.API', `STREAM.PURGE.${hubStream(KOTIM)}`],
    ['$JS.hub.API', `STREAM.UPDATE.${hubStream(KOTIM)}`],
    ['$JS.hub.API', 'STREAM.CREATE.SPY'],
    ['$JS.r6202.API', `STREAM.DELETE.${EVENTS}`],
    ['$JS.r6202.API', `STREAM.INFO.${EVENTS}`],
    ['$JS.r6202.API', `CONSUMER.CREATE.${EVENTS}`],
    ['$JS.r6202.API', `CONSUMER.CREATE.${INTERNAL}`],
  ]) {
    // Answers come where a source's do, so that a refusal is no lost answer.
    await assert.rejects(
      seruyan.request(`${api}.${request}`, '{}', { noMux: true, reply: '$JSC.R.probe', timeout: 400 }),
      /503|TIMEOUT/,
      request,
    );
  }
  for (const subject of ['disaster.6202.flood.incident.reported', 'internal.6202.flood.incident.reported'])
    await assert.rejects(seruyan.jetstream().publish(subject, 'forged'), /503/);
  for (const code of [KOTIM, SERUYAN]) assert.equal(await count(hub, hubStream(code)), 1);
  assert.equal(await count(kotim, EVENTS), 1);
});

test('a site that was taken over can’t pass for the other by heartbeat', async () => {
  const heard: string[] = [];
  kotim.subscribe('heartbeat.*', { callback: (_, message) => heard.push(message.subject) });
  await kotim.flush();
  await until('its own beat arrives', async () => {
    seruyan.publish('heartbeat.6202', 'forged');
    seruyan.publish('heartbeat.6209', 'forged');
    seruyan.publish('heartbeat.6207', 'own');
    await seruyan.flush();
    return heard.length > 0;
  });
  assert.deepEqual([...new Set(heard)], ['heartbeat.6207']);
});

test('a site has only its neighbours’ events copied: neither all, nor another’s, nor with a filter that says another', async () => {
  const name = sharedStream(LAMANDAU);
  const source = (filter?: string, of = KOTIM) => ({
    name: hubStream(of),
    external: { api: '$JS.hub.API', deliver: 'sync.hub.6207' },
    opt_start_seq: 1,
    ...(filter === undefined ? {} : { filter_subject: filter }),
  });
  const jsm = await seruyan.jetstreamManager({ checkAPI: false });
  // Filtered by the neighbour it works: so it is the permission that refuses the others.
  await jsm.streams.add({ name: 'ALLOWED', sources: [source('disaster.6202.>')] });
  await until('the copy has it', async () => (await count(seruyan, 'ALLOWED')) === 1);
  await jsm.streams.add({ name: 'ALL', sources: [source()] });
  await jsm.streams.add({ name, sources: [source('disaster.6209.>', LAMANDAU)] });
  await jsm.streams.add({ name: 'WILD', sources: [source('disaster.>')] });
  // Longer than it took the first; the servers try again meanwhile.
  await openPublisher(await topology.site(KOTIM).connect('regency', 'regency'), KOTIM).publish([
    entry(KOTIM, 2),
  ]);
  await until('what is allowed has the next', async () => (await count(seruyan, 'ALLOWED')) === 2);
  for (const refusedCopy of ['ALL', name, 'WILD']) assert.equal(await count(seruyan, refusedCopy), 0);

  const reply = '$JSC.R.mismatch';
  const answer = new Promise<string>((resolve) => {
    seruyan.subscribe(reply, { callback: (_, message) => resolve(message.string()) });
  });
  seruyan.publish(
    `$JS.hub.API.CONSUMER.CREATE.${hubStream(KOTIM)}.spy.disaster.6202.>`,
    JSON.stringify({
      stream_name: hubStream(KOTIM),
      config: {
        name: 'spy',
        filter_subject: 'disaster.>',
        deliver_subject: 'sync.hub.6207.spy',
        ack_policy: 'none',
      },
    }),
    { reply },
  );
  assert.match(await answer, /did not match filtered subject/);
  for (const stream of ['ALLOWED', 'ALL', name, 'WILD']) await jsm.streams.delete(stream);
});

test('a regency is asked and answers under both names only, and what a site was given again stays within it', async () => {
  const kotim = await topology.site(KOTIM).connect('regency', 'regency');
  const seruyan = await topology.site(SERUYAN).connect('regency', 'regency');
  const heard: string[] = [];
  for (const nc of [await topology.hub.connect(), await topology.site(KOTIM).connect('listener')]) {
    for (const subject of ['repair.>', 'ask.>', 'answer.>']) {
      nc.subscribe(subject, { callback: (_, message) => void heard.push(message.subject) });
    }
    await nc.flush();
  }
  const answers = answerAsks(
    kotim,
    { regency: KOTIM, neighbours: [SERUYAN] },
    async ({ from }) => ({ head: from, entries: [entry(KOTIM, from)] }),
    () => undefined,
  );
  const answered = async () => {
    const page = await askOwner(seruyan, { owner: KOTIM, asker: SERUYAN }, { from: 7, to: 9 }).catch(
      () => undefined,
    );
    return page?.entries[0]?.sequence === 7 && page.head === 7;
  };
  await until('Kotim answers', answered);
  // Who wants its answer elsewhere gets none: the refusal would make Kotim's service one that is not ready.
  const altered = await topology.site(SERUYAN).connect();
  altered.publish('ask.6202.6207', '{"from":7,"to":9}', { reply: 'elsewhere' });
  altered.publish('ask.6202.6207', '{"from":7,"to":9}');
  await altered.flush();
  await until('Kotim answers again', answered);
  assert.equal(linkOf(kotim).refused(), undefined);
  assert.ok(heard.includes('ask.6202.6207'));
  answers.stop();

  // As its operator, whom the own server lets do everything, a site gets nothing more across the link.
  const operator = await topology.site(SERUYAN).connect();
  heard.length = 0;
  const out = [
    'repair.6207.flood.incident.reported',
    'repair.6202.flood.incident.reported',
    'ask.6207.6202',
    'ask.6202.6209',
    'answer.6207.6202.x',
  ];
  for (const subject of out) operator.publish(subject, '{}');
  operator.publish('ask.6202.6207', '{}');
  await until('what it may say arrives', () => heard.includes('ask.6202.6207'));
  assert.deepEqual([...new Set(heard)], ['ask.6202.6207']);
});

/** A leaf of its own on the site's certificate files, which may be changed first. */
const startLeaf = async (
  change: (server: string) => void | Promise<void>,
  { log, name = 'r6207', leafPort = topology.leafPort }: { log: string[]; name?: string; leafPort?: number },
): Promise<NatsProcess> => {
  const copy = mkdtempSync(join(folder, 'leaf-'));
  cpSync(join(topology.folder, 'r6207', 'leaf'), copy, { recursive: true });
  await change(copy);
  return startNatsServer({
    config: join(copy, 'nats.conf'),
    env: {
      SIAGA_SERVER_NAME: name,
      SIAGA_STORE_DIR: join(copy, 'streams'),
      SIAGA_CLIENT_PORT: await freePort(),
      SIAGA_HUB_URLS: [`tls://127.0.0.1:${leafPort}`],
    },
    log: (line) => log.push(line),
  });
};

/** A hub of its own on the hub's files, which are changed first. */
const startHub = async (
  change: (server: string) => void,
): Promise<{ server: NatsProcess; leafPort: number }> => {
  const copy = mkdtempSync(join(folder, 'hub-'));
  cpSync(join(topology.folder, 'hub', 'hub'), copy, { recursive: true });
  change(copy);
  const leafPort = await freePort();
  const server = await startNatsServer({
    config: join(copy, 'nats.conf'),
    env: {
      SIAGA_STORE_DIR: join(copy, 'streams'),
      SIAGA_CLIENT_PORT: await freePort(),
      SIAGA_LEAF_HOST: '127.0.0.1',
      SIAGA_LEAF_PORT: leafPort,
      SIAGA_LEAF_ADVERTISE: `127.0.0.1:${leafPort}`,
    },
  });
  return { server, leafPort };
};

/** That a leaf with these files does not get in, by what the hub logs of it. */
const staysOut = async (change: (server: string) => void | Promise<void>, atHub: RegExp) => {
  const from = topology.hub.log.length;
  const log: string[] = [];
  const leaf = await startLeaf(change, { log, name: 'r6299' });
  try {
    await until(`the hub says ${String(atHub)}`, () =>
      topology.hub.log.slice(from).some((line) => atHub.test(line)),
    );
    // Without a link, what is allowed does not arrive either: there is nobody to hear it.
    assert.ok(!log.some((line) => /JetStream using domains/.test(line)));
  } finally {
    await leaf.stop();
  }
};

test('a certificate of another authority, one that has expired, and none at all stay out', async () => {
  const now = Date.now();
  const other = await ensureAuthority(join(folder, 'other'), now);
  const site = { regency: SERUYAN, neighbours: [KOTIM], now };
  await ensureSiteFolder({ ...site, folder: join(folder, 'forged'), authority: other });
  await staysOut((server) => {
    for (const file of ['server.key', 'server.pem'])
      copyFileSync(join(folder, 'forged', 'leaf', file), join(server, file));
  }, /TLS leafnode handshake error.*unknown authority/);

  await staysOut(async (server) => {
    const request = readFileSync(join(server, 'server.csr'), 'utf8');
    const expired = await topology.authority.certify(
      request,
      { kind: 'site', name: linkName(SERUYAN) },
      { notBefore: now - 2 * DAY_MS, notAfter: now - DAY_MS },
    );
    writeFileSync(join(server, 'server.pem'), expired);
  }, /TLS leafnode handshake error.*expired/);

  await staysOut((server) => {
    const conf = readFileSync(join(server, 'nats.conf'), 'utf8');
    writeFileSync(join(server, 'nats.conf'), conf.replace(/cert_file.*\n|key_file.*\n/g, ''));
  }, /TLS leafnode handshake error.*certificate/);
});

test('a certificate of a site that the hub does not list stays out', async () => {
  await staysOut(async (server) => {
    const request = readFileSync(join(server, 'server.csr'), 'utf8');
    const name = linkName(LAMANDAU);
    writeFileSync(
      join(server, 'server.pem'),
      await topology.authority.certify(request, { kind: 'site', name }),
    );
  }, /authentication error/);
});

test('a site does not take another site’s server for the hub', async () => {
  const log: string[] = [];
  const { server: falseHub, leafPort } = await startHub((copy) => {
    for (const file of ['server.key', 'server.pem'])
      copyFileSync(join(topology.folder, 'r6202', 'leaf', file), join(copy, file));
  });
  const site = await startLeaf(() => undefined, { log, leafPort });
  try {
    await logged(
      log,
      /TLS leafnode handshake error.*(certificate is valid for|cannot validate|incompatible key usage)/,
    );
  } finally {
    await site.stop();
    await falseHub.stop();
  }
});

test('a hub that keeps to no rules manages nothing at a site, and has nothing but its shared events copied', async () => {
  const seeds = join(topology.folder, 'hub', 'seeds');
  const operator = readSeed(join(seeds, 'operator.seed'));
  const { server, leafPort } = await startHub((copy) =>
    writeFileSync(
      join(copy, 'users.conf'),
      `accounts {
        SIAGA {
          jetstream: enabled
          users: [
            { nkey: ${publicKeyOf(operator)} }
            { user: "${linkName(SERUYAN)}", allowed_connection_types: ["LEAFNODE"] }
          ]
        }
        SYS { }
      }
      system_account: SYS
      `,
    ),
  );
  const site = await startLeaf(() => undefined, { log: [], leafPort });
  const anywhere = await connectNats({ servers: server.url, name: 'test', seed: operator });
  const { seed } = topology.site(SERUYAN).as('operator');
  const atSite = await connectNats({ servers: site.url, name: 'test', seed });
  try {
    await ensureSite(atSite, { regency: SERUYAN, neighbours: [KOTIM] });
    await openPublisher(atSite, SERUYAN).publish([entry(SERUYAN, 1)]);
    await openPublisher(atSite, SERUYAN, INTERNAL).publish([entry(SERUYAN, 1, 'internal')]);
    const ask = (request: string, body: object) =>
      anywhere
        .request(`$JS.r6207.API.${request}`, JSON.stringify(body), {
          timeout: 400,
          noMux: true,
          reply: `$JSC.R.${randomUUID()}`,
        })
        .then(
          (answer) => answer.string(),
          () => 'no answer',
        );
    const consumer = (stream: string, config: object) => ({ stream_name: stream, config });
    const none = { ack_policy: 'none' };
    // So it is not the way that is missing.
    await until('what may be read is answered', async () =>
      /"stream_name":"EVENTS"/.test(await ask(`CONSUMER.CREATE.${EVENTS}`, consumer(EVENTS, none))),
    );
    const subject = 'internal.6207.flood.incident.reported';
    for (const [request, body] of [
      [`STREAM.INFO.${INTERNAL}`, {}],
      [`STREAM.MSG.GET.${INTERNAL}`, { seq: 1 }],
      [`CONSUMER.CREATE.${INTERNAL}`, consumer(INTERNAL, none)],
      [`CONSUMER.CREATE.${INTERNAL}.spy`, consumer(INTERNAL, { ...none, name: 'spy' })],
      [
        `CONSUMER.CREATE.${INTERNAL}.spy.${subject}`,
        consumer(INTERNAL, { ...none, filter_subject: subject }),
      ],
      [`CONSUMER.DURABLE.CREATE.${INTERNAL}.spy`, consumer(INTERNAL, { ...none, durable_name: 'spy' })],
      ['STREAM.CREATE.SPY', { name: 'SPY', sources: [{ name: INTERNAL }] }],
      [`STREAM.DELETE.${EVENTS}`, {}],
    ] as const)
      assert.equal(await ask(request, body), 'no answer', request);
    const jsm = await atSite.jetstreamManager();
    assert.deepEqual(await jsm.consumers.list(INTERNAL).next(), []);
  } finally {
    await anywhere.close();
    await atSite.close();
    await site.stop();
    await server.stop();
  }
});

test('a link’s name, a stranger’s key and no name at all open no connection', async () => {
  for (const options of [{ user: linkName(SERUYAN) }, { user: linkName(SERUYAN), pass: '' }, {}])
    await assert.rejects(
      connect({ servers: topology.hub.url, reconnect: false, ...options }),
      /[Aa]uthorization/,
    );
  const authenticator = nkeyAuthenticator(new TextEncoder().encode(newSeed()));
  await assert.rejects(
    connect({ servers: topology.hub.url, reconnect: false, authenticator }),
    /[Aa]uthorization/,
  );
});

test('a peer that ignores its permissions still hears nothing but its own', async () => {
  const peer = await alteredLeaf(topology);
  try {
    for (const subject of [
      '>',
      'heartbeat.*',
      'disaster.>',
      '_INBOX.>',
      '$JS.hub.API.>',
      'sync.>',
      'answer.>',
    ])
      peer.send(`LS+ ${subject}`);
    await until('the neighbour’s beat and the hub’s message arrive', async () => {
      for (const nc of [hub, kotim])
        for (const subject of [
          'heartbeat.6209',
          'disaster.6209.flood.incident.reported',
          '_INBOX.operator.x',
          'sync.hub.6202.x',
          'ask.6209.6202',
          'answer.6209.6202.x',
        ])
          nc.publish(subject, 'not for it');
      await hub.flush();
      kotim.publish('heartbeat.6202', 'for it');
      hub.publish('sync.hub.6207.x', 'for it');
      await Promise.all([hub.flush(), kotim.flush()]);
      return /LMSG heartbeat\.6202 /.test(peer.heard()) && /LMSG sync\.hub\.6207\.x /.test(peer.heard());
    });
    assert.doesNotMatch(peer.heard(), /not for it/);
  } finally {
    peer.close();
  }
});

test('what such a peer says under another’s name reaches nobody', async () => {
  const peer = await alteredLeaf(topology);
  const heard: string[] = [];
  const atHub: string[] = [];
  kotim.subscribe('>', { callback: (_, message) => heard.push(`${message.subject} ${message.string()}`) });
  hub.subscribe('>', { callback: (_, message) => atHub.push(`${message.subject} ${message.string()}`) });
  await Promise.all([kotim.flush(), hub.flush()]);
  try {
    await until('what it may say arrives', () => {
      for (const subject of [
        'heartbeat.6202',
        'heartbeat.6209',
        'ask.6202.6209',
        'answer.6202.6209.x',
        'disaster.6202.flood.incident.reported',
        'disaster.6207.flood.incident.reported',
        'internal.6202.flood.incident.reported',
        'sync.6202.hub.x',
        'sync.hub.6202.x',
        '$JS.FC.EVENTS.x.y',
        '$JS.r6202.API.CONSUMER.CREATE.EVENTS',
        'other',
      ])
        peer.publish(subject, 'forged');
      for (const subject of ['heartbeat.6207', 'ask.6202.6207', 'answer.6202.6207.x', 'sync.6207.hub.x'])
        peer.publish(subject, 'own');
      return heard.some((line) => line.startsWith('answer.')) && atHub.includes('sync.6207.hub.x own');
    });
    const forged = (line: string) => line.endsWith('forged');
    assert.deepEqual([heard.filter(forged), atHub.filter(forged)], [[], []]);
    assert.deepEqual([...new Set(heard.filter((line) => line.endsWith('own')))].sort(), [
      'answer.6202.6207.x own',
      'ask.6202.6207 own',
      'heartbeat.6207 own',
    ]);
    for (const code of [KOTIM, SERUYAN]) assert.ok((await count(hub, hubStream(code))) <= 2);
  } finally {
    peer.close();
  }
});

const said = (client: object) => `NATS/1.0\r\nNats-Request-Info: ${JSON.stringify(client)}\r\n\r\n`;

test('such a peer manages nothing at the hub, and reads there what it may read', async () => {
  const peer = await alteredLeaf(topology);
  const counts = () => Promise.all([KOTIM, SERUYAN].map((code) => count(hub, hubStream(code))));
  const before = await counts();
  const stream = hubStream(KOTIM);
  const consumer = (config: object) =>
    JSON.stringify({ stream_name: stream, config: { ack_policy: 'none', ...config } });
  try {
    for (const reply of ['$JSC.R.>', 'sync.hub.6207.spy']) peer.send(`LS+ ${reply}`);
    // For whom a request is, servers tell each other in a header: with one that names the hub's account, too.
    for (const api of ['$JS.hub.API', '$JS.API', '$JS.r6202.API'])
      for (const [request, body] of [
        [`STREAM.INFO.${stream}`, ''],
        [`STREAM.DELETE.${stream}`, ''],
        [`STREAM.PURGE.${stream}`, ''],
        [`STREAM.UPDATE.${stream}`, JSON.stringify({ name: stream, sources: [] })],
        [`STREAM.MSG.GET.${stream}`, '{"seq":1}'],
        ['STREAM.CREATE.SPY', JSON.stringify({ name: 'SPY', subjects: ['spy'] })],
        ['STREAM.NAMES', ''],
        [`CONSUMER.CREATE.${stream}`, consumer({})],
        [`CONSUMER.CREATE.${stream}.all`, consumer({ name: 'all' })],
        [`CONSUMER.CREATE.${stream}.all.disaster.>`, consumer({ name: 'all', filter_subject: 'disaster.>' })],
        [`CONSUMER.CREATE.${hubStream(SERUYAN)}.own.disaster.>`, '{}'],
        [`CONSUMER.CREATE.${hubStream(SERUYAN)}`, '{}'],
        [`CONSUMER.DURABLE.CREATE.${stream}.durable`, consumer({ durable_name: 'durable' })],
        [`CONSUMER.LIST.${stream}`, ''],
      ] as const)
        for (const header of ['', said({ acc: 'SIAGA' }), said({ acc: 'r6207', svc: 'SIAGA' })])
          peer.publish(`${api}.${request}`, body, { reply: '$JSC.R.refused', header });
    // A consumer delivers to whatever subject its request names; neither the other's beat nor JetStream are among those
    // that do any harm.
    for (const [name, to] of [
      ['beat', 'heartbeat.6207'],
      ['delete', `$JS.API.STREAM.DELETE.${stream}`],
      ['spy', 'sync.hub.6207.spy'],
    ] as const)
      peer.publish(
        `$JS.hub.API.CONSUMER.CREATE.${stream}.${name}.disaster.6202.>`,
        consumer({
          name,
          filter_subject: 'disaster.6202.>',
          deliver_subject: to,
          idle_heartbeat: 100_000_000,
          max_deliver: 1,
        }),
        { reply: '$JSC.R.allowed' },
      );
    const heard: string[] = [];
    kotim.subscribe('heartbeat.6207', { callback: (_, message) => heard.push(message.string()) });
    await until('it is sent the neighbour’s event, and the consumer’s heartbeats after', () =>
      /sync\.hub\.6207\.spy [^]*event 1 of 62\.02[^]*Idle Heartbeat[^]*Idle Heartbeat/.test(peer.heard()),
    );
    assert.match(peer.heard(), /\$JSC\.R\.allowed/);
    assert.doesNotMatch(peer.heard(), /\$JSC\.R\.refused/);
    assert.deepEqual(heard, []);
    assert.deepEqual(await counts(), before);
    const jsm = await hub.jetstreamManager();
    assert.deepEqual((await jsm.streams.names().next()).sort(), [KOTIM, SERUYAN].map(hubStream));
  } finally {
    peer.close();
  }
});

test('a site looks at the last of its own events at the hub, and of nobody else’s there', async () => {
  const own = await topology.site(SERUYAN).connect('regency', 'regency');
  // What the tests publish is not signed: that it is refused for that shows that it was read.
  await assert.rejects(newestAtHub(own, SERUYAN, {}), /last event of this regency can’t be read/);
  await assert.rejects(newestAtHub(own, KOTIM, {}), /permission|does not answer/i);
});

test('the hub deletes and purges no stream, whoever asks', async () => {
  for (const request of ['STREAM.DELETE', 'STREAM.PURGE', 'STREAM.LEADER.STEPDOWN'])
    await assert.rejects(
      hub.request(`$JS.API.${request}.${hubStream(KOTIM)}`, '', { timeout: 500 }),
      /503|TIMEOUT/,
    );
  assert.ok((await count(hub, hubStream(KOTIM))) > 0);
});

/** The hub's request for a consumer on the site's stream, as its source makes it. */
const askedFor = (heard: string) => {
  const found = /CREATE\.EVENTS (_R_\.\S+) [^]*?(\{"stream_name".*?\})\r\n/.exec(heard);
  const config = /"deliver_subject":"([^"]+)"/.exec(found?.[2] ?? '')?.[1];
  return found?.[1] !== undefined && config !== undefined ? { reply: found[1], deliver: config } : undefined;
};

test('a peer that feeds the hub’s source what it likes spoils its own stream at the hub, and no other', async () => {
  topology.site(SERUYAN).link.cut();
  const probe: string[] = [];
  hub.subscribe('probe', { callback: (_, message) => probe.push(message.string()) });
  await hub.flush();
  const kotimBefore = await count(hub, hubStream(KOTIM));
  // The source asks anew at once.
  await topology.hub.restart();
  const peer = await alteredLeaf(topology);
  try {
    peer.send('LS+ $JS.r6207.API.CONSUMER.CREATE.EVENTS');
    await until('the hub asks it for a consumer', () => askedFor(peer.heard()) !== undefined);
    const { reply, deliver } = askedFor(peer.heard()) ?? { reply: '', deliver: '' };
    peer.publish(
      reply,
      JSON.stringify({
        type: 'io.nats.jetstream.api.v1.consumer_create_response',
        stream_name: EVENTS,
        name: 'forged',
        created: new Date().toISOString(),
        config: { deliver_subject: deliver, ack_policy: 'none' },
        delivered: { consumer_seq: 0, stream_seq: 0 },
        ack_floor: { consumer_seq: 0, stream_seq: 0 },
      }),
    );
    const forgedSubject = 'disaster.6202.flood.incident.reported';
    const jsm = await hub.jetstreamManager();
    let sequence = 0;
    await until('the hub takes an event with another’s subject from it', async () => {
      sequence += 1;
      peer.publish(deliver, 'forged', {
        reply: `$JS.ACK.EVENTS.forged.1.${sequence}.${sequence}.1.0@${forgedSubject}`,
      });
      return jsm.streams.getMessage(hubStream(SERUYAN), { last_by_subj: forgedSubject }).then(
        () => true,
        () => false,
      );
    });
    const control = 'NATS/1.0 100 FlowControl Request\r\n\r\n';
    for (const request of ['STREAM.DELETE', 'STREAM.PURGE'])
      peer.publish(deliver, '', { header: control, reply: `$JS.API.${request}.${hubStream(KOTIM)}` });
    peer.publish(deliver, '', { header: control, reply: 'probe' });
    await until('the hub sends what such a message makes it send', () => probe.length > 0);
    assert.equal(await count(hub, hubStream(KOTIM)), kotimBefore);

    await openPublisher(await topology.site(KOTIM).connect('regency', 'regency'), KOTIM).publish([
      entry(KOTIM, 3),
    ]);
    await until(
      'the other’s stream goes on',
      async () => (await count(hub, hubStream(KOTIM))) === kotimBefore + 1,
    );
    const held = await kotim.jetstreamManager({ checkAPI: false });
    const copy = await held.streams.info(sharedStream(SERUYAN), { subjects_filter: '>' });
    assert.deepEqual(Object.keys(copy.state.subjects ?? {}), ['disaster.6207.flood.incident.reported']);
  } finally {
    peer.close();
    topology.site(SERUYAN).link.heal();
  }
});
