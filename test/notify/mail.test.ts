import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fanOut } from '../../src/db/queries/events/fan-out.ts';
import { setRecipient, type Recipient } from '../../src/db/queries/events/recipients.ts';
import { recordEvent } from '../../src/db/queries/events/outbox.ts';
import { createTenant, inTurn } from '../../src/db/queries/tenants/tenants.ts';
import { isRefusedForGood, openMail } from '../../src/notify/mail/send.ts';
import { parseSmtpUrl } from '../../src/base/smtp-url.ts';
import { openBench, type Bench } from '../sync/pipeline.ts';
import { openMailServer, type MailServer } from './mail-server.ts';
import { nodeOver, openWorld, type World } from './world.ts';

const from = { name: 'Arrivage', address: 'arrivage@example.org' };

function sender(port: number, login = '') {
  const smtp = parseSmtpUrl(`smtp://${login}127.0.0.1:${port}`);
  if (!smtp) throw new Error('a good URL');
  return openMail({ smtp, from });
}

async function write(
  world: Pick<World, 'database'>,
  email: string,
  given: Partial<Recipient> = {},
  tenant = 'acme',
): Promise<void> {
  const recipient: Recipient = { email, language: 'fr', types: [], digest: false, ...given };
  await inTurn(world.database.db, tenant, (tx) => setRecipient(tx, tenant, recipient, 10));
}

const queued = ({ database }: Pick<World, 'database'>) => database.sql<{ last_error: string | null }[]>`
  select last_error from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
  where t.identifier in ('notify', 'mail')`;

const until = (work: () => Promise<void> | void) => vi.waitFor(work, { timeout: 20_000, interval: 50 });

const header = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit';
const entry = (piece: number, client = 'C1') => `${client};VE;F${piece};15/11/2026;31/12/2026;Facture ${piece};10,00;`;

async function pushed(files: Record<string, string>): Promise<{ bench: Bench; server: MailServer }> {
  const server = await openMailServer();
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle', name: 'Acme & fils' });
  await write(bench, 'marie@example.org');
  await write(bench, 'john@example.org', { language: 'en' });
  for (const [name, content] of Object.entries(files)) await bench.send('acme', name, content);
  await bench.advance('acme', { hurry: true });
  nodeOver(bench.database, { send: sender(server.port) });
  return { bench, server };
}

it('writes to each recipient in their language what a sync did, what it rejected, and what to do', async () => {
  const { server } = await pushed({
    'clients.csv': 'Code client;Raison sociale\r\nC1;Dupont\r\n',
    'ecritures.csv': [header, entry(1), entry(2), entry(3, 'C9'), ''].join('\r\n'),
  });
  await until(() => expect(server.mails).toHaveLength(2));
  const [english, french] = server.mails.toSorted((a, b) => String(a.to_).localeCompare(String(b.to_)));

  expect(french).toMatchObject({
    to_: ['marie@example.org'],
    subject: 'Acme & fils : importation effectuée, 1 rejetée (n° 1)',
    from: { value: [from] },
  });
  expect(french?.text).toContain('Importation effectuée : 4 lignes lues, 3 nouvelles');
  expect(french?.text).toContain('- ecritures.csv (écritures) : 3 lignes lues, 2 nouvelles, 1 rejetée');
  expect(french?.text).toMatch(/ecritures\.csv, ligne 4, .*C9/);
  expect(french?.text).toContain('Corrigez les lignes rejetées dans votre logiciel');
  expect(french?.html).toContain('<h2>Que faire</h2>');
  expect(french?.html).toContain('Acme &amp; fils');
  expect(french?.headers.get('auto-submitted')).toBe('auto-generated');
  expect(english).toMatchObject({ to_: ['john@example.org'], subject: 'Acme & fils: import done, 1 rejected (no. 1)' });
  expect(english?.text).toContain('Correct the rejected lines in your software');
});

it('names what is doubtful in the subject and in the letter, with line, column and value', async () => {
  const { server } = await pushed({
    'clients.csv': 'Code client;Raison sociale\r\nC1;Dupont\r\n',
    'ecritures.csv': [header, entry(1), entry(2).replace('10,00', '10,00 CHF'), ''].join('\r\n'),
  });
  await until(() => expect(server.mails).toHaveLength(2));
  const [english, french] = server.mails.toSorted((a, b) => String(a.to_).localeCompare(String(b.to_)));
  expect(french?.subject).toBe('Acme & fils : importation effectuée, 1 remarque douteuse à relire (n° 1)');
  expect(french?.text).toContain('1 remarque douteuse à relire.');
  expect(french?.text).toMatch(/- ecritures\.csv, .*autre monnaie.* \(ligne 3, colonne « Débit » : « 10,00 CHF »\)/);
  expect(french?.text).not.toContain('tout est en ordre');
  expect(english?.subject).toBe('Acme & fils: import done, 1 doubtful remark to check (no. 1)');
});

