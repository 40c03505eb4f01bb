import { type Socket, connect } from 'node:net';
import type { HostPort } from './grammar/address.ts';
import type { PassivePort } from './passive-ports.ts';
import { dataSocket } from './passive-ports.ts';

/** Where the next data connection comes from: a passive port, or an address to call. Used once. */
export interface DataPort {
  /** The connection, paused, which is the caller's to end from here on; `undefined` when none came in time. */
  take(): Promise<Socket | undefined>;
  /** Calls `act` when another connection comes to the port, at once if one has: either may be a stranger's. */
  onSecond(act: () => void): void;
  /** Gives up waiting, and ends a connection that nobody took. Idempotent. */
  close(): void;
}

export function passiveDataPort(port: PassivePort): DataPort {
  return port;
}

/** Calls the client back from the address that it knows us by. */
export function activeDataPort(to: HostPort, localAddress: string, timeoutMs: number): DataPort {
  let socket: Socket | undefined;
  function take(): Promise<Socket | undefined> {
    return new Promise((resolve) => {
      const called = connect({ ...to, ...dataSocket, localAddress });
      socket = called;
      const timer = setTimeout(() => called.destroy(), timeoutMs);
      called.pause();
      called.on('error', () => undefined);
      called.once('connect', () => {
        clearTimeout(timer);
        socket = undefined;
        resolve(called);
      });
      called.once('close', () => {
        clearTimeout(timer);
        resolve(undefined);
      });
    });
  }
  return { take, onSecond: () => undefined, close: () => socket?.destroy() };
}
