import { type Socket, connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Proxy {
  url: string;
  /** Cuts every connection and refuses new ones, as a stopped database does. */
  stop(): void;
  start(): Promise<void>;
  /** The next message with this text reaches the server and is done there, but the answer never comes back. */
  loseAnswerTo(text: string, then: 'refuse' | 'accept'): void;
  /** Passes nothing on any more, in either direction, without closing. */
  freeze(): void;
}

/** Stands between a test and its database, and takes it away at a chosen instant. */
export async function proxyTo(url: string): Promise<Proxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let trap: { text: string; then: 'refuse' | 'accept' } | undefined;
  let frozen = false;
  let port = 0;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let silent: 'refuse' | 'accept' | undefined;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.on('data', (chunk: Buffer) => {
      if (frozen) return;
      upstream.write(chunk);
      if (!trap || !chunk.includes(trap.text)) return;
      silent = trap.then;
      trap = undefined;
    });
    upstream.on('data', (chunk: Buffer) => {
      if (frozen) return;
      // The server has answered, so what it was told to do is done.
      if (silent === undefined) client.write(chunk);
      else if (silent === 'refuse') stop();
      else client.destroy();
    });
  });
  const start = () =>
    new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', () => {
        ({ port } = server.address() as AddressInfo);
        resolve();
      });
    });
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  await start();
  onTestFinished(stop);
  const own = new URL(url);
  own.host = `127.0.0.1:${port}`;
  return {
    url: own.href,
    stop,
    start,
    loseAnswerTo: (text, then) => void (trap = { text, then }),
    freeze: () => void (frozen = true),
  };
}
