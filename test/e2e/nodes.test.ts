import ssh2 from 'ssh2';
import { expect, it, onTestFinished, vi } from 'vitest';
import type postgres from 'postgres';
import { openCli, type Cli } from '../cli/cli.ts';
import { run, until } from '../support/clients.ts';
import { hasHaproxy, startHaproxyWith } from '../support/haproxy.ts';
import { openWorkplace } from '../support/openssh.ts';
import { freeRange } from '../support/ports.ts';
import type { Started } from '../support/started.ts';
import { addTenant, openSession, openSql, PASSWORD, syncsOf } from './server-world.ts';

vi.setConfig({ testTimeout: 480_000 });

/** Another node has finished what a killed one had begun. */
const TAKEN_OVER_MS = 15_000;
const PASSIVE = 8;

const clientsFile = (code: string) => `Code client;Raison sociale\r\n${code};Société ${code}\r\n`;

interface Node {
  ports: { sftp: number; ftp: number; passive: string };
  server: Started;
}

/** Ports for one node that are its own over a restart. */
async function nodePorts(): Promise<Node['ports']> {
  const { from, to } = await freeRange(PASSIVE + 2);
  return { sftp: from, ftp: from + 1, passive: `${from + 2}-${to}` };
}

async function startNode(cli: Cli, ports: Node['ports'], more: Record<string, string> = {}): Promise<Node> {
  const { sftp, ftp, passive } = ports;
  const server = cli.start(['serve', '--json'], {
    ...{ ARRIVAGE_SFTP_PORT: String(sftp), ARRIVAGE_FTP_PORT: String(ftp), ARRIVAGE_PASSIVE_PORTS: passive },
    ...more,
  });
  await server.event('started');
  return { ports, server };
}

async function threeNodes(cli: Cli, more: Record<string, string> = {}): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let i = 0; i < 3; i++) nodes.push(await startNode(cli, await nodePorts(), more));
  return nodes;
}

/** One sign-in over SFTP; resolves with whether it was let in. */
function signIn(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    const client = new ssh2.Client();
    onTestFinished(() => void client.destroy());
    client.once('ready', () => resolve(true)).on('error', () => resolve(false));
    client.connect({ host: '127.0.0.1', port, username: 'acme-export', password, readyTimeout: 30_000 });
  });
}

/** The queues of all processes, in the order in which they started. */
const queuesOf = async (sql: postgres.Sql): Promise<number[]> =>
  (await sql<{ id: number }[]>`select id from nodes order by id`).map(({ id }) => id);

it('three nodes share uploads, slots, limits and penalties, and one finishes what a killed one had begun', async () => {
  const cli = await openCli();
  const sql = openSql(cli);
  await addTenant(cli, 'acme');
  const nodes: Node[] = [];
  for (let i = 0; i < 3; i++) {
    nodes.push(await startNode(cli, await nodePorts(), { ARRIVAGE_MAX_SESSIONS_PER_TENANT: '3' }));
    // Two queues for each: imports, and what is told.
    await until('its queues are there', async () => (await queuesOf(sql)).length === 2 * (i + 1), 60_000);
  }

  const client = await openWorkplace();
  onTestFinished(() => client.remove());
  const curl = (...args: string[]) => run('curl', ['-sS', '-k', '--user', `acme-export:${PASSWORD}`, ...args]);
  for (const [i, { ports }] of nodes.entries()) {
    const files = [`sftp${i}.csv`, `ftp${i}.csv`];
    for (const name of files) await client.write(name, clientsFile(name));
    const [overSftp = '', overFtp = ''] = files.map(client.file);
    expect(await curl('-T', overSftp, `sftp://127.0.0.1:${ports.sftp}/`)).toMatchObject({ code: 0 });
    expect(await curl('--ssl-reqd', '-T', overFtp, `ftp://127.0.0.1:${ports.ftp}/`)).toMatchObject({ code: 0 });
  }
  const syncs = await syncsOf(cli, 'acme', 6);
  expect(syncs.map(({ state, files }) => [state, files[0]?.inserted])).toEqual(
    Array.from({ length: 6 }, () => ['applied', 1]),
  );

  // Slots, of which each fires once.
  await cli.json(['schedule', 'set', 'acme', '--at', 'mon-fri 06:30']);
  for (let fired = 1; fired <= 3; fired++) {
    await sql`update schedules set next_run = now() - interval '1 second'`;
    await until('a slot fired', async () => (await sql`select from schedules where next_run < now()`).length === 0);
    await syncsOf(cli, 'acme', 6 + fired);
  }
  expect(await sql`select from syncs where cause = 'schedule'`).toHaveLength(3);

  // The database holds the import where rows would change, and its process is killed there.
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const locked = sql.begin(async (tx) => {
    await tx`lock table clients in share mode`;
    await held;
  });
  await client.write('late.csv', clientsFile('late.csv'));
  const [first] = nodes;
  expect(await curl('-T', client.file('late.csv'), `sftp://127.0.0.1:${first?.ports.sftp}/`)).toMatchObject({
    code: 0,
  });
  const waits = async () =>
    (await sql`select from pg_locks where not granted and relation = 'clients'::regclass`).length;
  await until('the import waits for its rows', async () => (await waits()) === 1, 30_000);
  const [job] = await sql<{ queue: number }[]>`
    select n.id as queue from graphile_worker._private_jobs j join nodes n on j.locked_by = any(n.worker_ids)
    where j.payload->>'tenant' = 'acme'`;
  const victim = Math.floor((await queuesOf(sql)).indexOf(job?.queue ?? 0) / 2);
  expect(victim).toBeGreaterThanOrEqual(0);

  // Sessions on all nodes are as many as the tenant may have.
  for (const { ports } of nodes) await openSession(ports.sftp, 'acme');
  for (const { ports } of nodes) expect(await signIn(ports.sftp, PASSWORD)).toBe(false);

  nodes[victim]?.server.signal('SIGKILL');
  await nodes[victim]?.server.ended;
  const killed = Date.now();
  release();
  await locked;
  const isDone = async () => (await sql`select from clients where client_code = 'late.csv'`).length === 1;
  await until('another node has finished it', isDone, 60_000);
  const took = Date.now() - killed;
  console.log(`taken over after ${took} ms`);
  expect(took).toBeLessThan(TAKEN_OVER_MS);
  const all = await syncsOf(cli, 'acme', 10);
  expect(all.filter(({ files }) => files.some(({ name }) => name === 'late.csv'))).toMatchObject([
    { state: 'applied', files: [{ inserted: 1 }] },
  ]);
  expect(await sql`select from clients`).toHaveLength(7);

  // The place of its session is free again, of the others' none.
  const living = nodes.filter((_, i) => i !== victim);
  const [left] = living;
  await until('its session is over', () => signIn(left?.ports.sftp ?? 0, PASSWORD), 30_000);
  expect(await signIn(living[1]?.ports.sftp ?? 0, PASSWORD)).toBe(false);

  const guesses: boolean[] = [];
  for (let i = 0; i < 10; i++) guesses.push(await signIn(living[i % 2]?.ports.sftp ?? 0, 'wrong'));
  expect(guesses).not.toContain(true);
  expect(await cli.json(['ban', 'list'])).toMatchObject([{ side: 'doors', kind: 'address', subject: '127.0.0.1' }]);
  for (const { ports } of living) expect(await signIn(ports.sftp, PASSWORD)).toBe(false);
});

