import type { Socket } from 'node:net';

/** Reading from the socket, held back for any of several reasons. */
export interface Valve {
  hold(reason: string): void;
  release(reason: string): void;
}

export function openValve(socket: Socket): Valve {
  const reasons = new Set<string>();
  return {
    hold(reason) {
      reasons.add(reason);
      socket.pause();
    },
    release(reason) {
      if (reasons.delete(reason) && reasons.size === 0) socket.resume();
    },
  };
}
