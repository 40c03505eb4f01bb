import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished, vi } from 'vitest';
import { listDeliveries, resendDelivery } from '../../src/db/queries/events/deliveries.ts';
import { resealSecrets, whileNobodySeals } from '../../src/db/queries/access/sealed-secrets.ts';
import { recordEvent } from '../../src/db/queries/events/outbox.ts';
import { createTenant } from '../../src/db/queries/tenants/tenants.ts';
import { deleteWebhook, listWebhooks, updateWebhook } from '../../src/db/queries/events/webhooks.ts';
import { deliver, sendTest } from '../../src/notify/deliver.ts';
import { createKeyring } from '../../src/secrets/keyring.ts';
import { openReceiver } from './receiver.ts';
import { createWebhook, rotateSecret } from './webhooks.ts';
import { openWorld, type World } from './world.ts';

const never = new AbortController().signal;
const all: [] = [];

const REFUSED = [
  ['not an address', 'webhook_url_refused'],
  ['ftp://example.org/', 'webhook_url_refused'],
  ['file:///etc/passwd', 'webhook_url_refused'],
  ['https://user:secret@example.org/', 'webhook_url_refused'],
  [`https://example.org/${'x'.repeat(2000)}`, 'webhook_url_refused'],
  ['http://1.1.1.1/', 'webhook_url_refused'],
  ['https://169.254.169.254/latest/meta-data', 'target_refused'],
  ['https://[::1]/', 'target_refused'],
  ['https://[::ffff:10.0.0.1]/', 'target_refused'],
  ['https://0x7f.1/', 'target_refused'],
  ['https://localhost/', 'target_refused'],
] as const;

const deliveriesOf = (world: World, webhook: string) =>
  listDeliveries(world.database.db, 'acme', webhook, { limit: 50 });

async function until(work: () => Promise<void> | void): Promise<void> {
  await vi.waitFor(work, { timeout: 20_000, interval: 50 });
}

it('tells a receiver once, signed so that the library of Standard Webhooks takes it, and logs the attempt', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  const { webhook, secret } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  world.node();
  await world.happen('sync.completed', { sync: 1, note: 'é « œ » 😀' });
  await until(() => expect(receiver.received).toHaveLength(1));

  const [message] = receiver.received;
  expect(new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {})).toEqual({
    type: 'sync.completed',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
    data: { tenant: 'acme', sync: 1, note: 'é « œ » 😀' },
  });
  expect(message?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'arrivage' });
  await until(async () => {
    const [delivery] = await deliveriesOf(world, webhook.id);
    expect(delivery).toMatchObject({
      ...{ state: 'delivered', type: 'sync.completed', nextAttemptAt: null, id: message?.headers['webhook-id'] },
      attempts: [{ attempt: 1, status: 204, error: null }],
    });
  });
});

it('gives each webhook only the types that it asked for, and a disabled one or another tenant’s nothing', async () => {
  const world = await openWorld();
  await world.database.sql`insert into tenants (id, name) values ('other', 'Other')`;
  const receiver = await openReceiver();
  const add = (tenant: string, path: string, types: ('sync.failed' | 'sync.held')[]) =>
    createWebhook(world, tenant, { url: receiver.url + path, types });
  await add('acme', '/failed', ['sync.failed']);
  await add('acme', '/all', []);
  await add('other', '/other', []);
  const { webhook } = await add('acme', '/disabled', []);
  await updateWebhook(world.database.db, 'acme', webhook.id, { enabled: false });
  const paths: (string | undefined)[] = [];
  receiver.answer = (request, response) => {
    paths.push(request.url);
    response.writeHead(200).end('thanks');
  };
  world.node();
  await world.happen('sync.held');
  await world.happen('sync.failed');
  await until(() => expect(paths).toHaveLength(3));
  expect(paths.toSorted()).toEqual(['/hook/all', '/hook/all', '/hook/failed']);
});

