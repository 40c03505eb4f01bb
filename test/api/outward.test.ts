import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createApi } from '../../src/api/app.ts';
import { createKeyring } from '../../src/secrets/keyring.ts';
import { openReceiver } from '../notify/receiver.ts';
import { has, until } from '../support/clients.ts';
import { lockedKey } from '../support/locked-key.ts';
import { startSshd } from '../support/remotes/sshd.ts';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();
const acme = '/v1/tenants/acme';
const SOME = expect.any(String) as string;

it.skipIf(!has('sshd'))(
  'sets a connector up: test, confirm the host key, test again; secrets stay inside',
  async () => {
    const { ask, keys, audit } = await apiWorld(database());
    const { connector, put } = await startSshd();
    await put('clients.csv', 'a;b\n');
    const { hostKey, port, username, privateKey, directory } = connector;
    const asked = {
      ...{ protocol: 'sftp', host: '127.0.0.1', port, username, privateKey, directory },
      files: { clients: { pattern: 'clients.csv' } },
    };
    const set = (body: unknown, headers = {}) =>
      ask(`${acme}/connector`, { method: 'PUT', body, headers, key: keys.manage });
    const stored = await set(asked, { 'if-none-match': '*' });
    expect(stored.json).toMatchObject({ hasPrivateKey: true, hasPassword: false, hostKey: null, changedAt: SOME });
    expect((await set(asked, { 'if-none-match': '*' })).status).toBe(412);

    const test = () =>
      ask<{ ok: boolean; steps: object[] }>(`${acme}/connector/test`, { method: 'POST', key: keys.manage });
    const first = await test();
    expect(first.json.ok).toBe(false);
    expect(first.json.steps.at(-1)).toMatchObject({ step: 'host_key', code: 'host_key_unknown', found: hostKey });
    const body = { fingerprint: hostKey };
    const confirmed = await ask(`${acme}/connector/host-key`, { method: 'PUT', body, key: keys.manage });
    expect(confirmed.json).toMatchObject({ hostKey });
    const second = await test();
    expect(second.json.steps.at(-1)).toMatchObject({ step: 'clients', ok: true, found: 'clients.csv' });
    expect(second.json.ok).toBe(true);

    const kept = await set({ ...asked, privateKey: undefined, stableSeconds: 9 });
    expect(kept.json).toMatchObject({ hasPrivateKey: true, stableSeconds: 9 });
    const elsewhere = await set({ ...asked, privateKey: undefined, host: 'evil.example' });
    expect(elsewhere.json).toMatchObject({ code: 'connector_secrets_needed' });

    const secret = (privateKey ?? '').split('\n')[1] ?? '';
    const shown = await ask(`${acme}/connector`, { key: keys.read });
    for (const said of [stored, confirmed, shown, second]) expect(said.text).not.toContain(secret);
    expect(JSON.stringify(await audit())).not.toContain(secret);
    expect((await ask(`${acme}/connector`, { method: 'DELETE', key: keys.manage })).status).toBe(204);
    expect((await ask(`${acme}/connector`)).status).toBe(404);
  },
);

it('plans syncs and shows the next run', async () => {
  const now = () => Date.parse('2026-11-24T12:00:00Z');
  const { ask, keys } = await apiWorld(database(), { now });
  const set = (body: unknown) => ask(`${acme}/schedule`, { method: 'PUT', body, key: keys.manage });
  expect((await set({ slots: [{ days: [1, 2, 3], time: '06:30' }] })).json).toEqual({
    slots: [{ days: [1, 2, 3], time: '06:30' }],
    ...{ cron: null, timeZone: 'Europe/Paris', enabled: true, nextRun: '2026-11-25T05:30:00.000Z', lastSlot: null },
  });
  expect((await set({ slots: [], enabled: false })).json).toMatchObject({ nextRun: null });
  for (const wrong of [{ cron: '61 * * * *' }, { timeZone: 'Mars/Olympus' }, { slots: [{ days: [8], time: '06:30' }] }])
    expect((await set(wrong)).status).toBe(422);
  expect((await set({ timeZone: 'Mars/Olympus' })).json).toMatchObject({
    errors: [{ field: 'timeZone', message: 'un fuseau horaire tel que Europe/Paris' }],
  });
  expect((await ask(`${acme}/schedule`, { method: 'DELETE', key: keys.manage })).status).toBe(204);
  expect((await ask(`${acme}/schedule`)).status).toBe(404);
});

