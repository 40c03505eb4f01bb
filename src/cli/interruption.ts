import { setTimeout as pause } from 'node:timers/promises';

const signals = ['SIGINT', 'SIGTERM'] as const;
type StopSignal = (typeof signals)[number];

/** Somebody pressed Ctrl-C, or asked the process to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

const interruption = new AbortController();
let isListening = false;

/**
 * From now on a first Ctrl-C or SIGTERM aborts this signal, with an `Interrupted`, so that whatever waits gives up and
 * an embedded Postgres does not stay behind; a second one ends the process at once.
 */
export function interruptible(): AbortSignal {
  if (!isListening) for (const name of signals) process.on(name, take);
  isListening = true;
  return interruption.signal;
}

function take(name: StopSignal): void {
  if (interruption.signal.aborted) process.exit(1);
  interruption.abort(new Interrupted(name));
}

/** @throws Interrupted as soon as somebody interrupts */
export async function pauseUnlessInterrupted(ms: number): Promise<void> {
  const signal = interruptible();
  await pause(ms, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}

/** Ends the process by the signal, as if nobody had waited: so a shell ends the loop that runs us. */
export function endBy(signal: StopSignal): void {
  process.off(signal, take);
  process.kill(process.pid, signal);
}
