import { reachable } from '../db/client.ts';
import type { Log } from '../log.ts';

const LOOK_MS = 1000;

/**
 * Whether any credential asks for TLS resumption, as of the last look; each question later than a second looks again.
 * Before that is known, nobody does: whoever asks is refused then, not trusted.
 * @param look asks the database
 */
export function openResumption(look: () => Promise<boolean>, log: Log, now: () => number): () => boolean {
  let asked = false;
  let lookAt = Number.NEGATIVE_INFINITY;

  async function lookAgain(): Promise<void> {
    try {
      asked = await reachable(look());
    } catch (error) {
      log.warn(
        { err: error },
        'whether a credential asks for TLS resumption could not be read; the last answer stands',
      );
    }
  }

  return () => {
    if (now() >= lookAt) {
      lookAt = now() + LOOK_MS;
      void lookAgain();
    }
    return asked;
  };
}
