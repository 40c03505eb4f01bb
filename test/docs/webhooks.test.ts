import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { storedEventTypes } from '../../src/model/stored-event.ts';
import { sendTest } from '../../src/notify/deliver.ts';
import { missingEventData, missingNow } from '../../src/notify/expected.ts';
import { dayPlus } from '../../src/notify/paris.ts';
import { fanOut } from '../../src/db/queries/events/fan-out.ts';
import { createWebhook, rotateSecret } from '../notify/webhooks.ts';
import { openWorld } from '../notify/world.ts';
import { openBench, type Bench } from '../sync/pipeline.ts';
import { codeIn, tableUnder } from './tables.ts';

const text = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, name]) => name === language).map(([, , body = '']) => body);

it('lists every type of event', () => {
  expect(tableUnder('webhooks.md', 'Events').map(([type = '']) => codeIn(type))).toEqual(
    expect.arrayContaining([...storedEventTypes]),
  );
});

/** The names and kinds of values, with ids, numbers and times left out. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}

const header = 'Code client;Journal;N° pièce;Date écriture;Date échéance;Libellé;Débit;Crédit';
const entry = (piece: number, client = 'C1') => `${client};VE;F${piece};01/11/2026;01/12/2026;Facture ${piece};10,00;`;
const entries = (last: number) => [header, ...Array.from({ length: last }, (_, i) => entry(i + 1)), ''].join('\r\n');

async function happened(): Promise<Bench> {
  const bench = await openBench();
  await bench.tenant('acme');
  await bench.send('acme', 'clients.csv', 'Code client;Raison sociale\r\nC1;Dupont\r\n');
  await bench.advance('acme');
  await bench.rows('delete from events');
  await bench.send('acme', 'ecritures.csv', [header, entry(1), entry(2), entry(3, 'C9'), ''].join('\r\n'));
  await bench.send('acme', 'ecritures.csv', entries(10));
  await bench.send('acme', 'ecritures.csv', entries(2));
  await bench.send('acme', 'photo.csv', Buffer.from('89504e470d0a1a0a0000000d49484452000000', 'hex'));
  await bench.advance('acme');
  return bench;
}

const examples = new Map<string, { data: Record<string, unknown> }>();
beforeAll(() => {
  for (const block of blocks('json')) {
    const example = JSON.parse(block) as { type: string; data: Record<string, unknown> };
    examples.set(example.type, example);
  }
});

it('shows payloads as they are sent', async () => {
  const bench = await happened();
  await bench.rows(
    `insert into webhooks (tenant_id, url, sealed_secret, types) values ('acme', 'https://x', 'x', '{}')`,
  );
  for (const { id } of await bench.rows('select id::int as id from events'))
    await fanOut(bench.database.sql, 'acme', Number(id), false);
  const sent = await bench.rows('select type, payload from deliveries order by event_id');
  for (const type of ['sync.completed', 'sync.held', 'upload.quarantined']) {
    const payload = sent.find((each) => each['type'] === type)?.['payload'];
    const example = examples.get(type);
    // Two rules tripped here; the document shows one.
    const one = (all: unknown) => (Array.isArray(all) ? all.slice(0, 1) : all);
    const cut = (each: unknown) => {
      const { data, ...rest } = each as { data: Record<string, unknown> };
      return shapeOf({ ...rest, data: { ...data, ...(data['guard'] !== undefined && { guard: one(data['guard']) }) } });
    };
    expect(cut(payload), type).toEqual(cut(example));
  }
  for (const type of ['sync.completed', 'sync.held', 'upload.quarantined'])
    expect(sent.find((each) => each['type'] === type)?.['payload']).toMatchObject({
      data: { reason: examples.get(type)?.data['reason'] },
    });
});

it('shows exactly what is sent where a dataset did not come', () => {
  const day = '2026-11-24';
  const arrivals = Array.from({ length: 5 }, (_, i) => ({
    ...({ tenant: 'acme', dataset: 'ecritures' } as const),
    ...{ day: dayPlus(day, -7 * (i + 1)), minutes: 420 },
  }));
  const [missing] = missingNow(arrivals, new Date('2026-11-24T07:00:00Z'));
  expect(missing && missingEventData(missing)).toEqual(examples.get('upload.expected_missing')?.data);
});

it('has a receiver that takes what we sign, and nothing else', async () => {
  const [receiver = ''] = blocks('js');
  const world = await openWorld();
  const { webhook, secret } = await createWebhook(world, 'acme', { url: 'http://127.0.0.1:9/', types: [] });
  const child = spawn(process.execPath, ['--input-type=module', '-e', receiver], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { WEBHOOK_SECRET: secret, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const lines = createInterface(child.stdout);
  const [ready] = (await once(lines, 'line')) as [string];
  const url = `http://127.0.0.1:${/^ready (\d+)$/.exec(ready)?.[1] ?? ''}/`;
  await world.database.sql`update webhooks set url = ${url}`;

  const told = once(lines, 'line');
  const never = new AbortController().signal;
  expect(await sendTest(world, 'acme', webhook.id, never)).toMatchObject({ status: 204 });
  expect((await told)[0]).toMatch(/webhook\.test/);
  await rotateSecret(world, 'acme', webhook.id);
  await world.database.sql`update webhooks set previous_secret_until = now()`;
  expect(await sendTest(world, 'acme', webhook.id, never)).toMatchObject({ status: 401 });
});
