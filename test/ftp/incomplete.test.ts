import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../support/clients.ts';
import { type FtpWorld, type FtpWorldOptions, ftpWorld } from '../support/ftp-world.ts';
import { sharedDatabase } from '../support/server.ts';
import { type RawClient, dial, passivePort, signedIn, tlsOver } from './raw-client.ts';

const database = sharedDatabase();
const openWorld = (options: FtpWorldOptions = {}): Promise<FtpWorld> => ftpWorld({ database: database(), ...options });

interface Upload {
  client: RawClient;
  /** The TCP connection, and what writes to it: itself, or TLS over it. */
  tcp: Socket;
  data: Socket;
}

/** An upload that has sent its first bytes, and they are with us. */
async function startUpload(world: FtpWorld, way: 'clear' | 'TLS', command = 'STOR a.csv'): Promise<Upload> {
  const client = await signedIn(world.port, way);
  const tcp = await dial(await passivePort(client));
  client.write(`${command}\r\n`);
  expect(await client.reply()).toMatch(/^150 /);
  const data = way === 'TLS' ? await tlsOver(tcp) : tcp;
  data.write('first half, ');
  await until('the first bytes are there', async () => (await world.partialBytes()) >= 12);
  return { client, tcp, data };
}

/** What a resumed upload of the same name then yields. */
async function resume(world: FtpWorld, way: 'clear' | 'TLS'): Promise<void> {
  const client = await signedIn(world.port, way);
  const size = Number((await client.ask('SIZE a.csv')).slice(4));
  expect(size).toBe(12);
  const tcp = await dial(await passivePort(client));
  await client.ask(`REST ${size}`);
  client.write('STOR a.csv\r\n');
  await client.reply();
  const data = way === 'TLS' ? await tlsOver(tcp) : tcp;
  data.end('second half');
  expect(await client.reply()).toBe('226 Received and safe: 23 bytes.');
  expect(await world.uploads()).toMatchObject([{ path: '/a.csv', size: 23 }]);
}

const cuts: Record<string, (upload: Upload) => unknown> = {
  'a reset of the data connection': ({ tcp }) => tcp.resetAndDestroy(),
  'a reset of the control connection, the data ending well': ({ client, data }) => {
    client.socket.destroy();
    data.end();
  },
  'an end of both at once': ({ client, data }) => {
    data.end();
    client.socket.end();
  },
  ABOR: ({ client }) => client.write(Buffer.from('\xff\xf4\xf2ABOR\r\n', 'latin1')),
};

describe.each(['clear', 'TLS'] as const)('over %s', (way) => {
  it('an upload under way when access is withdrawn is cut within seconds, and stays a partial', async () => {
    const world = await openWorld();
    const { client, data } = await startUpload(world, way);
    await world.server.database.sql`update credentials set revoked_at = now()`;
    expect(await client.reply()).toBe('421 Access was withdrawn.');
    await client.closed;
    data.destroy();
    await until('the transfer is over', () => Promise.resolve(world.aborted() === 1));
    expect(await world.uploads()).toEqual([]);
    expect(await world.partialBytes()).toBe(12);
  });

  it.each(Object.keys(cuts))('an upload cut by %s is no upload, and can be resumed', async (name) => {
    const world = await openWorld();
    const upload = await startUpload(world, way);
    cuts[name]?.(upload);
    await until('the cut transfer is put away', () => world.aborted() === 1);
    expect(await world.uploads()).toEqual([]);
    await resume(world, way);
  });

  it('a reset right behind the bytes is no end', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port, way);
    for (let round = 0; round < 10; round++) {
      const tcp = await dial(await passivePort(client));
      client.write('STOR a.csv\r\n');
      expect(await client.reply()).toMatch(/^150 /);
      const data = way === 'TLS' ? await tlsOver(tcp) : tcp;
      await new Promise((resolve) => data.write('first half, ', resolve));
      tcp.resetAndDestroy();
      expect(await client.reply()).toMatch(/^426 /);
    }
    expect(await world.uploads()).toEqual([]);
  });

  it('ABOR is answered with 426 and 226', async () => {
    const world = await openWorld();
    const { client } = await startUpload(world, way);
    expect(await client.ask('ABOR')).toMatch(/^426 /);
    expect(await client.reply()).toMatch(/^226 /);
    expect(await client.ask('NOOP')).toBe('200 OK.');
  });

  it('an upload that stalls is ended, and an idle session is not while it sends', async () => {
    const settings = { ARRIVAGE_STALL_SECONDS: '2', ARRIVAGE_IDLE_SECONDS: '1' };
    const world = await openWorld({ settings });
    const { client, data } = await startUpload(world, way);
    const beat = setInterval(() => data.write('.'), 100);
    await until('more than the idle time has passed', async () => (await world.partialBytes()) >= 27);
    clearInterval(beat);
    expect(await client.reply()).toMatch(/^426 /);
    expect(await world.uploads()).toEqual([]);
  });

  it('a stopping server lets an upload finish, and cuts it after the grace', async () => {
    const world = await openWorld();
    const { client, data } = await startUpload(world, way);
    const closing = world.close(5000);
    data.end('second half');
    expect(await client.reply()).toMatch(/^226 /);
    expect(await client.reply()).toMatch(/^421 /);
    await closing;
    expect(await world.uploads()).toHaveLength(1);
  });

  it('whoever has just signed in as a server stops still sends a file under its temporary name, and one only', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port, way);
    const closing = world.close(5000);
    const tcp = await dial(await passivePort(client));
    client.write('STOR a.csv.part\r\n');
    expect(await client.reply()).toMatch(/^150 /);
    const data = way === 'TLS' ? await tlsOver(tcp) : tcp;
    data.end('whole');
    expect(await client.reply()).toMatch(/^226 /);
    expect(await client.ask('RNFR a.csv.part')).toMatch(/^350 /);
    expect(await client.ask('RNTO a.csv')).toMatch(/^250 /);
    expect(await client.ask('STOR b.csv')).toMatch(/^421 /);
    await closing;
    expect(await world.uploads()).toMatchObject([{ path: '/a.csv', size: 5 }]);
  });

  it('a stopping server keeps what it cuts', async () => {
    const world = await openWorld();
    await startUpload(world, way);
    await world.close(50);
    await until('the cut transfer is put away', () => world.aborted() === 1);
    expect(await world.uploads()).toEqual([]);
    expect(await world.partialBytes()).toBe(12);
  });
});

