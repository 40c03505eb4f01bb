import { spawn, spawnSync } from 'node:child_process';

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  /** Written to the client's standard input, which is then closed. */
  input?: string;
  cwd?: string;
  timeoutMs?: number;
  /** Called with the started process, for tests that kill it. */
  onStart?: (pid: number) => void;
}

const MAX_OUTPUT = 4 * 1024 * 1024;

/** Runs a real client to its end. @throws when it takes longer than `timeoutMs` (30 s), with what it said so far */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { env = {}, input = '', cwd, timeoutMs = 30_000, onStart } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, LC_ALL: 'C.UTF-8', ...env }, detached: true });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        if (said[name].length < MAX_OUTPUT) said[name] += chunk.toString();
      });
    const timer = setTimeout(() => {
      killGroup(child.pid);
      reject(new Error(`${command} took over ${timeoutMs} ms\n${said.stdout}\n${said.stderr}`));
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...said });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    if (child.pid !== undefined) onStart?.(child.pid);
  });
}

/** Kills a client and what it started (sftp and scp start ssh) the way a power cut does. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Whether a client is installed; tests that need one that is not are skipped by its name. */
export function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/** As `has`, for what CI installs: there its absence is a failure, and no reason to skip. */
export function installed(command: string): boolean {
  if (has(command)) return true;
  if (process.env['CI'] !== undefined) throw new Error(`${command} is not installed: see .ci/run`);
  return false;
}

/** Waits until `condition` holds. @throws after `timeoutMs` (10 s), naming what was waited for */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`still waiting after ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
