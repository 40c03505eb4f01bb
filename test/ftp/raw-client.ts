import { type Socket, connect } from 'node:net';
import { type TLSSocket, connect as connectTls } from 'node:tls';
import { onTestFinished } from 'vitest';
import { PASSWORD } from '../support/ftp-world.ts';

/** A control connection that says exactly what a test wants. */
export interface RawClient {
  socket: Socket;
  /** Everything that came so far. */
  said: () => string;
  /** Writes, without waiting. */
  write(bytes: string | Buffer): void;
  /** The next complete reply, multi-line or not, as it came. */
  reply(): Promise<string>;
  /** One command and its reply. */
  ask(command: string): Promise<string>;
  closed: Promise<void>;
  /** TLS from here on. */
  secure(): Promise<void>;
}

const REPLY = /^(?:\d{3}-[^]*?\r\n)?\d{3} .*\r\n/;
const WAIT_MS = 8000;

export function within<T>(promise: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`still waiting for ${what}`)), WAIT_MS);
    void promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export function rawClient(port: number, localAddress = '127.0.0.1'): RawClient {
  const tcp = connect({ port, host: '127.0.0.1', localAddress });
  onTestFinished(() => void tcp.destroy());
  let said = '';
  let buffer = '';
  let wake: () => void = () => undefined;
  let over = false;
  const closed = new Promise<void>((resolve) => tcp.once('close', () => resolve()));
  void closed.then(() => {
    over = true;
    wake();
  });
  const listen = (socket: Socket): void => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      buffer += chunk.toString();
      wake();
    });
  };
  listen(tcp);

  async function next(): Promise<string> {
    for (;;) {
      const match = REPLY.exec(buffer);
      if (match) {
        buffer = buffer.slice(match[0].length);
        return match[0].trimEnd();
      }
      if (over) throw new Error(`closed after: ${said}`);
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  const client: RawClient = {
    socket: tcp,
    said: () => said,
    write: (bytes) => void client.socket.write(bytes),
    reply: () => within(next(), `a reply, after: ${said}`),
    ask(command) {
      client.write(`${command}\r\n`);
      return client.reply();
    },
    closed: within(closed, 'the end of the connection').catch(() => undefined),
    async secure() {
      tcp.removeAllListeners('data');
      client.socket = await tlsOver(tcp);
      listen(client.socket);
    },
  };
  return client;
}

export function tlsOver(socket: Socket): Promise<TLSSocket> {
  const secured = connectTls({ socket, rejectUnauthorized: false });
  secured.on('error', () => undefined);
  return within(new Promise((resolve) => secured.once('secureConnect', () => resolve(secured))), 'the handshake');
}

/** Signed in: in clear as `acme-clear`, or over TLS as `acme-export` with PROT P. */
export async function signedIn(port: number, way: 'clear' | 'TLS' = 'clear'): Promise<RawClient> {
  const client = rawClient(port);
  await client.reply();
  if (way === 'TLS') {
    await client.ask('AUTH TLS');
    await client.secure();
    await client.ask('PBSZ 0');
    await client.ask('PROT P');
  }
  await client.ask(`USER ${way === 'clear' ? 'acme-clear' : 'acme-export'}`);
  const welcome = await client.ask(`PASS ${PASSWORD}`);
  if (!welcome.startsWith('230')) throw new Error(welcome);
  return client;
}

/** The port of a fresh EPSV. */
export async function passivePort(client: RawClient): Promise<number> {
  return Number(/\|\|\|(\d+)\|/.exec(await client.ask('EPSV'))?.[1]);
}

export function dial(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  return within(new Promise((resolve) => socket.once('connect', () => resolve(socket))), 'a connection');
}
