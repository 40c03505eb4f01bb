import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { type Ran, run } from '../support/clients.ts';
import { createTestDatabase } from '../support/database.ts';
import { type Started, started } from '../support/started.ts';
import { runInProcess } from './in-process.ts';

/** Built before the tests run; `bin/arrivage.js` would build it again whenever a source has changed. */
const bin = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const TIMEOUT_MS = 60_000;

vi.setConfig({ testTimeout: 180_000 });

export interface Cli {
  /** An empty folder, also the working folder of every command. */
  folder: string;
  env: Record<string, string>;
  /** Runs a command to its end: in this process, unless it is about processes (`needsProcess`). */
  run(args: string[], options?: CommandOptions): Promise<Ran>;
  /** Runs a command that must do well, with `--json`, and gives what it printed. */
  json<T = Record<string, unknown>>(args: string[], input?: string): Promise<T>;
  file(name: string, content: string | Buffer): Promise<string>;
  /** Starts a command that goes on until it is told to stop. */
  start(args: string[], env?: Record<string, string>, through?: readonly string[]): Started;
}

interface CommandOptions {
  input?: string;
  env?: Record<string, string>;
  /** A program that runs it, such as setpriv with another account. */
  through?: readonly string[];
  /** A process of its own, as everybody has it. */
  apart?: boolean;
}

const freePorts = { ARRIVAGE_SFTP_PORT: '0', ARRIVAGE_FTP_PORT: '0', ARRIVAGE_FTPS_PORT: '0', ARRIVAGE_HTTP_PORT: '0' };

/** The real command line over a data folder of its own; `embedded`: with its own Postgres, else on the tests'. */
export async function openCli({ embedded = false } = {}): Promise<Cli> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env: Record<string, string> = { ...inherited(), ...freePorts, ARRIVAGE_DATA: join(folder, 'data') };
  if (!embedded) {
    const { url, drop } = await createTestDatabase();
    onTestFinished(drop);
    env['DATABASE_URL'] = url;
  }
  const cli: Cli = {
    folder,
    env,
    run(args, { input = '', env: more = {}, through = [], apart = false } = {}) {
      const all = { ...env, ...more };
      if (!apart && through.length === 0 && !needsProcess(args, all))
        return runInProcess(args, { env: all, cwd: folder, input });
      const command = ['-i', ...pairs(all), ...through, process.execPath, bin, ...args];
      return run('env', command, { cwd: folder, timeoutMs: TIMEOUT_MS, input });
    },
    async json(args, input) {
      const ran = await cli.run([...args, '--json'], input === undefined ? {} : { input });
      if (ran.code !== 0) throw new Error(`arrivage ${args.join(' ')}: ${ran.code}\n${ran.stderr}`);
      return JSON.parse(ran.stdout) as never;
    },
    async file(name, content) {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    start: (args, more = {}, through = []) =>
      start([...through, process.execPath, bin, ...args], { ...env, ...more }, folder),
  };
  return cli;
}

/** A server is a process of its own, and Node reads its settings when a process starts. */
const needsProcess = ([command = '']: string[], env: Record<string, string>): boolean =>
  ['serve', 'demo'].includes(command) || Object.keys(env).some((name) => name.startsWith('NODE_'));

/** The machine's own settings must not reach the commands. */
function inherited(): Record<string, string> {
  const { PATH = '', HOME = '/' } = process.env;
  return { PATH, HOME, LC_ALL: 'C.UTF-8' };
}

const pairs = (env: Record<string, string>) => Object.entries(env).map(([name, value]) => `${name}=${value}`);

function start(command: string[], env: Record<string, string>, cwd: string): Started {
  const program = started(command, env, cwd);
  onTestFinished(async () => {
    if (!program.isOver()) program.signal('SIGKILL');
    await program.ended;
  });
  return program;
}
