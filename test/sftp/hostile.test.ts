import { randomBytes } from 'node:crypto';
import type { Client, ClientChannel, SFTPWrapper } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import type { Gate, Session } from '../../src/auth/session.ts';
import { MAX_BYTES, MAX_REQUESTS } from '../../src/sftp/budget.ts';
import { packetReader } from '../../src/sftp/framing.ts';
import { MAX_DATA } from '../../src/sftp/protocol.ts';
import { until } from '../support/clients.ts';
import { goneOf, openTestDoor, plainSocket } from './door.ts';
import { framed, packet, string, uint32, uint64 } from './packets.ts';

const containing = (text: string): string => expect.stringContaining(text) as string;
const MiB = 1024 * 1024;
const init = framed(Buffer.from([1, 0, 0, 0, 3]));
const openForRead = framed(packet(3, 1, string('/f'), uint32(1), uint32(0)));
const openForWrite = framed(packet(3, 1, string('/new'), uint32(0x1a), uint32(0)));
const handle = string(uint32(1));

/** What the server answers, in the order of its coming: type and identifier of each packet but VERSION. */
function answersOf(channel: ClientChannel): { type: number; id: number }[] {
  const answers: { type: number; id: number }[] = [];
  const packets = packetReader();
  channel.on('data', (chunk: Buffer) => {
    packets.feed(chunk);
    for (let one = packets.next(); one; one = packets.next())
      if (one[0] !== 2) answers.push({ type: one.readUInt8(0), id: one.readUInt32BE(1) });
  });
  return answers;
}

function write(client: SFTPWrapper, file: Buffer, data: Buffer, position: number): Promise<Error | undefined> {
  return new Promise((resolve) =>
    client.write(file, data, 0, data.length, position, (error) => resolve(error ?? undefined)),
  );
}

const open = (client: SFTPWrapper, path: string): Promise<Buffer> =>
  new Promise((resolve, reject) => client.open(path, 'w', (error, file) => (error ? reject(error) : resolve(file))));

const close = (client: SFTPWrapper, file: Buffer): Promise<Error | undefined> =>
  new Promise((resolve) => client.close(file, (error) => resolve(error ?? undefined)));

