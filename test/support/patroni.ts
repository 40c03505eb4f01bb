import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { installed, until } from './clients.ts';
import { startHaproxyWith } from './haproxy.ts';
import { freeRange, isOpen } from './ports.ts';
import { accountOf, binaries, give, type Account } from './postgres.ts';

const START_MS = 120_000;
/** The least that Patroni takes: seconds after which a silent primary has lost its place. */
const TTL = 20;

/** Whether everything is there that a cluster takes; in CI its absence is a failure. */
export const hasPatroni = [...['patroni', 'etcd', 'haproxy'], join(binaries, 'postgres')].every(installed);

interface PostgresNode {
  name: string;
  port: number;
  /** Whether it is the primary, by what its Patroni says. */
  isPrimary: () => Promise<boolean>;
  /** Of its Postgres, while one runs. */
  pid: () => number | undefined;
  /** Ends its Postgres the hard way; its Patroni stays. */
  killPostgres: () => void;
  /** Ends both, as if the machine were gone. */
  killMachine: () => Promise<void>;
  start: () => Promise<void>;
}

export interface Cluster {
  /** The primary's, whichever that is, through HAProxy. */
  url: string;
  nodes: readonly PostgresNode[];
  primary: () => Promise<PostgresNode | undefined>;
  /** A primary, and a standby that confirms every commit. */
  isWhole: () => Promise<boolean>;
}

/** Two Postgres under Patroni with synchronous replication, etcd, and HAProxy before them, until the test ends. */
export async function startCluster(database: string): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-patroni-'));
  const account = accountOf();
  await give(folder, account);
  // Registered first, and so done last: when nothing runs in it any more.
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { from } = await freeRange(7);
  const [etcd, peer, front] = [from, from + 1, from + 2];
  start(account, ['etcd', ...etcdArguments(join(folder, 'etcd'), etcd, peer)], folder);
  await until('etcd answers', () => isOpen(etcd), START_MS);
  const nodes = [0, 1].map((i) => {
    const [port, rest] = [from + 3 + 2 * i, from + 4 + 2 * i];
    return openNode({ name: `pg${i}`, folder: join(folder, `pg${i}`), account, etcd, port, rest });
  });
  await startHaproxyWith(
    [
      ...['listen postgres', `  bind 127.0.0.1:${front}`, '  timeout client 30m', '  timeout server 30m'],
      ...['  option httpchk OPTIONS /primary', '  http-check expect status 200'],
      '  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions',
      ...nodes.map(({ name, port, rest }) => `  server ${name} 127.0.0.1:${port} check port ${rest}`),
    ],
    { port: front },
  );
  const primary = async () => {
    for (const node of nodes) if (await node.isPrimary()) return node;
    return undefined;
  };
  const isWhole = async () => (await Promise.all(nodes.map(({ says }) => says('/sync')))).includes(true);
  for (const node of nodes) {
    await node.start();
    await until('the primary is there', async () => (await primary()) !== undefined, START_MS);
  }
  await until('the standby follows', async () => (await primary()) !== undefined && (await isWhole()), START_MS);
  const main = await primary();
  const created = spawnSync(join(binaries, 'createdb'), [
    '-h',
    '127.0.0.1',
    '-p',
    `${main?.port}`,
    '-U',
    'postgres',
    database,
  ]);
  if (created.status !== 0) throw new Error(created.stderr.toString());
  return { url: `postgres://postgres:secret@127.0.0.1:${front}/${database}`, nodes, primary, isWhole };
}

interface NodeOptions {
  name: string;
  folder: string;
  account: Account | undefined;
  etcd: number;
  port: number;
  rest: number;
}

function openNode(options: NodeOptions) {
  const { name, folder, account, port, rest } = options;
  const data = join(folder, 'data');
  let patroni: ChildProcess | undefined;
  const says = async (path: string): Promise<boolean> =>
    fetch(`http://127.0.0.1:${rest}${path}`, { signal: AbortSignal.timeout(2000) }).then(
      ({ status }) => status === 200,
      () => false,
    );
  const kill = (signal: NodeJS.Signals): void => {
    const pid = postmasterOf(data);
    if (pid !== undefined) process.kill(pid, signal);
  };
  onTestFinished(() => kill('SIGQUIT'));
  return {
    ...{ name, port, rest, says },
    isPrimary: () => says('/primary'),
    pid: () => postmasterOf(data),
    killPostgres: () => kill('SIGKILL'),
    async killMachine() {
      const gone = new Promise((resolve) => patroni?.once('exit', resolve));
      patroni?.kill('SIGKILL');
      kill('SIGKILL');
      await gone;
    },
    async start() {
      await mkdir(folder, { recursive: true });
      await give(folder, account);
      const file = join(folder, 'patroni.yml');
      await writeFile(file, JSON.stringify(configurationOf(options, data)));
      await give(file, account);
      patroni = start(account, ['patroni', file], folder);
    },
  };
}

/** JSON is YAML. */
function configurationOf({ name, folder, etcd, port, rest }: NodeOptions, data: string) {
  const trusted = ['host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust', 'local all all trust'];
  return {
    scope: 'arrivage',
    name,
    restapi: { listen: `127.0.0.1:${rest}`, connect_address: `127.0.0.1:${rest}` },
    etcd3: { host: `127.0.0.1:${etcd}` },
    bootstrap: {
      dcs: {
        ...{ ttl: TTL, loop_wait: 1, retry_timeout: 3, primary_start_timeout: 0, synchronous_mode: true },
        postgresql: { use_pg_rewind: true, use_slots: true },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
    },
    postgresql: {
      ...{ listen: `127.0.0.1:${port}`, connect_address: `127.0.0.1:${port}`, data_dir: data, bin_dir: binaries },
      pgpass: join(folder, 'pgpass'),
      authentication: {
        superuser: { username: 'postgres', password: 'secret' },
        replication: { username: 'replicator', password: 'secret' },
      },
      pg_hba: trusted,
      basebackup: [{ checkpoint: 'fast' }],
      // Processes are killed here, not machines: what a process has written stays.
      parameters: { unix_socket_directories: folder, fsync: 'off', max_connections: 100 },
    },
  };
}

const etcdArguments = (data: string, client: number, peer: number): string[] => {
  const [clients, peers] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return [
    ...['--name', 'only', '--data-dir', data, '--listen-client-urls', clients, '--advertise-client-urls', clients],
    ...['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers, '--initial-cluster', `only=${peers}`],
  ];
};

/** Ends with the test. */
function start(account: Account | undefined, [command = '', ...args]: string[], cwd: string): ChildProcess {
  const child = spawn(command, args, {
    ...{ cwd, ...account, stdio: 'ignore' },
    env: { PATH: process.env['PATH'], HOME: cwd, LC_ALL: 'C.UTF-8' },
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  return child;
}

function postmasterOf(data: string): number | undefined {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, 'utf8'));
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}
