import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { expect, it, onTestFinished, vi } from 'vitest';
import { until } from '../support/clients.ts';
import { serverPid } from '../support/postmaster.ts';
import { openServer, openSession, type ServerWorld } from './server-world.ts';

/** More by hand: `ARRIVAGE_KILLS=25 npx vitest run test/e2e/database-kills.test.ts`. */
const KILLS = Number(process.env['ARRIVAGE_KILLS'] ?? 3);
const RECOVERY_MS = 60_000;
const SENDERS = 3;

vi.setConfig({ testTimeout: 120_000 + KILLS * 60_000 });

/** Puts small files one after another, and signs in again where it was refused, until it is told to stop. */
async function send(
  { ports }: ServerWorld,
  sender: number,
  acknowledged: string[],
  signal: AbortSignal,
): Promise<void> {
  const isOver = () => signal.aborted;
  for (let i = 0; !isOver();) {
    try {
      const session = await openSession(ports.sftp, 'acme');
      for (; !isOver(); i++) {
        const code = `S${sender}-${i}`;
        const upload = await session.open(`/clients-${code}.csv`);
        await upload.write(`Code client;Raison sociale\r\n${code};Société ${code}\r\n`);
        await upload.close();
        acknowledged.push(code);
      }
    } catch {
      // The name is sent again: if it was stored all the same, it is there twice and its row once.
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

it(`outlives ${KILLS} kills of its database under load, and loses nothing that it acknowledged`, async () => {
  const world = await openServer({ tenants: ['acme'], embedded: true });
  const data = `${world.cli.folder}/data`;
  const acknowledged: string[] = [];
  const stop = new AbortController();
  const sending = Array.from({ length: SENDERS }, (_, sender) => send(world, sender, acknowledged, stop.signal));
  let isOver = false;
  void world.server.ended.then(() => (isOver = true));
  for (let kill = 0; kill < KILLS; kill++) {
    const before = acknowledged.length;
    await until('files are acknowledged', () => isOver || acknowledged.length > before + 5, RECOVERY_MS);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
    const killed = serverPid(data);
    process.kill(killed, 'SIGKILL');
    await until('Postgres is there again', () => isOver || restartedSince(data, killed), RECOVERY_MS);
    expect(isOver, `after kill ${kill + 1}`).toBe(false);
  }
  const before = acknowledged.length;
  await until('files are acknowledged', () => isOver || acknowledged.length > before + 5, RECOVERY_MS);
  stop.abort();
  await Promise.all(sending);
  expect(isOver).toBe(false);

  const sql = postgres(addressOf(data), { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 1 }));
  const open = async () => {
    const [row] = await sql<{ n: number }[]>`
      select (select count(*)::int from uploads where state = 'waiting')
           + (select count(*)::int from syncs where state in ('queued', 'running')) as n`;
    return row?.n;
  };
  await until('nothing waits or runs', async () => (await open()) === 0, RECOVERY_MS);
  const codes = (await sql<{ code: string }[]>`select client_code as code from clients`).map(({ code }) => code);
  expect(acknowledged.filter((code) => !codes.includes(code))).toEqual([]);
  const rows = await sql`select count(*) as n from sync_files group by upload_id having count(*) > 1`;
  expect(rows).toEqual([]);
  if (process.env['ARRIVAGE_KILLS'])
    console.log({ kills: KILLS, acknowledged: acknowledged.length, rows: codes.length });
});

/** The file is away for a moment while Postgres starts. */
function restartedSince(data: string, killed: number): boolean {
  try {
    return serverPid(data) !== killed;
  } catch {
    return false;
  }
}

/** Where the server's own Postgres listens now. */
function addressOf(data: string): string {
  const password = readFileSync(join(data, 'postgres/password'), 'utf8').trim();
  const port = readFileSync(join(data, 'postgres/data/postmaster.pid'), 'utf8').split('\n')[3];
  return `postgres://arrivage:${password}@127.0.0.1:${port}/arrivage`;
}
