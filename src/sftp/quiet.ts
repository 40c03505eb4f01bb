/** Ends what is silent: an idle connection, or a transfer that stands still. Work of ours never counts as silence. */
export interface QuietWatch {
  /** Something moved. */
  progress(): void;
  /** A file was opened (+1) or closed (-1). */
  transfers(change: 1 | -1): void;
  stop(): void;
}

export type Quiet = 'idle' | 'stalled';

/** Milliseconds without progress: `idleMs` with no file open, `stallMs` with one. */
export function watchQuiet(
  { idleMs, stallMs }: { idleMs: number; stallMs: number },
  isWorking: () => boolean,
  onQuiet: (why: Quiet) => void,
): QuietWatch {
  let open = 0;
  let stopped = false;
  let timer = arm();

  function arm(): NodeJS.Timeout {
    return setTimeout(elapsed, open > 0 ? stallMs : idleMs);
  }

  function elapsed(): void {
    if (isWorking()) timer.refresh();
    else onQuiet(open > 0 ? 'stalled' : 'idle');
  }

  return {
    // A cleared timer would run again after a refresh.
    progress() {
      if (!stopped) timer.refresh();
    },
    transfers(change) {
      open += change;
      if (stopped) return;
      clearTimeout(timer);
      timer = arm();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
