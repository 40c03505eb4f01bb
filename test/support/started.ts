import { spawn } from 'node:child_process';
import { until } from './clients.ts';

/** A program that goes on until it is told to stop. */
export interface Started {
  pid: number;
  stdout: () => string;
  /** The end of it, where it is long. */
  stderr: () => string;
  /** The first line of standard output that is JSON with this `event`. @throws where it ends without, or takes too long */
  event(name: string, timeoutMs?: number): Promise<Record<string, unknown>>;
  isOver: () => boolean;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<number | null>;
}

const MOST_KEPT = 4 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** Whoever starts it sees to its end. */
export function started([command = '', ...args]: string[], env: Record<string, string>, cwd: string): Started {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr = (said.stderr + chunk.toString()).slice(-MOST_KEPT)));
  let over = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      over = true;
      resolve(code);
    });
  });
  const find = (name: string) =>
    said.stdout
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find((line) => line['event'] === name);
  return {
    pid: child.pid ?? 0,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    async event(name, timeoutMs = TIMEOUT_MS) {
      await until(`${args.join(' ')} says "${name}"`, () => over || find(name) !== undefined, timeoutMs);
      const found = find(name);
      if (!found) throw new Error(`it ended without "${name}":\n${said.stderr}\n${said.stdout}`);
      return found;
    },
    isOver: () => over,
    signal: (name) => void child.kill(name),
    ended,
  };
}
