/**
 * What a connection has asked for and we have not finished: requests, and the bytes they hold in memory. ssh2 has no
 * bound of its own: a disk that stood still for two seconds made it hold 627 MB.
 */
export interface Budget {
  /** Counts one request of `bytes`; the function it returns gives both back, once. */
  take(bytes: number): () => void;
  readonly full: boolean;
  readonly idle: boolean;
}

export const MAX_REQUESTS = 128;
export const MAX_BYTES = 4 * 1024 * 1024;

/** `onFull` is called when nothing more may begin, `onRoom` each time something was given back and there is room. */
export function budget(onFull: () => void, onRoom: () => void): Budget {
  let requests = 0;
  let held = 0;
  const full = (): boolean => requests >= MAX_REQUESTS || held >= MAX_BYTES;
  return {
    take(bytes) {
      requests += 1;
      held += bytes;
      if (full()) onFull();
      let given = false;
      return () => {
        if (given) return;
        given = true;
        requests -= 1;
        held -= bytes;
        if (!full()) onRoom();
      };
    },
    get full() {
      return full();
    },
    get idle() {
      return requests === 0;
    },
  };
}