it('tells each event once though two nodes run and the job that tells it runs twice', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  await createWebhook(world, 'acme', { url: receiver.url, types: all });
  for (let i = 0; i < 20; i++) await world.happen('sync.completed', { sync: i });
  // As a process that is killed between the fan-out and its end leaves it: the job runs again.
  await world.database.sql`
    select graphile_worker.add_job('notify', json_build_object('tenant', 'acme', 'eventId', id)) from events`;
  world.node();
  world.node();
  await until(async () => {
    expect(await world.database.sql`select from graphile_worker._private_jobs`).toHaveLength(0);
    expect(receiver.received).toHaveLength(20);
  });
  const syncs = receiver.received.map(({ body }) => (JSON.parse(body) as { data: { sync: number } }).data.sync);
  expect(new Set(syncs).size).toBe(20);
});

it('tries again under the same message id until a receiver that was down is back', async () => {
  const world = await openWorld();
  const first = await openReceiver();
  const port = Number(new URL(first.url).port);
  const { webhook } = await createWebhook(world, 'acme', { url: first.url, types: all });
  await first.close();
  world.node();
  await world.happen('sync.failed');
  await until(async () => {
    const [delivery] = await deliveriesOf(world, webhook.id);
    expect(delivery).toMatchObject({ state: 'pending', attempts: [{ status: null }] });
    expect(delivery?.attempts[0]?.error).toContain('ECONNREFUSED');
    expect(delivery?.nextAttemptAt?.getTime()).toBe(world.clock.now.getTime() + 5_000);
  });
  const back = await openReceiver(port);
  back.answer = (_request, response) => response.writeHead(back.received.length === 1 ? 503 : 200).end();
  for (const count of [1, 2]) {
    await world.hurry();
    await until(() => expect(back.received).toHaveLength(count));
    await until(async () => expect((await deliveriesOf(world, webhook.id))[0]?.attempts).toHaveLength(count + 1));
  }
  const [delivery] = await deliveriesOf(world, webhook.id);
  expect(delivery).toMatchObject({ state: 'delivered', attempts: [{}, { status: 503 }, { status: 200 }] });
  expect(back.received.map(({ headers }) => headers['webhook-id'])).toEqual([delivery?.id, delivery?.id]);
});

it('gives up after a day of attempts, and sends again when asked', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  receiver.answer = (_request, response) => response.writeHead(500).end();
  const { webhook } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  const began = world.clock.now.getTime();
  await world.database.sql`
    insert into deliveries (tenant_id, webhook_id, event_id, type, payload)
    values ('acme', ${webhook.id}, 1, 'sync.held', '{"type": "sync.held"}')`;
  const look = async () => (await deliveriesOf(world, webhook.id))[0];
  for (;;) {
    const delivery = await look();
    if (delivery?.state !== 'pending') break;
    world.clock.now = delivery.nextAttemptAt ?? world.clock.now;
    await deliver(world, 'acme', delivery.id, never);
  }
  const failed = await look();
  expect(failed).toMatchObject({ state: 'failed', nextAttemptAt: null });
  expect(failed?.attempts).toHaveLength(11);
  expect((world.clock.now.getTime() - began) / 3_600_000).toBeCloseTo(23.7, 1);
  expect((await listWebhooks(world.database.db, 'acme'))[0]?.enabled).toBe(true);

  receiver.answer = (_request, response) => response.writeHead(200).end();
  expect(await resendDelivery(world.database.sql, 'acme', failed?.id ?? '')).toBe(true);
  expect(await resendDelivery(world.database.sql, 'other', failed?.id ?? '')).toBe(false);
  world.node();
  await until(async () => expect(await look()).toMatchObject({ state: 'delivered' }));
  expect((await look())?.attempts.at(-1)).toMatchObject({ attempt: 12, status: 200 });
});

it('disables a webhook whose receiver is gone (410), and tells it nothing more', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  receiver.answer = (_request, response) => response.writeHead(410).end();
  const { webhook } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  await world.happen('sync.held');
  world.node();
  await until(async () => expect((await deliveriesOf(world, webhook.id))[0]).toMatchObject({ state: 'failed' }));
  expect(await listWebhooks(world.database.db, 'acme')).toMatchObject([{ enabled: false }]);
  await world.happen('sync.held');
  await until(async () =>
    expect(await world.database.sql`select from events where fanned_out_at is null`).toHaveLength(0),
  );
  expect(receiver.received).toHaveLength(1);
});