describe('clients that only want to hurt', () => {
  it('hold a thousand silent connections no longer than the time to sign in', { timeout: 20_000 }, async () => {
    const { port, connect } = await openTestDoor({ limits: { loginMs: 1500 } });
    const silent = Array.from({ length: 1000 }, () => plainSocket(port));
    await connect();
    await Promise.all(silent.map(({ ended }) => ended));
  });

  it('keep nobody out whose password waits longer for its turn than the time to sign in', async () => {
    const withPassword: Gate['withPassword'] = async (admission, username) => {
      const end = admission.place.hold();
      await new Promise((resolve) => setTimeout(resolve, 1200));
      end();
      const tenant = { id: 'acme', language: 'fr' };
      return {
        id: username,
        tenant,
        revoked: new AbortController().signal,
        close: () => undefined,
      } as unknown as Session;
    };
    const { sftp } = await openTestDoor({ limits: { loginMs: 500 }, gate: { withPassword } });
    await sftp();
  });

  it('can send any bytes instead of SSH, and the next client is served', async () => {
    const { port, connect } = await openTestDoor();
    const junk = [
      randomBytes(2 * MiB),
      Buffer.from(`SSH-2.0-x\r\n${'\0'.repeat(100_000)}`),
      Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), randomBytes(70_000)]),
      Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
    ];
    await Promise.all(junk.map((bytes) => plainSocket(port, bytes).ended));
    await connect();
  });

  it.each([
    ['bytes that end early', framed(packet(6, 2, handle, uint64(0), uint32(9), Buffer.from('short')))],
    ['an offset that no number holds', framed(packet(6, 2, handle, Buffer.alloc(8, 0xff), string('x')))],
    ['a size that no number holds', framed(packet(10, 2, handle, uint32(1), Buffer.alloc(8, 0xff)))],
    ['a size that ends early', framed(packet(10, 2, handle, uint32(1), uint32(1)))],
    ['a handle that ends early', framed(packet(6, 2, uint32(900), Buffer.from('x')))],
  ])('get no upload of a file of which they asked to change %s', async (_, refused) => {
    const { raw, ends } = await openTestDoor();
    const { channel } = await raw();
    const answers = answersOf(channel);
    channel.write(Buffer.concat([init, openForWrite]));
    await until('the file is open', () => answers.length === 1);
    const before = framed(packet(6, 1, handle, uint64(0), string('whole')));
    const closing = framed(packet(4, 3, handle));
    channel.write(Buffer.concat([before, refused, closing]));
    await until('all is answered', () => answers.length === 4);
    expect(ends).toEqual([{ path: '/new', size: 5, end: 'a write failed' }]);
  });

  const write5 = framed(packet(6, 1, handle, uint64(0), string('whole')));
  const cutTo = (size: number): Buffer => framed(packet(10, 2, handle, uint32(1), uint64(size)));
  const writeAt = (position: number): Buffer => framed(packet(6, 3, handle, uint64(position), string('new')));
  const closing = framed(packet(4, 4, handle));

  it.each([
    ['to nothing, then write', Buffer.concat([cutTo(0), writeAt(0)]), 3],
    ['behind a write, then write on', Buffer.concat([write5, cutTo(2), writeAt(2)]), 5],
    [
      'by its path, then write',
      Buffer.concat([framed(packet(9, 2, string('/new'), uint32(1), uint64(0))), writeAt(0)]),
      3,
    ],
    ['twice between writes', Buffer.concat([write5, cutTo(2), writeAt(2), cutTo(1), writeAt(1)]), 4],
  ])('lose no byte where they cut a file %s, and wait for no reply', async (_, changes, size) => {
    const { raw, ends } = await openTestDoor();
    const { channel } = await raw();
    const answers = answersOf(channel);
    channel.write(Buffer.concat([init, openForWrite]));
    await until('the file is open', () => answers.length === 1);
    channel.write(Buffer.concat([changes, closing]));
    await until('it is closed', () => answers.some(({ id }) => id === 4));
    expect(ends).toEqual([{ path: '/new', size, end: 'commit' }]);
  });

  it('that read with a broken packet still get what they write beside it committed', async () => {
    const { raw, ends } = await openTestDoor();
    const { channel } = await raw();
    const answers = answersOf(channel);
    channel.write(Buffer.concat([init, openForWrite]));
    await until('the file is open', () => answers.length === 1);
    const broken = framed(packet(5, 3, handle, uint32(1)));
    channel.write(Buffer.concat([framed(packet(6, 2, handle, uint64(0), string('x'))), broken]));
    channel.write(framed(packet(4, 4, handle)));
    await until('all is answered', () => answers.length === 4);
    expect(ends).toMatchObject([{ end: 'commit' }]);
  });

  it.each([
    ['garbage', randomBytes(300_000)],
    ['no INIT', framed(packet(17, 1, string('/')))],
    ['a packet of 4 GiB', Buffer.concat([init, Buffer.alloc(100_000, 0xff)])],
    ['a packet without identifier', Buffer.concat([init, framed(Buffer.from([17]))])],
  ])('lose their connection for %s on the SFTP channel', async (_, bytes) => {
    const { raw, sftp, sessionsOpen } = await openTestDoor();
    const { channel, gone } = await raw();
    channel.write(bytes);
    await gone;
    await until('the session is closed', () => sessionsOpen() === 0);
    await sftp();
  });

  it('get an answer to each request, however broken', async () => {
    const { raw } = await openTestDoor();
    const { channel } = await raw();
    const replies: Buffer[] = [];
    channel.on('data', (chunk: Buffer) => replies.push(chunk));
    channel.write(Buffer.concat([init, framed(packet(6, 77, uint32(0xffffffff))), framed(packet(4, 78, string('?')))]));
    await until('two refusals', () => Buffer.concat(replies).includes(uint32(78)));
    expect(Buffer.concat(replies).toString()).toContain('Commande incorrecte');
    expect(Buffer.concat(replies).includes(uint32(77))).toBe(true);
  });

  it('try at most six passwords, and at most 24 requests of any kind', async () => {
    let tries = 0;
    const refuse = () => Promise.reject(new ArrivageError('login_refused'));
    const { connect } = await openTestDoor({
      gate: {
        withPassword: () => {
          tries += 1;
          return refuse();
        },
      },
    });
    let left = 100;
    const authHandler = () =>
      left-- > 0 ? { type: 'password' as const, username: 'acme', password: `x${left}` } : false;
    await expect(connect({ authHandler: authHandler as never })).rejects.toThrow();
    expect(tries).toBe(6);
  });

  it('cannot make us hold more than the budget by asking for reads and taking none', async () => {
    let reading = 0;
    let most = 0;
    let served = 0;
    const { raw } = await openTestDoor({
      fileSize: 2 ** 40,
      async read(into) {
        reading += into.length;
        most = Math.max(most, reading);
        await new Promise((resolve) => setImmediate(resolve));
        reading -= into.length;
        served += into.length;
        return into.length;
      },
    });
    const { channel } = await raw();
    channel.pause();
    const read = framed(packet(5, 2, handle, uint64(0), uint32(MAX_DATA)));
    channel.write(Buffer.concat([init, openForRead, ...Array.from({ length: 20_000 }, () => read)]));
    await until('reads are served', () => served > MiB);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(most).toBeLessThanOrEqual(MAX_BYTES + MAX_DATA);
    expect(served).toBeLessThan(32 * MiB);
  });

  it('lose their connection when they send beyond the window that SSH granted', async () => {
    const { raw } = await openTestDoor({ fileSize: 2 ** 40, read: (into) => Promise.resolve(into.length) });
    const { channel, gone } = await raw();
    channel.pause();
    const read = framed(packet(5, 2, handle, uint64(0), uint32(MAX_DATA)));
    channel.write(Buffer.concat([init, openForRead, ...Array.from({ length: 200 }, () => read)]));
    (channel.outgoing as { window: number }).window = 2 ** 31;
    for (let i = 0; i < 64; i++) channel.write(Buffer.alloc(MiB + 1));
    await gone;
  });

  it('open no eleventh channel', async () => {
    const { connect } = await openTestDoor();
    const client = await connect();
    const opening = Array.from(
      { length: 11 },
      () => new Promise<boolean>((resolve) => client.subsys('sftp', (error) => resolve(error === undefined))),
    );
    expect((await Promise.all(opening)).filter(Boolean)).toHaveLength(10);
  });

  it('exchange keys a few times for free, then are cut off', async () => {
    const { connect } = await openTestDoor();
    const client = await connect();
    const gone = goneOf(client);
    client.on('error', () => undefined);
    const { _protocol: protocol } = client as unknown as { _protocol: { rekey(): void } };
    const again = (): void => protocol.rekey();
    client.on('handshake', again);
    again();
    await gone;
  });
});

