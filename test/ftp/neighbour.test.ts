import type { Socket } from 'node:net';
import { TLSSocket, connect as connectTls } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { TlsResumption } from '../../src/model/tenant.ts';
import { type FtpWorld, PASSWORD, ftpWorld } from '../support/ftp-world.ts';
import { until } from '../support/clients.ts';
import { freeRange } from '../support/ports.ts';
import { sharedDatabase } from '../support/server.ts';
import { type RawClient, dial, passivePort, rawClient, signedIn, within } from './raw-client.ts';

const database = sharedDatabase();
const openWorld = (options = {}): Promise<FtpWorld> => ftpWorld({ database: database(), ...options });

async function worldThat(tlsResumption: TlsResumption): Promise<FtpWorld> {
  const world = await openWorld();
  await database().sql`update credentials set tls_resumption = ${tlsResumption}`;
  await until('the gate knows', () => world.server.gate.asksResumption() === (tlsResumption !== 'off'));
  return world;
}

/** TLS over a data connection, resuming a session or none. */
function overTls(data: Socket, session?: Buffer): Promise<TLSSocket> {
  const secured = connectTls({ socket: data, rejectUnauthorized: false, ...(session && { session }) });
  secured.on('error', () => undefined);
  return within(new Promise((resolve) => secured.once('secureConnect', () => resolve(secured))), 'the handshake');
}

/** Of the control connection, as a client keeps it. */
const sessionOf = ({ socket }: RawClient): Buffer | undefined =>
  socket instanceof TLSSocket ? socket.getSession() : undefined;

/** Uploads and resolves with the last reply. */
async function upload(client: RawClient, name: string, session?: Buffer): Promise<string> {
  const data = await dial(await passivePort(client));
  client.write(`STOR ${name}\r\n`);
  expect(await client.reply()).toMatch(/^150 /);
  (await overTls(data, session)).end('a;b\n');
  return client.reply();
}

describe('somebody behind the same address', () => {
  it.each([
    ['before the command', true],
    ['while bytes move', false],
  ])(
    'who takes the port makes the client’s transfer fail as the client knocks %s, and leaves nothing',
    async (_, early) => {
      const world = await openWorld();
      const client = await signedIn(world.port);
      const port = await passivePort(client);
      const stranger = await dial(port);
      if (early) await dial(port);
      client.write('STOR stolen.csv\r\n');
      if (!early) {
        expect(await client.reply()).toMatch(/^150 /);
        stranger.write('forged\n'.repeat(1000));
        await dial(port);
      }
      stranger.end('forged\n');
      expect(await client.reply()).toMatch(/^425 /);
      expect(await world.uploads()).toEqual([]);
      expect(await client.ask('SIZE stolen.csv')).toMatch(/^550 /);
      expect(await client.ask('NOOP')).toBe('200 OK.');
    },
  );

  it('who only knocks from another address changes nothing', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port);
    const port = await passivePort(client);
    const data = await dial(port);
    await dial(port, '127.0.0.2');
    client.write('STOR mine.csv\r\n');
    expect(await client.reply()).toMatch(/^150 /);
    data.end('a;b\n');
    expect(await client.reply()).toMatch(/^226 /);
  });

  it('who took a port does not keep others from one: watched ports are used again', async () => {
    const world = await openWorld({ passive: { ...(await freeRange(2)), publicHost: undefined } });
    const clients = [];
    for (let i = 0; i < 5; i++) {
      const client = await signedIn(world.port);
      const data = await dial(await passivePort(client));
      client.write(`STOR ${i}.csv\r\n`);
      expect(await client.reply()).toMatch(/^150 /);
      clients.push({ client, data });
    }
    for (const { client, data } of clients) {
      data.end('a;b\n');
      expect(await client.reply()).toMatch(/^226 /);
    }
  });
});

describe('the TLS session of a data connection', () => {
  it('is the control connection’s where that is required', async () => {
    const world = await worldThat('require');
    const client = await signedIn(world.port, 'TLS');
    expect(await upload(client, 'without.csv')).toMatch(/^425 /);
    expect(await upload(client, 'with.csv', sessionOf(client))).toMatch(/^226 /);
    expect((await world.uploads()).map(({ path }) => path)).toEqual(['/with.csv']);
  });

  it('is not that of another control connection, signed in or not', async () => {
    const world = await worldThat('require');
    const client = await signedIn(world.port, 'TLS');
    const stranger = rawClient(world.port);
    await stranger.reply();
    await stranger.ask('AUTH TLS');
    await stranger.secure();
    await stranger.ask('NOOP');
    const other = await signedIn(world.port, 'TLS');
    for (const each of [stranger, other]) expect(await upload(client, 'x.csv', sessionOf(each))).toMatch(/^425 /);
    expect(await world.uploads()).toEqual([]);
  });

  it('is the control connection’s, too, once the client has shown that it can', async () => {
    const world = await worldThat('prefer');
    const client = await signedIn(world.port, 'TLS');
    expect(await upload(client, '1.csv')).toMatch(/^226 /);
    expect(await upload(client, '2.csv', sessionOf(client))).toMatch(/^226 /);
    expect(await upload(client, '3.csv')).toMatch(/^425 /);
    expect(await upload(client, '4.csv', sessionOf(client))).toMatch(/^226 /);
  });

  it('may be any where nothing is required', async () => {
    const world = await worldThat('off');
    const client = await signedIn(world.port, 'TLS');
    expect(await upload(client, '1.csv', sessionOf(client))).toMatch(/^226 /);
    expect(await upload(client, '2.csv')).toMatch(/^226 /);
  });
});

describe('a tenant that requires TLS', () => {
  it('takes no password in clear and no file, whatever a credential allows', async () => {
    const world = await openWorld();
    await database().sql`update tenants set require_tls = true where id = 'acme'`;
    const client = rawClient(world.port);
    await client.reply();
    await client.ask('USER acme-clear');
    expect(await client.ask(`PASS ${PASSWORD}`)).toMatch(/^522 /);
    await client.ask('AUTH TLS');
    await client.secure();
    await client.ask('USER acme-clear');
    expect(await client.ask(`PASS ${PASSWORD}`)).toMatch(/^230 /);
    await dial(await passivePort(client));
    expect(await client.ask('LIST')).toMatch(/^522 /);
  });
});