it('follows no redirect, which could lead inside', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  const inside = await openReceiver();
  receiver.answer = (_request, response) => response.writeHead(307, { location: inside.url }).end();
  const { webhook } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  expect(await sendTest(world, 'acme', webhook.id, never)).toMatchObject({ status: 307 });
  expect(inside.received).toEqual([]);
});

it('takes the status of an answer that never ends, and reads no more of it than 64 KiB', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  let sent = 0;
  receiver.answer = (_request, response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(16_384);
    const pour = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      response.once('drain', pour);
    };
    pour();
  };
  const { webhook } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  expect(await sendTest(world, 'acme', webhook.id, never)).toMatchObject({ status: 200, error: null });
  expect(sent).toBeLessThan(16 * 1024 * 1024);
});

it('is not held by a receiver that would change the protocol, or that hangs up', async () => {
  const world = await openWorld();
  for (const said of ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', '']) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => (said === '' ? socket.destroy() : socket.write(said)));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { webhook } = await createWebhook(world, 'acme', { url, types: all });
    const tried = await sendTest(world, 'acme', webhook.id, never);
    expect(tried).toMatchObject({ status: null, error: expect.stringMatching(/ended|hang up|RESET/) as string });
  }
});

it('waits 15 s for an answer and no longer, while other receivers are told', { timeout: 40_000 }, async () => {
  const world = await openWorld();
  const silent: Socket[] = [];
  const hole = createServer((socket) => silent.push(socket.on('error', () => undefined)));
  hole.listen(0, '127.0.0.1');
  await once(hole, 'listening');
  onTestFinished(() => {
    for (const socket of silent) socket.destroy();
    hole.close();
  });
  const { port } = hole.address() as { port: number };
  const slow = await createWebhook(world, 'acme', { url: `http://127.0.0.1:${port}/`, types: all });
  const quick = await openReceiver();
  await createWebhook(world, 'acme', { url: quick.url, types: all });
  // More than a node has workers: they wait in line behind one another, not before the others.
  for (let i = 0; i < 8; i++) await world.happen('sync.completed');
  world.node();
  await until(() => expect(quick.received).toHaveLength(8));
  await vi.waitFor(
    async () => {
      const attempts = (await deliveriesOf(world, slow.webhook.id)).flatMap((each) => each.attempts);
      expect(attempts).toHaveLength(1);
      expect(attempts[0]).toMatchObject({ status: null, error: 'no answer within 15 s' });
      expect(attempts[0]?.durationMs).toBeGreaterThan(14_000);
      expect(attempts[0]?.durationMs).toBeLessThan(20_000);
    },
    { timeout: 25_000, interval: 200 },
  );
});

it('tells a tenant soon though another has twenty receivers that hang and a hundred events for each', async () => {
  const world = await openWorld();
  const hanging = await openReceiver();
  hanging.answer = () => undefined;
  const quick = await openReceiver();
  for (let i = 0; i < 20; i++) await createWebhook(world, 'acme', { url: hanging.url, types: all });
  await createTenant(world.database.db, { id: 'other', name: 'Other', state: 'live' });
  await createWebhook(world, 'other', { url: quick.url, types: all });
  for (let i = 0; i < 5; i++) await world.happen('sync.completed');
  world.node(8);
  await until(() => expect(hanging.received).toHaveLength(4));
  for (let i = 0; i < 20; i++) await world.happen('sync.completed');
  await world.database.sql.begin((tx) => recordEvent(tx, 'other', 'sync.completed', 1, { tenant: 'other' }));
  await vi.waitFor(() => expect(quick.received).toHaveLength(1), { timeout: 10_000, interval: 50 });
  expect(hanging.received).toHaveLength(4);
});

