import { expect, it, onTestFinished } from 'vitest';
import { createApi } from '../../src/api/app.ts';
import type { Check } from '../../src/api/routes/health.ts';
import { serveApi } from '../../src/api/server.ts';
import { createEvents } from '../../src/events.ts';
import { openLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';

function api(checks: Record<string, Check> = {}) {
  const events = createEvents((error) => {
    throw error;
  });
  return { events, app: createApi({ checks, registry: createMetrics(events), log: openLog('silent') }) };
}

it('answers that the process lives, whatever else is wrong', async () => {
  const { app } = api({ database: () => Promise.reject(new Error('gone')) });
  const answer = await app.request('/healthz');
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
});

it('is ready when every check is well', async () => {
  const { app } = api({ database: () => Promise.resolve() });
  const answer = await app.request('/readyz');
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok', checks: { database: 'ok' } }]);
});

it('says why it is not ready', async () => {
  const { app } = api({
    database: () => Promise.reject(new Error('gone')),
    spool: () => Promise.resolve(),
  });
  const answer = await app.request('/readyz');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ status: 'unavailable', checks: { database: 'gone', spool: 'ok' } });
});

it('counts uploads, refusals and syncs for Prometheus', async () => {
  const { app, events } = api();
  events.emit('sync.finished', { tenant: 'acme', syncId: 1, state: 'applied', durationMs: 300, rows: 1000 });
  events.emit('login.refused', { username: 'x', door: 'sftp', address: '127.0.0.1', code: 'login_refused' });
  const text = await (await app.request('/metrics')).text();
  expect(text).toContain('arrivage_syncs_total{state="applied"} 1');
  expect(text).toContain('arrivage_sync_rows_total 1000');
  expect(text).toContain('arrivage_logins_refused_total{door="sftp",code="login_refused"} 1');
  expect(text).toContain('process_resident_memory_bytes');
});

it('serves on a real port, refuses one that is taken, and closes', async () => {
  const { app } = api();
  const server = await serveApi(app, '127.0.0.1', 0);
  onTestFinished(() => server.close(0));
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${server.port}/nothing`)).status).toBe(404);
  await expect(serveApi(app, '127.0.0.1', server.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await server.close(1000);
  await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow();
});