it.skipIf(!hasHaproxy)('nodes behind HAProxy are restarted one after the other, and no upload is refused', async () => {
  const cli = await openCli();
  const sql = openSql(cli);
  await addTenant(cli, 'acme');
  const settings = { ARRIVAGE_PROXIES: '127.0.0.1', ARRIVAGE_PUBLIC_HOST: '127.0.0.2' };
  const nodes = await threeNodes(cli, settings);
  const [front, control] = [(await nodePorts()).sftp, (await nodePorts()).ftp];
  const servers = (door: 'sftp' | 'ftp') =>
    nodes.map(
      ({ ports }, i) => `  server n${i} 127.0.0.1:${ports[door]} send-proxy-v2 check inter 200ms fall 1 rise 1`,
    );
  await startHaproxyWith(
    [
      ...['listen sftp', `  bind 127.0.0.2:${front}`, '  balance roundrobin', ...servers('sftp')],
      ...['listen ftp', `  bind 127.0.0.2:${control}`, '  balance roundrobin', ...servers('ftp')],
      ...nodes.flatMap(({ ports }, i) => [
        ...[`listen data${i}`, `  bind 127.0.0.2:${ports.passive}`, '  server node 127.0.0.1 send-proxy-v2'],
      ]),
    ],
    { host: '127.0.0.2', port: front },
  );

  const client = await openWorkplace();
  onTestFinished(() => client.remove());
  const failed: string[] = [];
  let acknowledged = 0;
  let rolling = true;
  /** As an export job that signs in anew for each file, and tries once more where it was not let in. */
  const push = async (who: string, to: string): Promise<void> => {
    for (let i = 0; rolling; i++) {
      const file = await client.write(`${who}${i}.csv`, clientsFile(`${who}${i}`));
      const args = ['-sS', '-k', '--ssl-reqd', '--user', `acme-export:${PASSWORD}`, '-T', file, to];
      let ran = await run('curl', args);
      if (ran.code !== 0) {
        failed.push(ran.stderr);
        ran = await run('curl', args);
      }
      expect(ran, ran.stderr).toMatchObject({ code: 0 });
      acknowledged++;
    }
  };
  const pushing = Promise.all([
    push('s', `sftp://127.0.0.2:${front}/`),
    push('f', `ftp://127.0.0.2:${control}/`),
    push('g', `ftp://127.0.0.2:${control}/`),
  ]);
  pushing.catch(() => (rolling = false));
  for (const [i, node] of nodes.entries()) {
    const before = acknowledged;
    await until('files go in', () => !rolling || acknowledged > before + 3, 60_000);
    node.server.signal('SIGTERM');
    expect(await node.server.ended).toBe(0);
    nodes[i] = await startNode(cli, node.ports, settings);
  }
  rolling = false;
  await pushing;
  console.log(`${acknowledged} uploads, ${failed.length} connections tried again: ${failed.join('; ')}`);
  // Sent away are sessions that had not begun a file (421, a disconnect): never a file for what is in it or for its room.
  expect(failed.filter((why) => /\b(45\d|55\d)\b/.test(why))).toEqual([]);
  const [stored] = await sql<{ uploads: number }[]>`select count(*)::int as uploads from uploads`;
  expect(stored?.uploads).toBe(acknowledged);
  const codes = async () => (await sql`select from clients`).length;
  await until('all are imported', async () => (await codes()) === acknowledged, 120_000);
});