it('adds a webhook, tests it, and shows what was sent', async () => {
  const { ask, keys } = await apiWorld(database());
  const receiver = await openReceiver();
  const { key } = { key: keys.manage };
  const made = await ask<{ id: string; secret: string }>(`${acme}/webhooks`, {
    ...{ body: { url: receiver.url, types: ['sync.failed'] }, key },
  });
  expect(made.json).toMatchObject({
    url: receiver.url,
    enabled: true,
    secret: expect.stringMatching(/^whsec_/) as string,
  });
  const one = `${acme}/webhooks/${made.json.id}`;
  expect((await ask(one, { key })).text).not.toContain('whsec_');

  expect((await ask(`${one}/test`, { method: 'POST', key })).json).toMatchObject({ status: 204, error: null });
  expect(receiver.received).toMatchObject([{ headers: { 'webhook-signature': SOME } }]);
  await ask(`${one}/test`, { method: 'POST', key });
  const page = await ask<{ items: object[]; next: string }>(`${one}/deliveries?limit=1`, { key });
  expect(page.json.items).toMatchObject([{ type: 'webhook.test', state: 'delivered', attempts: [{ status: 204 }] }]);
  const rest = await ask<{ items: object[]; next: null }>(`${one}/deliveries?limit=1&cursor=${page.json.next}`, {
    key,
  });
  expect([rest.json.items.length, rest.json.next]).toEqual([1, null]);

  const changed = await ask(one, { method: 'PATCH', body: { enabled: false, types: [] }, key });
  expect(changed.json).toMatchObject({ enabled: false, types: [] });
  const rotated = await ask(`${one}/secret`, { method: 'POST', key });
  expect(rotated.json['secret']).not.toBe(made.json.secret);
  const refused = await ask(`${acme}/webhooks`, { body: { url: 'http://user:x@127.0.0.1/' }, key });
  expect(refused.json).toMatchObject({ code: 'webhook_url_refused' });
  expect((await ask(one, { method: 'DELETE', key })).status).toBe(204);
  expect((await ask(one, { key })).status).toBe(404);
});

it('keeps a list of whom to write to', async () => {
  const { ask, keys } = await apiWorld(database());
  const put = (email: string, body: unknown) =>
    ask(`${acme}/recipients/${encodeURIComponent(email)}`, { method: 'PUT', body, key: keys.manage });
  expect((await put('compta@acme.example', {})).json).toEqual({
    ...{ email: 'compta@acme.example', language: 'fr', types: [], digest: false },
  });
  expect((await put('compta@acme.example', { digest: true, language: 'en' })).status).toBe(200);
  expect((await put('no address', {})).status).toBe(422);
  expect((await ask(`${acme}/recipients`, { key: keys.manage })).json).toEqual({
    items: [{ email: 'compta@acme.example', language: 'en', types: [], digest: true }],
  });
  const gone = { method: 'DELETE', key: keys.manage };
  expect((await ask(`${acme}/recipients/compta@acme.example`, gone)).status).toBe(204);
  expect((await ask(`${acme}/recipients/compta@acme.example`, gone)).status).toBe(404);
});

const fetched = {
  ...{ protocol: 'sftp', host: 'files.example', username: 'acme', password: null },
  files: { clients: { pattern: 'clients.csv' } },
};

