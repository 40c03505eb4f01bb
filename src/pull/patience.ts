import { ArrivageError, type ErrorCode } from '../errors.ts';

/** Before another try within one fetch; a fetch that fails after them is tried again minutes later. */
const PAUSES_MS = [2_000, 5_000, 10_000];
/** However much each of them moved: a server that always cuts must not hold a worker for ever. */
const MOST_TRIES = 20;

/** What may be over in a few seconds, or once the folder is looked at again. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'connection_refused',
  'unreachable',
  'remote_silent',
  'remote_cut',
  'remote_file_missing',
  'remote_file_changed',
]);

export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Tries again after a passing failure, with growing pauses; a try that moved bytes sets them back.
 * @param work is told by what to say that it moved something
 */
export async function patiently<T>(
  work: (moved: () => void) => Promise<T>,
  pause: Pause,
  signal: AbortSignal,
): Promise<T> {
  let fruitless = 0;
  for (let tries = 1; ; tries++) {
    try {
      return await work(() => {
        fruitless = 0;
      });
    } catch (error) {
      const pauseMs = PAUSES_MS[fruitless++];
      if (signal.aborted || pauseMs === undefined || tries === MOST_TRIES || !isPassing(error)) throw error;
      await pause(pauseMs, signal);
    }
  }
}

const isPassing = (error: unknown): boolean => error instanceof ArrivageError && PASSING.has(error.code);