it('gives an attempt back untold when the node stops in the middle, and another node makes it', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  let release: () => void = () => undefined;
  receiver.answer = (_request, response) => {
    if (receiver.received.length === 1) release = () => response.end();
    else response.writeHead(200).end();
  };
  const { webhook } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  const node = world.node();
  await world.happen('sync.completed');
  await until(() => expect(receiver.received).toHaveLength(1));
  await node.stop(0);
  release();
  expect((await deliveriesOf(world, webhook.id))[0]).toMatchObject({ state: 'pending', attempts: [] });
  await world.hurry();
  world.node();
  await until(async () => {
    await world.hurry();
    expect((await deliveriesOf(world, webhook.id))[0]).toMatchObject({ state: 'delivered' });
  });
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(1);
});

it('signs with both secrets for a day after a rotation', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  const { webhook, secret } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  const renewed = await rotateSecret(world, 'acme', webhook.id);
  expect(renewed).toMatch(/^whsec_/);
  expect(renewed).not.toBe(secret);
  await sendTest(world, 'acme', webhook.id, never);
  for (const each of [secret, renewed ?? ''])
    expect(
      new Webhook(each).verify(receiver.received[0]?.body ?? '', receiver.received[0]?.headers ?? {}),
    ).toMatchObject({ type: 'webhook.test' });
  await world.database.sql`update webhooks set previous_secret_until = now() - interval '1 second'`;
  await sendTest(world, 'acme', webhook.id, never);
  const late = receiver.received[1];
  expect(() => new Webhook(secret).verify(late?.body ?? '', late?.headers ?? {})).toThrow();
  expect(new Webhook(renewed ?? '').verify(late?.body ?? '', late?.headers ?? {})).toBeTruthy();
});

it('goes on signing after the master keys were changed', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  const { webhook, secret } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  const renewed = createKeyring([{ id: 'k2', key: randomBytes(32) }]);
  await whileNobodySeals(world.database, (tx) =>
    resealSecrets(tx, (sealed, context) => renewed.seal(world.keyring.open(sealed, context), context)),
  );
  const tried = await sendTest({ ...world, keyring: renewed }, 'acme', webhook.id, never);
  expect(tried).toMatchObject({ status: 204 });
  const [message] = receiver.received;
  expect(new Webhook(secret).verify(message?.body ?? '', message?.headers ?? {})).toBeTruthy();
});

it('stores no secret that can be read, and forgets a deleted webhook with its deliveries', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  const { webhook, secret } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  await rotateSecret(world, 'acme', webhook.id);
  await sendTest(world, 'acme', webhook.id, never);
  const [row] = await world.database.sql`select to_json(w)::text as text from webhooks w`;
  expect(String(row?.['text'])).not.toContain(secret.slice(6));
  expect(String(row?.['text'])).not.toContain('whsec_');
  expect(JSON.stringify(await listWebhooks(world.database.db, 'acme'))).not.toMatch(/secret|whsec/i);
  expect(await deleteWebhook(world.database.db, 'other', webhook.id)).toBe(false);
  expect(await deleteWebhook(world.database.db, 'acme', webhook.id)).toBe(true);
  for (const name of ['webhooks', 'deliveries', 'delivery_attempts'])
    expect(await world.database.sql`select from ${world.database.sql(name)}`).toHaveLength(0);
});

it('refuses as a webhook what is no safe address', async () => {
  const world = await openWorld();
  const strict = { ...world, privateTargets: [] };
  for (const [url, code] of REFUSED)
    await expect(createWebhook(strict, 'acme', { url, types: all }), url).rejects.toMatchObject({ code });
});

it('does not connect to an address that is allowed no more', async () => {
  const world = await openWorld();
  const receiver = await openReceiver();
  const { webhook } = await createWebhook(world, 'acme', { url: receiver.url, types: all });
  const tried = await sendTest({ ...world, privateTargets: [] }, 'acme', webhook.id, never);
  expect(tried).toMatchObject({ status: null, error: expect.stringContaining('private') as string });
  await sleep(0);
  expect(receiver.received).toEqual([]);
});

it('bounds how many webhooks a tenant has', async () => {
  const world = await openWorld();
  const add = () => createWebhook(world, 'acme', { url: 'http://127.0.0.1:9/', types: all });
  for (let i = 0; i < 18; i++) await add();
  const last = await Promise.allSettled([add(), add(), add(), add()]);
  expect(last.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(last.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'too_many_webhooks' } });
});
