import type { Server } from 'node:net';

/** Listens. @throws the error of an address that cannot be bound @returns the port, which is a free one where 0 is asked for */
export function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(portOf(server));
    });
  });
}

/** The port that a server is bound to; 0 where it is bound to none. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
