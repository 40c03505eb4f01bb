export const SECOND_CONNECTION = 'a second connection came to its port';

/** Why a transfer is ended before its time. */
export type AbortReason =
  typeof SECOND_CONNECTION | 'ABOR' | 'stalled' | 'control connection lost' | 'access withdrawn';

/** One transfer of a control connection, from its command to its last reply. */
export interface Transfer {
  readonly signal: AbortSignal;
  abort(reason: AbortReason): void;
  /** Bytes moved: the stall time-out starts anew. */
  moved(): void;
  end(): void;
}

export function beginTransfer(stallMs: number): Transfer {
  const controller = new AbortController();
  const abort = (reason: AbortReason): void => controller.abort(reason);
  const stall = setTimeout(() => abort('stalled'), stallMs);
  let over = false;
  return {
    signal: controller.signal,
    abort,
    moved() {
      // A last write may end after its transfer, and a timer that was cleared would start again.
      if (!over) stall.refresh();
    },
    end() {
      over = true;
      clearTimeout(stall);
    },
  };
}

/** Calls `act` when the transfer is aborted, at once if it is already. Returns how to stop listening. */
export function onAbort({ signal }: Transfer, act: () => void): () => void {
  if (signal.aborted) act();
  else signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}