describe('in clear', () => {
  it('the end of a killed client’s data is no end, though that of its control connection comes a little later', async () => {
    const world = await openWorld();
    const { client, data } = await startUpload(world, 'clear');
    await setTimeout(50);
    data.end();
    await setTimeout(12);
    client.socket.destroy();
    await until('the cut transfer is put away', () => world.aborted() === 1);
    expect(await world.uploads()).toEqual([]);
    await resume(world, 'clear');
  });
});

describe('over TLS', () => {
  it('a TCP end without close_notify is no end: the file stays a partial', async () => {
    const world = await openWorld();
    const { client, tcp } = await startUpload(world, 'TLS');
    // The TCP socket under the TLS one: a FIN, and no alert before it.
    tcp.end();
    expect(await client.reply()).toMatch(/^426 /);
    expect(await world.uploads()).toEqual([]);
    await resume(world, 'TLS');
  });

  it('resets at any moment of an upload leave the door open and nothing imported', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port, 'TLS');
    for (let round = 0; round < 40; round++) {
      const tcp = await dial(await passivePort(client));
      client.write('STOR a.csv\r\n');
      expect(await client.reply()).toMatch(/^150 /);
      const secured = connectTls({ socket: tcp, rejectUnauthorized: false }).on('error', () => undefined);
      secured.write(Buffer.alloc(200_000));
      for (let turn = 0; turn < round; turn++) await new Promise((resolve) => setImmediate(resolve));
      tcp.resetAndDestroy();
      expect(await client.reply()).toMatch(/^42[56] /);
    }
    expect(await world.uploads()).toEqual([]);
    expect(await client.ask('NOOP')).toBe('200 OK.');
  });

  it('data in clear on a protected connection is refused', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port, 'TLS');
    const data = await dial(await passivePort(client));
    client.write('STOR a.csv\r\n');
    expect(await client.reply()).toMatch(/^150 /);
    data.write('in clear\n');
    expect(await client.reply()).toMatch(/^425 /);
    expect(await client.ask('PROT C')).toMatch(/^200 /);
    expect(await client.ask('STOR a.csv')).toMatch(/^522 /);
    expect(await world.uploads()).toEqual([]);
  });
});

describe('what the server refuses while bytes arrive', () => {
  it('a file over the limit is refused with 552, and nothing is imported', async () => {
    const world = await openWorld({ maxFileBytes: 1000 });
    const client = await signedIn(world.port);
    expect(await client.ask('ALLO 1001')).toMatch(/^552 /);
    expect(await client.ask('ALLO 1000')).toMatch(/^200 /);
    const data = await dial(await passivePort(client));
    client.write('STOR a.csv\r\n');
    await client.reply();
    data.write(Buffer.alloc(2000));
    expect(await client.reply()).toMatch(/^552 Fichier trop volumineux/);
    expect(await world.uploads()).toEqual([]);
    expect(await client.ask('NOOP')).toBe('200 OK.');
  });

  it('REST beyond what is there is refused with 554', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port);
    await dial(await passivePort(client));
    await client.ask('REST 5');
    expect(await client.ask('STOR a.csv')).toMatch(/^554 /);
  });
});
