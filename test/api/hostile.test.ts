import { expect, it } from 'vitest';
import { sharedDatabase } from '../support/server.ts';
import { operationsOf, pathOf, type Document } from './operations.ts';
import { apiWorld } from './world.ts';

const database = sharedDatabase();

const nasty = ['%00', '%ff', '..%2f..%2fetc', `%27;drop%20table%20tenants--`, 'x'.repeat(3000), '-1', '1e999'];
const bodies = [
  ...['null', '[]', '"text"', '{"name": "a\\u0000b"}', '{"id": "zz", "name": "a\\u0000b"}', '{"__proto__": {"x": 1}}'],
  ...['{"columns": {"client_code": "\\u0000"}}', '{"name": "\\ud800", "scope": "read"}', '['.repeat(50_000)],
  ...['{"slots": [{"days": [1], "time": "06:30"}], "cron": "* * * * * *"}', '{"email": 5}', ''],
];

it('takes nothing that a caller may send for an error of ours', async () => {
  const world = await apiWorld(database());
  const document = (await world.ask<Document>('/openapi.json')).json;
  for (const { name, method, path } of operationsOf(document)) {
    // An answer without an end, and what would end the tenant that the others need.
    if (path.endsWith('/events') || name === 'delete /v1/tenants/{tenant}') continue;
    for (const [i, value] of nasty.entries()) {
      const things = { tenant: i % 2 === 0 ? value : 'acme', dataset: value, id: value, sync: value, email: value };
      const place = pathOf(path, { ...things, username: value, filename: value, delivery: value });
      const query = `?limit=${value}&cursor=${value}&actor=${value}&tenant=${value}&sort=${value}&q=${value}`;
      for (const asked of [place, `${pathOf(path)}${method === 'GET' ? query : ''}`]) {
        const { status } = await world.ask(asked, { method });
        expect({ name, value, fine: status < 500 }).toEqual({ name, value, fine: true });
      }
    }
    if (!['POST', 'PUT', 'PATCH'].includes(method)) continue;
    for (const body of bodies) {
      const headers = { 'content-type': 'application/json', 'if-match': '*', 'idempotency-key': '"' };
      const { status } = await world.ask(pathOf(path), { method, body, headers });
      expect({ name, body, fine: status < 500 }).toEqual({ name, body, fine: true });
    }
  }
  const half = await world.ask('/v1/keys', {
    body: '{"name": "\\ud800"}',
    headers: { 'content-type': 'application/json' },
  });
  expect(half.json).toMatchObject({ status: 422, code: 'invalid_request' });
  const whole = await world.ask('/v1/keys', { body: { name: 'A \\u0000 and 🦊' } });
  expect(whole.json).toMatchObject({ name: 'A \\u0000 and 🦊' });
  expect((await world.ask('/v1/tenants/acme')).status).toBe(200);
}, 120_000);