describe('a slow disk', () => {
  it('makes the client wait: what is held stays within the budget', async () => {
    let held = 0;
    let calls = 0;
    let wake: () => void = () => undefined;
    const awake = new Promise<void>((resolve) => (wake = resolve));
    const { raw } = await openTestDoor({
      write(chunk) {
        held += chunk.length;
        calls += 1;
        return awake;
      },
    });
    const before = process.memoryUsage().arrayBuffers;
    const { channel } = await raw();
    channel.write(Buffer.concat([init, openForWrite]));
    const data = string(Buffer.alloc(MAX_DATA));
    for (let i = 0; i < 256; i++) channel.write(framed(packet(6, 2 + i, handle, uint64(i * MAX_DATA), data)));
    await until('the budget is full', () => held >= MAX_BYTES);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(calls).toBeLessThanOrEqual(MAX_REQUESTS);
    expect(held).toBeLessThanOrEqual(MAX_BYTES + MAX_DATA);
    // The 64 MiB that the client holds in this same process, and little more.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * MiB + 4 * MAX_BYTES);
    wake();
  });

  it('that is full says so in the tenant’s language, and CLOSE does not commit', async () => {
    const { sftp, ends } = await openTestDoor({ write: () => Promise.reject(new ArrivageError('disk_full')) });
    const client = await sftp();
    const file = await open(client, '/new');
    expect(await write(client, file, Buffer.from('x'), 0)).toMatchObject({ message: containing('plein') });
    expect(await close(client, file)).toMatchObject({ message: containing('Disque du serveur plein') });
    expect(ends).toEqual([{ path: '/new', size: 0, end: 'a write failed' }]);
  });

  it('that refuses a write while earlier ones are under way answers them in their order', async () => {
    let finish: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (finish = resolve));
    const { raw } = await openTestDoor({
      write: (_, position) => (position === 0 ? first : Promise.reject(new ArrivageError('quota_exceeded'))),
    });
    const { channel } = await raw();
    const answers = answersOf(channel);
    channel.write(Buffer.concat([init, openForWrite]));
    await until('the file is open', () => answers.length === 1);
    for (const id of [2, 3, 4]) channel.write(framed(packet(6, id, handle, uint64(id - 2), string('x'))));
    channel.write(framed(packet(17, 5, string('/nothing'))));
    await until('what came behind the writes is answered', () => answers.length === 2);
    finish();
    await until('all is answered', () => answers.length === 5);
    expect(answers.map(({ id }) => id)).toEqual([1, 5, 2, 3, 4]);
  });

  it('that reads the later parts of a file first answers in the order of the requests; other files don’t wait', async () => {
    const waiting: (() => void)[] = [];
    const { raw } = await openTestDoor({
      fileSize: 100,
      read: (into, position) =>
        position === 99
          ? Promise.resolve(into.length)
          : new Promise((resolve) => waiting.unshift(() => resolve(into.length))),
    });
    const { channel } = await raw();
    const answers = answersOf(channel);
    channel.write(Buffer.concat([init, openForRead, openForRead]));
    await until('the files are open', () => answers.length === 2);
    const read = (id: number, of: number, at: number) =>
      framed(packet(5, id, string(uint32(of)), uint64(at), uint32(1)));
    // The third one's offset can't be held by a number, so it is refused before it begins; the fifth is at the end.
    const beyond = framed(packet(5, 4, handle, Buffer.alloc(8, 0xff), uint32(1)));
    channel.write(
      Buffer.concat([read(2, 1, 0), read(3, 1, 1), beyond, read(5, 1, 2), read(6, 1, 100), read(7, 2, 99)]),
    );
    await until('the other file is answered, and three reads are under way', () => waiting.length === 3);
    await until('the other file is answered', () => answers.length === 3);
    for (const finish of waiting) finish();
    await until('all is answered', () => answers.length === 8);
    expect(answers.slice(2).map(({ id }) => id)).toEqual([7, 2, 3, 4, 5, 6]);
  });

  it('that fails at the commit fails the CLOSE', async () => {
    const { sftp, ends } = await openTestDoor({
      commit: () => Promise.reject(new ArrivageError('database_unavailable')),
    });
    const client = await sftp();
    const file = await open(client, '/new');
    await write(client, file, Buffer.from('x'), 0);
    expect(await close(client, file)).toMatchObject({ message: containing('Base de données') });
    expect(ends).toMatchObject([{ end: 'a write failed' }]);
  });
});

