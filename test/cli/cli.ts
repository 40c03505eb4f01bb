import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { type Ran, run } from '../support/clients.ts';
import { createTestDatabase } from '../support/database.ts';
import { type Started, started } from '../support/started.ts';

/** Built before the tests run; `bin/arrivage.js` would build it again whenever a source has changed. */
const bin = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const TIMEOUT_MS = 60_000;

// Every command is a process, and others run beside them.
vi.setConfig({ testTimeout: 180_000 });

export interface Cli {
  /** An empty folder, also the working folder of every command. */
  folder: string;
  env: Record<string, string>;
  /** Runs a command to its end. */
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
    run: (args, options = {}) =>
      run(
        'env',
        ['-i', ...pairs({ ...env, ...options.env }), ...(options.through ?? []), process.execPath, bin, ...args],
        {
          cwd: folder,
          timeoutMs: TIMEOUT_MS,
          ...(options.input !== undefined && { input: options.input }),
        },
      ),
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
