import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const PROBE_MS = 3000;
const MOST_BYTES = 8192;

/** Whether a port can be listened on: undefined, or the error that says why not. */
export function tryPort(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

const greetings = {
  SFTP: /^SSH-2\.0-arrivage/m,
  FTP: /^220[ -].*arrivage/m,
  FTPS: /^220[ -].*arrivage/m,
  HTTP: /"status":"ok"/,
} as const;

/** Whether what answers on a port is arrivage, by its greeting. */
export async function isArrivage(door: keyof typeof greetings, host: string, port: number): Promise<boolean> {
  const to = { port, host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host };
  // Nothing is sent over the connection that a stranger could not see.
  const socket: Socket = door === 'FTPS' ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to);
  socket.on('error', () => undefined);
  const timer = setTimeout(() => socket.destroy(), PROBE_MS);
  try {
    await once(socket, door === 'FTPS' ? 'secureConnect' : 'connect');
    if (door === 'HTTP') socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    return await says(socket, greetings[door]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function says(socket: Socket, greeting: RegExp): Promise<boolean> {
  let heard = '';
  for await (const chunk of socket) {
    heard += String(chunk);
    if (greeting.test(heard)) return true;
    if (heard.length > MOST_BYTES) break;
  }
  return false;
}
