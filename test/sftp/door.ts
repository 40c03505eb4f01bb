import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:net';
import pino from 'pino';
import ssh2, { type Client, type ClientChannel, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { onTestFinished } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import { createEvents } from '../../src/events.ts';
import type { Entry, FileView, Inbound } from '../../src/files/view.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openPlaces } from '../../src/auth/places.ts';
import type { Gate, Session } from '../../src/auth/session.ts';
import { type SftpDoor, startSftp } from '../../src/sftp/server.ts';

/**
 * The door alone, over a view and a gate that a test shapes: for what a real disk can't be made to do at will (stand
 * still, be full) and for hostile clients. What users do is tested over the real assembly in test/e2e.
 */
export interface TestDoor {
  door: SftpDoor;
  port: number;
  /** What became of each file: `commit` or the reason it was abandoned for. */
  ends: { path: string; size: number; end: string }[];
  sessionsOpen: () => number;
  metrics: () => Promise<string>;
  connect: (config?: ConnectConfig) => Promise<Client>;
  sftp: () => Promise<SFTPWrapper>;
  /** An SFTP channel before its INIT, for packets made by hand. */
  raw: () => Promise<{ channel: ClientChannel; gone: Promise<void> }>;
}

export interface Shape {
  limits?: { loginMs?: number; idleMs?: number; stallMs?: number };
  write?: (chunk: Uint8Array, position: number | undefined) => Promise<void>;
  read?: (into: Uint8Array, position: number) => Promise<number>;
  commit?: () => Promise<void>;
  fileSize?: number;
  list?: FileView['list'];
  gate?: Partial<Gate>;
  /** Aborted when access is withdrawn. */
  revoked?: AbortSignal;
  /** Takes each log line. */
  logged?: (line: object) => void;
}

const hostKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;

export async function openTestDoor(shape: Shape = {}): Promise<TestDoor> {
  const ends: TestDoor['ends'] = [];
  const opened = new Set<Session>();
  const events = createEvents((error) => {
    throw error;
  });
  const metrics = createMetrics(events);
  const { logged } = shape;
  const limits = { loginMs: 5000, idleMs: 60_000, stallMs: 60_000, ...shape.limits };
  const door = await startSftp({
    config: { language: 'fr', limits: { connections: 0, connectionsPerAddress: 0, sessionsPerTenant: 0, ...limits } },
    hostKeys: [hostKey],
    listen: [{ host: '127.0.0.1', port: 0 }],
    gate: gateOf(opened, shape),
    openFiles: () => viewOf(shape, ends),
    events,
    log: logged
      ? pino({ level: 'info' }, { write: (line) => logged(JSON.parse(line) as object) })
      : pino({ level: 'silent' }),
  });
  onTestFinished(() => door.close(0));
  const port = door.ports[0] ?? 0;
  const connectClient = (config: ConnectConfig = {}) => connectTo({ port, ...config });
  return {
    door,
    port,
    metrics: () => metrics.metrics(),
    ends,
    sessionsOpen: () => opened.size,
    connect: connectClient,
    sftp: async () => sftpOf(await connectClient()),
    raw: async () => {
      const client = await connectClient();
      client.on('error', () => undefined);
      return { channel: await channelOf(client), gone: goneOf(client) };
    },
  };
}

function gateOf(opened: Set<Session>, { gate, revoked = new AbortController().signal }: Shape): Gate {
  const begin = (username: string): Session => {
    const session = {
      id: username,
      tenant: { id: 'acme', language: 'fr' },
      revoked,
      note: () => undefined,
      close: () => opened.delete(session),
    } as unknown as Session;
    opened.add(session);
    return session;
  };
  const places = openPlaces({ connections: 2000, connectionsPerAddress: 2000 }, { now: Date.now });
  return {
    admit: (door, protocol, address, onlyTenant) => ({
      ...{ door, protocol, address, onlyTenant, release: () => undefined },
      ...{ shed: new AbortController().signal, gone: new AbortController().signal },
      place: places.take(address, () => undefined),
    }),
    withPassword: (_, username, password) =>
      password === 'secret' ? Promise.resolve(begin(username)) : Promise.reject(new ArrivageError('login_refused')),
    asksResumption: () => false,
    knowsKey: () => Promise.resolve(false),
    withKey: (_, username) => Promise.resolve(begin(username)),
    ...gate,
  };
}

function viewOf(shape: Shape, ends: TestDoor['ends']): FileView {
  const size = shape.fileSize ?? 0;
  const entry: Entry = { name: 'f', kind: 'file', state: 'upload', size, modified: new Date(0), writable: true };
  const nothing = () => Promise.resolve();
  return {
    stat: (path) => Promise.resolve(path === '/f' ? entry : undefined),
    list: shape.list ?? (() => Promise.resolve({ entries: [entry], more: false })),
    digest: () => Promise.resolve('00'.repeat(32)),
    open: () => Promise.resolve({ size, read: shape.read ?? (() => Promise.resolve(0)), close: nothing }),
    receive: (path) => Promise.resolve(inboundOf(path, shape, ends)),
    rename: nothing,
    remove: nothing,
    makeFolder: nothing,
    removeFolder: nothing,
    setModified: nothing,
    space: () => Promise.resolve({ total: 0, free: 0 }),
  };
}

function inboundOf(path: Inbound['path'], shape: Shape, ends: TestDoor['ends']): Inbound {
  let size = 0;
  let ended = false;
  const end = (how: string): void => {
    if (!ended) ends.push({ path, size, end: how });
    ended = true;
  };
  return {
    id: path,
    path,
    get size() {
      return size;
    },
    async write(chunk, position) {
      await shape.write?.(chunk, position);
      size = Math.max(size, (position ?? size) + chunk.length);
    },
    truncate(to) {
      size = to;
      return Promise.resolve();
    },
    setModified: () => undefined,
    sync: () => Promise.resolve(),
    async commit() {
      await shape.commit?.();
      end('commit');
    },
    abandon(reason) {
      end(reason);
      return Promise.resolve();
    },
  };
}

function connectTo(config: ConnectConfig): Promise<Client> {
  const client = new ssh2.Client();
  onTestFinished(() => void client.end());
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('close', () => reject(new Error('closed')));
    client.on('ready', () => resolve(client));
    client.connect({ host: '127.0.0.1', username: 'acme', password: 'secret', ...config });
  });
}

function sftpOf(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))));
}

function channelOf(client: Client): Promise<ClientChannel> {
  return new Promise((resolve, reject) =>
    client.subsys('sftp', (error, channel) => (error ? reject(error) : resolve(channel))),
  );
}

/** Resolves when the server has ended the connection. */
export function goneOf(client: Client): Promise<void> {
  return new Promise((resolve) => client.once('close', () => resolve()));
}

/** A TCP connection that says only what a test tells it to; resolves `ended` when the server has closed it. */
export function plainSocket(port: number, bytes?: Buffer): { ended: Promise<void> } {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  if (bytes) socket.write(bytes);
  return { ended: new Promise((resolve) => socket.once('close', () => resolve())) };
}
