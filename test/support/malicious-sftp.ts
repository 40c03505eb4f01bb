import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import { onTestFinished } from 'vitest';
import type { Connector } from '../../src/model/connector.ts';
import { fingerprintOf } from '../../src/identity/host-keys.ts';
import { makeKeyPair } from '../../src/identity/key-pair.ts';
import { basicConnector } from './remotes/daemon.ts';

const hostKey = makeKeyPair().private;
const parsed = ssh2.utils.parseKey(hostKey);
const fingerprint = parsed instanceof Error ? '' : fingerprintOf(parsed.getPublicSSH());
const { STATUS_CODE } = ssh2.utils.sftp;

/** Answers one request; a handler that does nothing is silence. */
type Handler = (sftp: SFTPWrapper, id: number, ...rest: never[]) => void;

export interface Misbehaviour {
  /** By request, as ssh2 names them. */
  requests?: Record<string, Handler>;
  authentication?: 'silence';
  subsystem?: 'silence';
}

export interface MaliciousSftp {
  connector: Connector;
  /** Ends all connections at once, as a power cut does. */
  cut: () => void;
}

export const file = (filename: string, size = 4) => ({
  filename,
  longname: `-rw-r--r-- 1 me me ${size} Mar 29 01:30 ${filename}`,
  attrs: { mode: 0o100644, uid: 0, gid: 0, size, atime: 0, mtime: 1_774_747_817 },
});

/** What a good server of one file of four bytes answers. */
function goodRequests(): Record<string, Handler> {
  let listed = false;
  return {
    REALPATH: (sftp, id) => sftp.name(id, [file('/in')]),
    STAT: (sftp, id) => sftp.attrs(id, { ...file('in').attrs, mode: 0o040755 }),
    OPENDIR: (sftp, id) => sftp.handle(id, Buffer.from('folder')),
    READDIR(sftp, id) {
      if (listed) sftp.status(id, STATUS_CODE.EOF);
      else sftp.name(id, [file('clients.csv')]);
      listed = true;
    },
    OPEN: (sftp, id) => sftp.handle(id, Buffer.from('file')),
    FSTAT: (sftp, id) => sftp.attrs(id, file('clients.csv').attrs),
    READ: (sftp, id) => sftp.data(id, 'a;b\n'),
    CLOSE: (sftp, id) => sftp.status(id, STATUS_CODE.OK),
  };
}

/** An SFTP server that behaves but for what is given, until the test ends. */
export async function startMaliciousSftp(shape: Misbehaviour = {}): Promise<MaliciousSftp> {
  const sockets = new Set<Socket>();
  const ssh = new ssh2.Server({ hostKeys: [hostKey] }, (client) => behave(client, shape));
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    ssh.injectSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => sockets.forEach((socket) => void socket.destroy());
  onTestFinished(() => {
    cut();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { connector: { ...basicConnector, port, hostKey: fingerprint }, cut };
}

function behave(client: Connection, { authentication, subsystem, requests }: Misbehaviour): void {
  client.on('error', () => undefined);
  client.on('authentication', (context) => {
    if (authentication !== 'silence') context.accept();
  });
  client.on('session', (accept) => {
    accept().on('sftp', (open) => {
      if (subsystem === 'silence') return;
      const sftp = open();
      for (const [name, handler] of Object.entries({ ...goodRequests(), ...requests }))
        sftp.on(name as 'READ', (id: number, ...rest: unknown[]) => handler(sftp, id, ...(rest as never[])));
    });
  });
}

/** A port where whoever connects is served by `serve`, until the test ends. */
export async function startRaw(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
