import { Writable, PassThrough } from 'node:stream';
import { run } from '../../src/cli/program.ts';
import type { Ran } from '../support/clients.ts';

interface Surroundings {
  env: Record<string, string>;
  cwd: string;
  input: string;
}

/** A process has one folder, one environment and one standard output: commands wait for one another. */
let last: Promise<unknown> = Promise.resolve();

/** Runs a command of the command line in this process, with everything of a process of its own that it can see. */
export function runInProcess(args: readonly string[], surroundings: Surroundings): Promise<Ran> {
  const ran = last.then(() => runNow(args, surroundings));
  last = ran.catch(() => undefined);
  return ran;
}

async function runNow(args: readonly string[], { env, cwd, input }: Surroundings): Promise<Ran> {
  const [stdout, stderr, stdin] = [taker(), taker(), new PassThrough()];
  stdin.end(input);
  const before = { cwd: process.cwd(), env: process.env };
  const streams = { stdin, stdout: stdout.stream, stderr: stderr.stream };
  const putBack = Object.entries(streams).map(([name, value]) => replace(name as keyof typeof streams, value));
  process.chdir(cwd);
  process.env = { ...env };
  process.exitCode = undefined;
  try {
    await run(args);
    await Promise.all([stdout.settled(), stderr.settled()]);
    return { code: exitCode(), stdout: stdout.taken(), stderr: stderr.taken() };
  } finally {
    process.exitCode = undefined;
    process.env = before.env;
    process.chdir(before.cwd);
    for (const one of putBack) one();
  }
}

/** As a process without one ends. */
const exitCode = (): number => Number(process.exitCode ?? 0);

function replace(name: 'stdin' | 'stdout' | 'stderr', value: object): () => void {
  const original = Object.getOwnPropertyDescriptor(process, name);
  if (!original) throw new Error(`process.${name} is the process's own property`);
  Object.defineProperty(process, name, { value, configurable: true, writable: true });
  return () => void Object.defineProperty(process, name, original);
}

/** Keeps what is written. */
function taker() {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  let sources = 0;
  stream.on('pipe', () => (sources += 1));
  stream.on('unpipe', () => (sources -= 1));
  return {
    stream,
    taken: () => Buffer.concat(chunks).toString(),
    /** A process ends when what still flows to its output has arrived. */
    async settled() {
      while (sources > 0) await new Promise((resolve) => stream.once('unpipe', resolve));
    },
  };
}