it('tells of files put aside in the mail about the sync, and in one of its own only to who asked for no other', async () => {
  const server = await openMailServer();
  const bench = await openBench();
  await bench.tenant('acme', { trigger: 'settle' });
  await write(bench, 'all@example.org');
  await write(bench, 'files@example.org', { types: ['upload.quarantined'] });
  await bench.send('acme', 'notes.csv', 'Titre;Auteur\r\nGerminal;Zola\r\n');
  await bench.advance('acme', { hurry: true });
  nodeOver(bench.database, { send: sender(server.port) });
  await until(() => expect(server.mails).toHaveLength(2));
  await until(async () => expect(await queued(bench)).toEqual([]));
  const subjects = new Map(server.mails.map(({ to_, subject }) => [to_[0], subject]));
  expect([...subjects].toSorted()).toEqual([
    ['all@example.org', 'acme : échec de l’importation, livraison incomplète (n° 1)'],
    ['files@example.org', 'acme : fichier mis de côté, notes.csv'],
  ]);
  const [failed] = server.mails.filter(({ to_ }) => to_[0] === 'all@example.org');
  expect(failed?.text).toContain('notes.csv (contenu non reconnu) : Fichier non reconnu');
});

it('writes about a held sync as it was held, though it was approved and applied meanwhile', async () => {
  const server = await openMailServer();
  const bench = await openBench();
  await bench.tenant('acme');
  const entries = (last: number) => [header, ...Array.from({ length: last }, (_, i) => entry(i + 1)), ''].join('\r\n');
  await bench.send('acme', 'clients.csv', 'Code client;Raison sociale\r\nC1;Dupont\r\n');
  await bench.send('acme', 'ecritures.csv', entries(10));
  await bench.send('acme', 'ecritures.csv', entries(2));
  await bench.advance('acme');
  await bench.rows("update syncs set state = 'queued', approved_by = 'somebody' where state = 'held'");
  await bench.advance('acme');
  await write(bench, 'held@example.org', { types: ['sync.held'] });
  nodeOver(bench.database, { send: sender(server.port) });
  await until(() => expect(server.mails).toHaveLength(1));
  expect(server.mails[0]).toMatchObject({
    subject: 'acme : importation suspendue, une décision est attendue (n° 3)',
    text: expect.stringContaining('elle solderait 80') as string,
  });
});

it('writes once though two nodes run and the job that tells it runs twice', async () => {
  const server = await openMailServer();
  const world = await openWorld({ send: sender(server.port) });
  await write(world, 'marie@example.org');
  const data = { dataset: 'clients', day: '2026-11-24', reason: { fr: 'Pas là.', en: 'Not there.' } };
  for (let i = 0; i < 5; i++) await world.happen('upload.expected_missing', data, null);
  await world.database.sql`
    select graphile_worker.add_job('notify', json_build_object('tenant', 'acme', 'eventId', id)) from events`;
  world.node();
  world.node();
  await until(async () => {
    expect(await world.database.sql`select from graphile_worker._private_jobs`).toHaveLength(0);
    expect(server.mails).toHaveLength(5);
  });
  expect(new Set(server.mails.map(({ messageId }) => messageId)).size).toBe(5);
});

it('tries again while the server refuses the password, and sends once it takes it, under the same Message-ID', async () => {
  let good = false;
  const ids: (string | undefined)[] = [];
  const server = await openMailServer({
    authOptional: false,
    onAuth: (auth, _session, done) => {
      if (good && auth.username === 'us' && auth.password === 'p@ss') done(null, { user: 'us' });
      else done(new Error('535 wrong password'));
    },
  });
  const world = await openWorld({ send: sender(server.port, 'us:p%40ss@') });
  await write(world, 'marie@example.org');
  world.node();
  await world.happen('upload.expected_missing', { dataset: 'clients', reason: { fr: 'x', en: 'x' } }, null);
  await until(async () => expect((await queued(world))[0]?.last_error).toContain('Invalid login'));
  expect((await queued(world))[0]?.last_error).not.toContain('p@ss');
  good = true;
  await until(async () => {
    await world.hurry();
    expect(server.mails).toHaveLength(1);
  });
  ids.push(server.mails[0]?.messageId);
  expect(ids).toEqual([expect.stringMatching(/^<[0-9a-f]{32}@example\.org>$/)]);
});

