import type { Progress } from '../model/sync.ts';

export interface ProgressDisplay {
  show(state: string, progress: Progress | null): void;
  /** Takes the bar away. */
  end(): void;
}

const WIDTH = 30;

/** A bar on standard error where that is a terminal, else a line for each stage. `quiet`: neither. */
export function progressDisplay(quiet: boolean): ProgressDisplay {
  const isTerminal = process.stderr.isTTY;
  let last = '';
  return {
    show(state, progress) {
      const line = isTerminal ? barOf(state, progress) : stageOf(state, progress);
      if (quiet || line === last) return;
      last = line;
      process.stderr.write(isTerminal ? `\r\u001b[2K${line}` : `${line}\n`);
    },
    end() {
      if (!quiet && isTerminal && last !== '') process.stderr.write('\r\u001b[2K');
    },
  };
}

const stageOf = (state: string, progress: Progress | null): string =>
  state === 'running' && progress ? `${progress.stage} …` : `${state} …`;

function barOf(state: string, progress: Progress | null): string {
  const done = progress && progress.bytesTotal > 0 ? Math.min(1, progress.bytesDone / progress.bytesTotal) : 0;
  const filled = Math.round(done * WIDTH);
  const rows = progress ? `, ${progress.rowsDone} rows` : '';
  return `[${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}] ${Math.round(done * 100)} % ${stageOf(state, progress)}${rows}`;
}
