import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { Check } from '../../src/api/routes/health.ts';
import { serveApi } from '../../src/api/server.ts';
import { until } from '../support/clients.ts';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();

async function api(checks: Record<string, Check> = {}) {
  const { app, depot } = await apiWorld(database(), { checks });
  return { app, events: depot.events };
}

it('answers that the process lives, whatever else is wrong', async () => {
  const { app } = await api({ database: () => Promise.reject(new Error('gone')) });
  const answer = await app.request('/healthz');
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
});

it('is ready when every check is well', async () => {
  const { app } = await api({ database: () => Promise.resolve() });
  const answer = await app.request('/readyz');
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok', checks: { database: 'ok' } }]);
});

it('says why it is not ready', async () => {
  const { app } = await api({
    database: () => Promise.reject(new Error('gone')),
    spool: () => Promise.resolve(),
  });
  const answer = await app.request('/readyz');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ status: 'unavailable', checks: { database: 'gone', spool: 'ok' } });
});

it('counts uploads, refusals, syncs and what people were told for Prometheus', async () => {
  const { app, events } = await api();
  events.emit('sync.finished', { tenant: 'acme', syncId: 1, state: 'applied', durationMs: 300, rows: 1000 });
  events.emit('login.refused', { username: 'x', door: 'sftp', address: '127.0.0.1', code: 'login_refused' });
  events.emit('delivery.attempted', { tenant: 'acme', state: 'pending' });
  events.emit('mail.attempted', { tenant: 'acme', state: 'failed' });
  const text = await (await app.request('/metrics')).text();
  expect(text).toContain('arrivage_webhook_attempts_total{state="pending"} 1');
  expect(text).toContain('arrivage_mail_attempts_total{state="failed"} 1');
  expect(text).toContain('arrivage_syncs_total{state="applied"} 1');
  expect(text).toContain('arrivage_sync_rows_total 1000');
  expect(text).toContain('arrivage_logins_refused_total{door="sftp",code="login_refused"} 1');
  expect(text).toContain('process_resident_memory_bytes');
});

const limits = { connections: 100, stallMs: 60_000 };

it('serves on a real port, refuses one that is taken, and closes', async () => {
  const { app } = await api();
  const server = await serveApi(app, '127.0.0.1', 0, limits);
  onTestFinished(() => server.close(0));
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${server.port}/nothing`)).status).toBe(404);
  await expect(serveApi(app, '127.0.0.1', server.port, limits)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await server.close(1000);
  await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow();
});

it('answers however many half-sent requests there are, from one address or from many', async () => {
  const { app } = await api();
  const told: string[] = [];
  const server = await serveApi(app, '127.0.0.1', 0, { connections: 20, stallMs: 60_000 }, (_, code) =>
    told.push(code),
  );
  onTestFinished(() => server.close(0));
  for (let i = 0; i < 60; i++) {
    const half = connect({ port: server.port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (i % 6)}` });
    onTestFinished(() => void half.destroy());
    half.on('error', () => undefined);
    half.write('GET /healthz HTTP/1.1\r\nhost:');
    await once(half, 'connect');
  }
  for (const localAddress of ['127.0.0.2', '127.0.0.9']) {
    const asked = connect({ port: server.port, host: '127.0.0.1', localAddress });
    asked.end('GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    let heard = '';
    for await (const chunk of asked) heard += String(chunk);
    expect(heard).toMatch(/^HTTP\/1\.1 200/);
  }
  expect(new Set(told)).toEqual(new Set(['shed']));
});

it('answers, and takes others’ files, however many slow uploads of one tenant there are', async () => {
  const { app, depot, keys, otherKey } = await apiWorld(database());
  const server = await serveApi(app, '127.0.0.1', 0, { connections: 16, stallMs: 60_000 });
  onTestFinished(() => server.close(0));
  const put = (tenant: string, name: string, key: string | undefined, length: number) =>
    `PUT /v1/tenants/${tenant}/uploads/${name} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n` +
    `content-type: application/octet-stream\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`;
  for (let i = 0; i < 24; i++) {
    const slow = connect({ port: server.port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (i % 6)}` });
    onTestFinished(() => void slow.destroy());
    slow.on('error', () => undefined);
    slow.write(`${put('acme', `slow-${i}.csv`, keys.sync, 1000)}Code client`);
    await once(slow, 'connect');
    // Its key is known: only then is it more than a stranger.
    await until(
      'it is taken in',
      async () =>
        slow.destroyed || (await depot.spool.partials.list('acme')).some(({ path }) => path === `/slow-${i}.csv`),
    );
  }
  for (const [request, answer] of [
    ['GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 200],
    [`${put('other', 'clients.csv', otherKey, 2)}x\n`, 201],
  ] as const) {
    const asked = connect({ port: server.port, host: '127.0.0.1', localAddress: '127.0.0.9' });
    asked.write(request);
    let heard = '';
    for await (const chunk of asked) heard += String(chunk);
    expect(heard).toContain(`HTTP/1.1 ${answer}`);
  }
});
