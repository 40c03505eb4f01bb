import { expect, it } from 'vitest';
import { openReceiver } from '../notify/receiver.ts';
import { has } from '../support/clients.ts';
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
    errors: [{ field: 'timeZone', message: 'a time zone such as Europe/Paris' }],
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
