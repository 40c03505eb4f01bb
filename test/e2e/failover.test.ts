import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import postgres from 'postgres';
import { openCli } from '../cli/cli.ts';
import { run, until } from '../support/clients.ts';
import { openWorkplace } from '../support/openssh.ts';
import { hasPatroni, startCluster, type Cluster } from '../support/patroni.ts';
import { addTenant, openSession, PASSWORD, startServer } from './server-world.ts';

vi.setConfig({ testTimeout: 600_000 });

/** Acknowledgements come again within this time of the failover. */
const AGAIN_MS = 5000;
const FAILOVER_MS = 90_000;
/** Between two files of a client: as many as one core imports beside everything else. */
const PACE_MS = 300;

const clientsFile = (code: string) => `Code client;Raison sociale\r\n${code};Société ${code}\r\n`;

interface Sent {
  name: string;
  /** When it was acknowledged; undefined: it was not. */
  at: number | undefined;
}

/** A client that sends files of one row each, one after the other, until it is told to stop. */
async function keepSending(who: string, sent: Sent[], isOver: () => boolean, put: (name: string) => Promise<void>) {
  for (let i = 0; !isOver(); i++) {
    const file: Sent = { name: `${who}${i}.csv`, at: undefined };
    sent.push(file);
    try {
      // Longer than any failover: of a connection that breaks before it is signed in, nothing is heard.
      await Promise.race([
        put(file.name),
        pause(60_000, undefined, { ref: false }).then(() => Promise.reject(new Error('silent'))),
      ]);
      file.at = Date.now();
    } catch {
      // It sends the next one, as those do that look at no answer.
    }
    await pause(PACE_MS);
  }
}

interface Fall {
  how: string;
  promotedMs: number;
  againMs: number;
}

/** Kills the primary, and waits until there is one again that takes what is sent. */
async function fall(cluster: Cluster, how: 'postgres' | 'machine', sent: readonly Sent[]): Promise<Fall> {
  const old = await cluster.primary();
  if (!old) throw new Error('there is no primary');
  const [killed, killedPid] = [Date.now(), old.pid()];
  if (how === 'postgres') old.killPostgres();
  else await old.killMachine();
  // Where the other's Patroni is slow to answer, the old one's starts its Postgres again instead.
  const successor = async () => {
    const pid = (await cluster.primary())?.pid();
    return pid !== undefined && pid !== killedPid;
  };
  await until('there is a primary again', successor, FAILOVER_MS);
  const promoted = Date.now();
  const again = () => sent.find(({ at }) => at !== undefined && at >= promoted)?.at;
  await until('files are acknowledged again', () => again() !== undefined, FAILOVER_MS);
  if (how === 'machine') await old.start();
  await until('a standby follows', () => cluster.isWhole(), FAILOVER_MS);
  return { how, promotedMs: promoted - killed, againMs: (again() ?? 0) - promoted };
}

it.skipIf(!hasPatroni)(
  'goes on by itself when the primary is killed under uploads five times, and loses or doubles nothing that it acknowledged',
  async () => {
    const cluster = await startCluster('arrivage');
    const cli = await openCli({ embedded: true });
    cli.env['DATABASE_URL'] = cluster.url;
    await addTenant(cli, 'acme');
    const { server, ports } = await startServer(cli);
    const client = await openWorkplace();
    onTestFinished(() => client.remove());

    const sent: Sent[] = [];
    let over = false;
    const overFtp = async (name: string) => {
      const file = await client.write(name, clientsFile(name));
      const user = ['-sS', '-k', '--ssl-reqd', '--user', `acme-export:${PASSWORD}`];
      const { code } = await run('curl', [...user, '-T', file, `ftp://127.0.0.1:${ports.ftp}/`], { timeoutMs: 60_000 });
      if (code !== 0) throw new Error('refused');
    };
    let session: ReturnType<typeof openSession> | undefined;
    const overSftp = async (name: string) => {
      try {
        session ??= openSession(ports.sftp, 'acme');
        const upload = await (await session).open(`/${name}`);
        await upload.write(clientsFile(name));
        await upload.close();
      } catch (error) {
        session = undefined;
        throw error;
      }
    };
    const sending = Promise.all([
      keepSending('f', sent, () => over, overFtp),
      keepSending('s', sent, () => over, overSftp),
    ]);
    const falls: Fall[] = [];
    for (const how of ['postgres', 'postgres', 'machine', 'postgres', 'postgres'] as const)
      falls.push(await fall(cluster, how, sent));
    over = true;
    await sending;
    const acknowledged = sent.filter(({ at }) => at !== undefined).map(({ name }) => `/${name}`);
    console.log(JSON.stringify(falls), `${acknowledged.length} of ${sent.length} acknowledged`);

    const sql = postgres(cluster.url, { max: 2, onnotice: () => undefined });
    onTestFinished(() => sql.end({ timeout: 1 }));
    const waiting = async () =>
      (
        await sql`select from uploads where state = 'waiting' union all select from syncs where state in ('queued', 'running')`
      ).length;
    await until('everything is imported', async () => (await waiting().catch(() => 1)) === 0, 120_000);
    const stored = await sql<{ path: string; times: number }[]>`
      select path, count(*)::int as times from uploads group by path`;
    const paths = new Set(stored.map(({ path }) => path));
    expect(acknowledged.filter((path) => !paths.has(path))).toEqual([]);
    expect(stored.filter(({ times }) => times > 1)).toEqual([]);
    const rows = await sql<{ code: string }[]>`select client_code as code from clients`;
    expect(rows.map(({ code }) => `/${code}`).sort()).toEqual([...paths].sort());
    const [inserted] = await sql<{ rows: number }[]>`select sum(inserted)::int as rows from sync_files`;
    expect(inserted?.rows).toBe(paths.size);

    expect(server.isOver()).toBe(false);
    for (const { againMs } of falls) expect(againMs).toBeLessThan(AGAIN_MS);
  },
);
