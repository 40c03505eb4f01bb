import { connect, createServer, type AddressInfo } from 'node:net';

/** A port of loopback that nothing listens on, for a program that cannot take any by itself. */
export async function freePort(): Promise<number> {
  const port = await bound(0);
  if (port === undefined) throw new Error('no port is free');
  return port;
}

/**
 * The first and the last of so many free ports that follow one another: below 32768, from where the system takes ports
 * for outgoing connections, so that none takes one of them while it is given back and taken again.
 */
export async function freeRange(count: number): Promise<{ from: number; to: number }> {
  for (let tries = 0; tries < 100; tries++) {
    const from = 10_000 + Math.floor(Math.random() * 20_000);
    const found = await Promise.all(Array.from({ length: count }, (_, i) => bound(from + i)));
    if (found.every((port) => port !== undefined)) return { from, to: from + count - 1 };
  }
  throw new Error(`no ${count} ports in a row are free`);
}

/** Binds a port for a moment. @param port 0 takes any @returns undefined where it is taken */
function bound(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1');
    server.once('error', () => resolve(undefined));
    server.once('listening', () => {
      const { port: got } = server.address() as AddressInfo;
      server.close(() => resolve(got));
    });
  });
}

/** Whether something listens there. */
export function isOpen(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