it('takes no private key that cannot be used, nor a passphrase that does not open the stored one', async () => {
  const { ask, keys } = await apiWorld(database());
  const locked = lockedKey('sésame');
  const set = (body: object) =>
    ask(`${acme}/connector`, { method: 'PUT', body: { ...fetched, ...body }, key: keys.manage });
  const refused = { status: 422, code: 'private_key_unusable' };
  for (const body of [{ privateKey: 'garbage' }, { privateKey: locked }, { privateKey: locked, passphrase: 'no' }])
    expect((await set(body)).json).toMatchObject(refused);
  expect((await ask(`${acme}/connector`)).status).toBe(404);

  expect((await set({ privateKey: locked, passphrase: 'sésame' })).json).toMatchObject({ hasPrivateKey: true });
  expect((await set({ passphrase: 'no' })).json).toMatchObject(refused);
  expect((await set({ stableSeconds: 9 })).json).toMatchObject({ hasPrivateKey: true, stableSeconds: 9 });
  expect((await set({ stableSeconds: 61 })).json).toMatchObject({ status: 422, errors: [{ field: 'stableSeconds' }] });
});

it('names the master key that is missing, and what to do', async () => {
  const world = await apiWorld(database());
  await world.ask(`${acme}/connector`, { method: 'PUT', body: { ...fetched, password: 'secret' } });
  const later = await createApi({
    ...world.options,
    keyring: createKeyring([{ id: 'k2', key: randomBytes(32) }]),
  }).request(`${acme}/connector/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.keys.manage}` },
  });
  const refused = (await later.json()) as { detail: string };
  expect(refused).toMatchObject({ status: 500, code: 'master_key_missing' });
  expect(refused.detail).toContain('k1');
});

it('keeps of a webhook’s address only its host on record: the rest may be a token', async () => {
  const { ask, keys, audit } = await apiWorld(database());
  const url = 'https://127.0.0.1/services/T0K3N?key=s3cret';
  const made = await ask<{ id: string }>(`${acme}/webhooks`, { body: { url }, key: keys.manage });
  await ask(`${acme}/webhooks/${made.json.id}`, { method: 'PATCH', body: { url, enabled: false }, key: keys.manage });
  const told = (await audit()).filter(({ action }) => action.startsWith('webhook.'));
  expect(told.map(({ detail }) => detail['host'])).toEqual(['127.0.0.1', '127.0.0.1']);
  expect(JSON.stringify(told)).not.toMatch(/T0K3N|s3cret/);
});

it('says in French what a field should be, whoever worded it', async () => {
  const { ask } = await apiWorld(database());
  const messages = async (path: string, body: object) => {
    const { json } = await ask<{ errors: { message: string }[] }>(`${acme}/${path}`, { method: 'PUT', body });
    return json.errors.map(({ message }) => message);
  };
  const files = {
    clients: { pattern: '{yyyyQQ}.csv' },
    contacts: { pattern: 'a/b.csv' },
    ecritures: { pattern: '.a' },
  };
  expect(await messages('connector', { ...fetched, host: 'a b', files, ca: 'x', username: 'a\nb' })).toEqual([
    'un nom de serveur ou une adresse IP',
    'aucun caractère de contrôle',
    'dates entre accolades, faites de yyyy yy MM dd HH mm ss, telles que {yyyyMMdd}',
    'un nom de fichier, sans son dossier',
    'un nom que ne portent pas les fichiers en cours',
    'un certificat au format PEM',
  ]);
  expect(await messages('schedule', { cron: 'x', timeZone: 'Mars/Olympus' })).toEqual([
    'une expression cron à cinq champs, qui se déclenche un jour',
    'un fuseau horaire tel que Europe/Paris',
  ]);
});

it('holds at most two tests of a key at once: a server that says nothing keeps no more of us', async () => {
  const { ask, keys } = await apiWorld(database());
  const silent = createServer().listen(0, '127.0.0.1');
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket));
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  await ask(`${acme}/connector`, { method: 'PUT', body: { ...fetched, password: 'x', host: '127.0.0.1', port } });
  const test = () => ask(`${acme}/connector/test`, { method: 'POST', key: keys.manage });
  const held = [test(), test()];
  await until('both are connected', () => sockets.length === 2);
  expect((await test()).json).toMatchObject({ status: 429, code: 'too_many_connections' });
  for (const socket of sockets) socket.destroy();
  for (const answer of await Promise.all(held)) expect(answer.json).toMatchObject({ ok: false });
  expect(sockets).toHaveLength(2);
});
