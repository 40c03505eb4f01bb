import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import ssh2 from 'ssh2';
import type { Dice } from '../torture/dice.ts';
import { anAddress, inTime, shown, type Attack, type Field } from './attack.ts';
import { mutate } from './mutate.ts';

const AT_ONCE = 8;

/** What clients say first, broken, at the port of a door. Each input is a connection. */
function opening(
  name: string,
  share: number,
  portOf: (field: Field) => number,
  greeting: () => Promise<Buffer[]>,
): Attack {
  return {
    name,
    share,
    async begin(field, dice) {
      const greetings = await greeting();
      const one = () => converse(portOf(field), mutate(dice.pick(greetings), dice), dice);
      return {
        async round() {
          await Promise.all(Array.from({ length: AT_ONCE }, one));
          return AT_ONCE;
        },
        close: () => undefined,
      };
    },
  };
}

/** Says it all, ends, and waits until the other side has ended, too. */
async function converse(port: number, bytes: Buffer, dice: Dice): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: anAddress(dice), allowHalfOpen: true });
  const over = new Promise<void>((resolve) => {
    socket.on('error', () => undefined).once('close', () => resolve());
  });
  socket.resume();
  // In two parts sometimes, and sometimes without waiting for the other side's first word.
  const cut = dice.below(3) === 0 ? dice.below(bytes.length + 1) : bytes.length;
  socket.write(bytes.subarray(0, cut));
  if (cut < bytes.length) setImmediate(() => socket.write(bytes.subarray(cut), () => undefined));
  setImmediate(() => socket.end());
  try {
    await inTime(over, () => `connection to port ${port} after ${shown(bytes)}`);
  } finally {
    socket.destroy();
  }
}

/** What a client that knows its trade says of itself, up to where it must hear an answer. */
function overheard(dial: (port: number) => Socket | ssh2.Client): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      const heard: Buffer[] = [];
      socket.write('SSH-2.0-arrivage\r\n');
      socket.on('data', (chunk) => heard.push(chunk)).on('error', () => undefined);
      setTimeout(() => {
        socket.destroy();
        server.close();
        resolve(Buffer.concat(heard));
      }, 300);
    });
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      dial((server.address() as AddressInfo).port).on('error', () => undefined);
    });
  });
}

const sshGreeting = () =>
  overheard((port) =>
    new ssh2.Client().on('error', () => undefined).connect({ port, host: '127.0.0.1', username: 'x', password: 'x' }),
  );
const tlsGreeting = () => overheard((port) => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }));

const ftpGreetings = [
  'USER nord-export\r\nPASS x\r\nPWD\r\nQUIT\r\n',
  'AUTH TLS\r\n',
  'FEAT\r\nOPTS UTF8 ON\r\nHOST a.example\r\nSYST\r\nHELP\r\nUSER anonymous\r\nPASS a@b\r\nSTOR x\r\nEPSV\r\n',
  'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nUSER a\r\n',
].map((text) => Buffer.from(text));

const httpGreetings = [
  'GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'PUT /v1/tenants/nord/uploads/a.csv HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer arr_x\r\nContent-Length: 5\r\n\r\nabcde',
  'POST /v1/tenants HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n5\r\n{"a":\r\n0\r\n\r\n',
  'GET /v1/tenants?limit=1 HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\nIf-None-Match: "x"\r\nAccept-Language: fr\r\n\r\n',
].map((text) => Buffer.from(text));

export const beforeSignIn: readonly Attack[] = [
  opening(
    'SFTP before sign-in',
    6,
    ({ ports }) => ports.sftp,
    async () => [await sshGreeting()],
  ),
  opening(
    'FTP before sign-in',
    5,
    ({ ports }) => ports.ftp,
    () => Promise.resolve(ftpGreetings),
  ),
  opening(
    'FTPS before sign-in',
    4,
    ({ ports }) => ports.ftps,
    async () => [await tlsGreeting()],
  ),
  opening(
    'HTTP before sign-in',
    5,
    ({ ports }) => ports.http,
    () => Promise.resolve(httpGreetings),
  ),
];