describe('a credential that is revoked', () => {
  it('loses the connection that it has open, and what it was writing is no upload', async () => {
    const revoking = new AbortController();
    const { connect, ends, sessionsOpen } = await openTestDoor({ revoked: revoking.signal });
    const client = await connect();
    const channel = await new Promise<SFTPWrapper>((resolve, reject) =>
      client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp))),
    );
    await write(channel, await open(channel, '/a.csv'), Buffer.from('half'), 0);
    revoking.abort();
    await goneOf(client);
    await until('the session is closed', () => sessionsOpen() === 0);
    expect(ends).toEqual([{ path: '/a.csv', size: 4, end: 'access withdrawn' }]);
  });
});

describe('a client that goes away', () => {
  it('commits nothing, whether it resets, ends or falls silent', async () => {
    const { connect, ends, sessionsOpen } = await openTestDoor({ limits: { stallMs: 300 } });
    const silent = await connect();
    for (const leave of [(c: Client) => c.destroy(), (c: Client) => c.end(), () => undefined]) {
      const client = leave.length === 0 ? silent : await connect();
      client.on('error', () => undefined);
      const sftp = await new Promise<SFTPWrapper>((resolve, reject) =>
        client.sftp((error, one) => (error ? reject(error) : resolve(one))),
      );
      await write(sftp, await open(sftp, '/new'), Buffer.from('half'), 0);
      leave(client);
    }
    await until('three files are abandoned', () => ends.length === 3);
    await until('no session is left', () => sessionsOpen() === 0);
    expect(ends.map(({ end }) => end)).not.toContain('commit');
    expect(ends.map(({ end }) => end)).toContain('stalled');
  });

  it('without a write leaves an opened upload as it was', async () => {
    const { sftp, ends } = await openTestDoor({ fileSize: 10 });
    const client = await sftp();
    const file = await new Promise<Buffer>((resolve, reject) =>
      client.open('/f', 'r+', (error, one) => (error ? reject(error) : resolve(one))),
    );
    expect(await close(client, file)).toBeUndefined();
    expect(ends).toMatchObject([{ end: 'closed without a write' }]);
  });
});