it('sends nothing in the clear where TLS is required, nor under a certificate that nobody vouches for', async () => {
  const starttls = await openMailServer({ disabledCommands: [] });
  for (const server of [await openMailServer(), starttls]) {
    const smtp = { host: '127.0.0.1', port: server.port, secure: false, requireTLS: true, ignoreTLS: false };
    const letter = { language: 'fr', subject: 'x', blocks: [] } as const;
    await expect(openMail({ smtp, from })('marie@example.org', letter, 'event 1')).rejects.toMatchObject({
      code: expect.stringMatching(/ETLS|ESOCKET|ECONNECTION/) as string,
    });
    expect(server.mails).toEqual([]);
  }
});

it('gives a server up that drips its answers, however long it could go on', async () => {
  let dripping: NodeJS.Timeout | undefined;
  const server = createServer((socket) => {
    socket.on('error', () => undefined).on('close', () => clearInterval(dripping));
    dripping = setInterval(() => socket.write('220-and so on\r\n'), 20);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const smtp = parseSmtpUrl(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const send = openMail({ smtp: smtp ?? expect.fail(), from }, 500);
  const sent = send('marie@example.org', { language: 'fr', subject: 'x', blocks: [] }, 'event 1');
  const error: unknown = await sent.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'AbortError' });
  expect(isRefusedForGood(error)).toBe(false);
});

it('lets a tenant whose mails hang keep no other’s', async () => {
  const held: (() => void)[] = [];
  let isSlow = true;
  const server = await openMailServer({
    // As a server that asks the recipient's first, which does not answer.
    onRcptTo: ({ address }, _, done) => {
      if (isSlow && address.endsWith('@slow.example')) held.push(done);
      else done();
    },
  });
  const world = await openWorld({ send: sender(server.port) });
  await createTenant(world.database.db, { id: 'other', name: 'Other', state: 'live' });
  for (let i = 0; i < 8; i++) await write(world, `person${i}@slow.example`);
  await write(world, 'ann@example.org', {}, 'other');
  const missing = { dataset: 'clients', reason: { fr: 'x', en: 'x' } };
  world.node(4);
  await world.happen('upload.expected_missing', missing, null);
  await until(() => expect(held).toHaveLength(2));
  const event = { tenant: 'other', ...missing };
  await world.database.sql.begin((tx) => recordEvent(tx, 'other', 'upload.expected_missing', null, event));
  await until(() => expect(server.mails.map(({ to_ }) => to_)).toEqual([['ann@example.org']]));
  expect(held).toHaveLength(2);
  isSlow = false;
  for (const done of held) done();
  await until(() => expect(server.mails).toHaveLength(9));
});

it('does not try a recipient again whom the server will never take, and writes to the others', async () => {
  const server = await openMailServer({
    onRcptTo: (address, _session, done) => {
      if (address.address !== 'gone@example.org') done();
      else done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
    },
  });
  const world = await openWorld({ send: sender(server.port) });
  for (const email of ['gone@example.org', 'here@example.org']) await write(world, email);
  world.node();
  await world.happen('upload.expected_missing', { dataset: 'clients', reason: { fr: 'x', en: 'x' } }, null);
  await until(async () => {
    expect(await world.database.sql`select from graphile_worker._private_jobs`).toHaveLength(0);
    expect(server.mails.map(({ to_ }) => to_)).toEqual([['here@example.org']]);
  });
});

it('lets no name add a header or a recipient', async () => {
  const server = await openMailServer();
  const send = sender(server.port);
  const evil = 'x\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script> \u2028 é, <other@example.org>';
  await send(
    'marie@example.org',
    {
      language: 'fr',
      subject: evil,
      blocks: [
        { kind: 'text', text: evil },
        { kind: 'list', items: [evil] },
      ],
    },
    'event 1',
  );
  const [mail] = server.mails;
  expect(mail?.to_).toEqual(['marie@example.org']);
  expect(mail?.headers.has('bcc')).toBe(false);
  expect(mail?.subject).toContain('Bcc: victim@example.org');
  expect(mail?.html).not.toContain('<script>');
});

it('writes to nobody where no mail server is set up', async () => {
  const world = await openWorld();
  await write(world, 'marie@example.org');
  await world.happen('sync.failed');
  const [event] = await world.database.sql<{ id: number }[]>`select id::int as id from events`;
  await world.database.sql`delete from graphile_worker._private_jobs`;
  await fanOut(world.database.sql, 'acme', event?.id ?? 0, false);
  expect(await world.database.sql`select from events where fanned_out_at is not null`).toHaveLength(1);
  expect(await world.database.sql`select from graphile_worker._private_jobs`).toHaveLength(0);
});
