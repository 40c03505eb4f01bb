import { expect, it } from 'vitest';
import { addSync } from '../support/rows.ts';
import { sharedDatabase } from '../support/server.ts';
import { operationsOf, parametersOf, pathOf, type Document } from './operations.ts';
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
  for (const { name, method, path, operation } of operationsOf(document)) {
    // An answer without an end, and what would end the tenant that the others need.
    if (path.endsWith('/events') || name === 'delete /v1/tenants/{tenant}') continue;
    for (const [i, value] of nasty.entries()) {
      const things = { tenant: i % 2 === 0 ? value : 'acme', dataset: value, id: value, sync: value, email: value };
      const place = pathOf(path, { ...things, username: value, filename: value, delivery: value });
      const query = parametersOf(operation).map((parameter) => `${parameter}=${value}`);
      for (const asked of [place, `${pathOf(path)}?${query.join('&')}`]) {
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

const key = '00000000-4630-3031-3a2b-fbe47c66420b';

it.each([
  ['uploads?', ['2026-11-24 99:00:00+00', key]],
  ['uploads?', ['9999999999999999999', key]],
  ['ecritures?sort=amount&', ['amount', 'a number', key]],
  ['ecritures?sort=dueDate&', ['dueDate', '2026-99-99', key]],
  ['rejections?', [1e12, 1, '(1,1)']],
  ['rejections?', [1, 1, '(99999999999999,1)']],
])('takes a cursor of %s that was tampered with, %j, for a fault of the request', async (list, position) => {
  const { ask } = await apiWorld(database());
  const owner = list === 'rejections?' ? `/v1/syncs/${await addSync(database(), { minute: 1 })}` : '/v1/tenants/acme';
  const cursor = Buffer.from(JSON.stringify(position)).toString('base64url');
  const refused = await ask(`${owner}/${list}cursor=${cursor}`);
  expect(refused.json).toMatchObject({ status: 422, errors: [{ in: 'query', field: 'cursor' }] });
});