describe('a server that stops', () => {
  it('lets a transfer end, refuses a new one, and takes the rename after it', async () => {
    const { sftp, door, ends } = await openTestDoor();
    const client = await sftp();
    const file = await open(client, '/new.tmp');
    const stopped = door.close(5000);
    await write(client, file, Buffer.from('x'), 0);
    await expect(open(client, '/other')).rejects.toThrow('redémarre');
    expect(await close(client, file)).toBeUndefined();
    await new Promise<void>((resolve, reject) =>
      client.rename('/new.tmp', '/new', (error) => (error ? reject(error) : resolve())),
    );
    await stopped;
    expect(ends).toMatchObject([{ end: 'commit' }]);
  });

  it('takes one file from whoever has just signed in', async () => {
    const { sftp, door, ends } = await openTestDoor();
    const client = await sftp();
    const stopped = door.close(5000);
    const file = await open(client, '/new');
    await write(client, file, Buffer.from('x'), 0);
    expect(await close(client, file)).toBeUndefined();
    await expect(open(client, '/other')).rejects.toThrow('redémarre');
    await stopped;
    expect(ends).toMatchObject([{ end: 'commit' }]);
  });

  it('lets whoever is being judged sign in, and takes one file from them', async () => {
    let judging: () => void = () => undefined;
    let letIn: () => void = () => undefined;
    const judged = new Promise<void>((resolve) => (judging = resolve));
    const right = new Promise<void>((resolve) => (letIn = resolve));
    const tenant = { id: 'acme', language: 'fr' };
    const nothing = () => undefined;
    const session = { id: 'late', tenant, revoked: new AbortController().signal, note: nothing, close: nothing };
    const withPassword: Gate['withPassword'] = async () => {
      judging();
      await right;
      return session as unknown as Session;
    };
    const { sftp, door, ends } = await openTestDoor({ gate: { withPassword } });
    const connecting = sftp();
    await judged;
    const stopped = door.close(5000);
    letIn();
    const client = await connecting;
    const file = await open(client, '/new');
    await write(client, file, Buffer.from('x'), 0);
    expect(await close(client, file)).toBeUndefined();
    await expect(open(client, '/other')).rejects.toThrow('redémarre');
    await stopped;
    expect(ends).toMatchObject([{ end: 'commit' }]);
  });

  it('waits two seconds for a sign-in that does not come to its end', async () => {
    let judging: () => void = () => undefined;
    const judged = new Promise<void>((resolve) => (judging = resolve));
    const withPassword: Gate['withPassword'] = () => {
      judging();
      return new Promise(() => undefined);
    };
    const { connect, door } = await openTestDoor({ gate: { withPassword } });
    const refused = expect(connect()).rejects.toThrow();
    await judged;
    await door.close(60_000);
    await refused;
  });

  it('abandons what has not ended in time', async () => {
    const { sftp, door, ends } = await openTestDoor();
    const client = await sftp();
    await write(client, await open(client, '/new'), Buffer.from('x'), 0);
    await door.close(100);
    expect(ends).toEqual([{ path: '/new', size: 1, end: 'server stopped' }]);
  });

  it('takes no new connection', async () => {
    const { door, connect } = await openTestDoor();
    await door.close(0);
    await expect(connect()).rejects.toThrow();
  });
});
