import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { until } from '../support/clients.ts';
import { type FtpWorld, type FtpWorldOptions, PASSWORD, ftpWorld } from '../support/ftp-world.ts';
import { freeRange } from '../support/ports.ts';
import { sharedDatabase } from '../support/server.ts';
import { dial, passivePort, rawClient, signedIn, tlsOver } from './raw-client.ts';

const database = sharedDatabase();
const openWorld = (options: FtpWorldOptions = {}): Promise<FtpWorld> => ftpWorld({ database: database(), ...options });

/** The door still serves: a stranger signs in and uploads. */
async function stillServes(world: FtpWorld, name = 'alive.csv'): Promise<void> {
  const client = await signedIn(world.port);
  const data = await dial(await passivePort(client));
  client.write(`STOR ${name}\r\n`);
  expect(await client.reply()).toMatch(/^150 /);
  data.end('ok\n');
  expect(await client.reply()).toMatch(/^226 /);
}

describe('the control connection', () => {
  it('survives a reset while a data connection opens', async () => {
    const world = await openWorld();
    for (let i = 0; i < 5; i++) {
      const client = await signedIn(world.port);
      const port = await passivePort(client);
      client.socket.resetAndDestroy();
      connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
    }
    await stillServes(world);
  });

  it('reads commands however they are cut, and one after the other when they come together', async () => {
    const world = await openWorld();
    const client = rawClient(world.port);
    await client.reply();
    client.socket.setNoDelay(true);
    for (const letter of 'USER acme-clear\r\n') {
      client.write(letter);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await client.reply()).toMatch(/^331 /);
    client.write(`PASS ${PASSWORD}\r\nPWD\r\nCWD é\nPWD\r\nNOOP\r\nSYST\r\n`);
    const replies = [];
    for (let i = 0; i < 6; i++) replies.push(await client.reply());
    expect(replies.map((text) => text.slice(0, 9))).toEqual([
      '230 Signe',
      '257 "/" i',
      '250 "/é" ',
      '257 "/é" ',
      '200 OK.',
      '215 UNIX ',
    ]);
  });

  it('ends a line that has no end, with flat memory', async () => {
    const world = await openWorld();
    const client = rawClient(world.port);
    await client.reply();
    client.write(Buffer.alloc(1_000_000, 'A'));
    await client.closed;
    expect(client.said()).toMatch(/500 /);
    await stillServes(world);
  });

  it('ends a connection that sends commands faster than any client', async () => {
    const world = await openWorld();
    const client = rawClient(world.port);
    client.write('NOOP\r\n'.repeat(10_000));
    await client.closed;
    await stillServes(world);
  });

  it('answers nonsense with a reply each, and goes on', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port);
    for (const nonsense of [
      '',
      'PORT',
      'EPRT',
      'EPRT |||',
      'OPTS',
      'OPTS MLST',
      'SITE',
      'SITE UTIME',
      'REST -1',
      'TYPE',
    ])
      if (nonsense !== '') expect(await client.ask(nonsense)).toMatch(/^[245]\d\d /);
    for (const nonsense of [
      'XYZZY',
      '__proto__ x',
      'constructor',
      '\u0000\u0001',
      'STOR',
      'RETR',
      'RNTO x',
      'MODE Z',
      'STRU R',
    ])
      expect(await client.ask(nonsense)).toMatch(/^5\d\d /);
    expect(await client.ask('NOOP')).toBe('200 OK.');
  });

  it('lets nobody forge a reply through a file name', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port);
    expect(await client.ask('CWD a\r226 forged')).toMatch(/^553 [^\r\n]*$/);
    expect(await client.ask('MKD ../../etc')).toBe('257 "/etc" created');
    expect(await client.ask('CWD ..\\..')).toMatch(/^553 /);
  });
});

describe('before signing in', () => {
  it('nothing but signing in is possible', async () => {
    const world = await openWorld();
    const client = rawClient(world.port);
    await client.reply();
    for (const verb of [
      'PWD',
      'LIST',
      'STOR x',
      'RETR x',
      'PASV',
      'EPSV',
      'PORT 1,2,3,4,5,6',
      'SITE CHMOD',
      'REST 1',
      'MKD x',
    ])
      expect(await client.ask(verb)).toMatch(/^530 /);
  });

  it('guessing ends the connection, then the address is turned away', async () => {
    const world = await openWorld();
    const replies: string[] = [];
    for (let connection = 0; connection < 20 && !replies.at(-1)?.startsWith('421 Trop de tentatives'); connection++) {
      const client = rawClient(world.port);
      replies.push(await client.reply());
      for (let i = 0; i < 10 && !replies.at(-1)?.startsWith('421'); i++) {
        await client.ask('USER acme-clear');
        replies.push(await client.ask(`PASS wrong${i}`));
      }
    }
    expect(replies.filter((text) => text.startsWith('530')).length).toBeLessThan(50);
    expect(replies.at(-1)).toMatch(/^421 Trop de tentatives/);
  });

  it('a silent connection is ended, and a thousand of them leave room for others', async () => {
    const world = await openWorld({
      settings: { ARRIVAGE_LOGIN_SECONDS: '1', ARRIVAGE_MAX_CONNECTIONS_PER_ADDRESS: '40' },
    });
    const sockets = Array.from({ length: 1000 }, () => connect({ port: world.port, host: '127.0.0.1' }));
    let ended = 0;
    for (const socket of sockets)
      socket
        .on('error', () => undefined)
        .on('close', () => (ended += 1))
        .resume();
    await until('all silent connections are ended', () => ended === 1000, 15_000);
    await stillServes(world);
  });

  it('passwords that wait longer for their turn than the time to sign in sign in all the same', async () => {
    const many = { ARRIVAGE_MAX_CONNECTIONS_PER_ADDRESS: '200', ARRIVAGE_MAX_SESSIONS_PER_TENANT: '200' };
    const world = await openWorld({ settings: { ARRIVAGE_LOGIN_SECONDS: '1', ...many } });
    const clients = Array.from({ length: 150 }, () => rawClient(world.port));
    for (const client of clients) client.write(`USER acme-clear\r\nPASS ${PASSWORD}\r\n`);
    const signedIn = (): number => clients.filter((client) => client.said().includes('\r\n230 ')).length;
    await until('all have signed in', () => signedIn() === clients.length, 15_000);
  });

  it('a silent TLS handshake is ended too', async () => {
    const world = await openWorld({ settings: { ARRIVAGE_LOGIN_SECONDS: '1' } });
    await rawClient(world.tlsPort).closed;
    const client = rawClient(world.port);
    await client.reply();
    await client.ask('AUTH TLS');
    await client.closed;
    await stillServes(world);
  });

  it('the password of another tenant opens nothing on a tenant’s own port', async () => {
    const world = await openWorld();
    const client = rawClient(world.tenantPort);
    await client.reply();
    await client.ask('AUTH TLS');
    await client.secure();
    await client.ask('USER other-export');
    expect(await client.ask(`PASS ${PASSWORD}`)).toMatch(/^530 /);
  });
});

describe('AUTH TLS', () => {
  it('never runs what was sent in clear behind it', async () => {
    const world = await openWorld();
    const client = rawClient(world.port);
    await client.reply();
    client.write('AUTH TLS\r\nUSER acme-clear\r\nSYST\r\n');
    expect(await client.reply()).toMatch(/^234 /);
    await client.secure();
    expect(await client.ask('NOOP')).toBe('200 OK.');
    expect(await client.ask(`PASS ${PASSWORD}`)).toMatch(/^503 /);
    expect(client.said()).not.toMatch(/331|215/);
  });

  it('takes a handshake that starts in the packet of the AUTH', async () => {
    const world = await openWorld();
    const client = rawClient(world.port);
    await client.reply();
    const hello = await clientHello();
    const answered = new Promise<Buffer>((resolve) =>
      client.socket.on('data', (chunk: Buffer) => {
        if (chunk.includes(0x16)) resolve(chunk);
      }),
    );
    client.write(Buffer.concat([Buffer.from('AUTH TLS\r\n'), hello]));
    const record = await answered;
    // A ServerHello: record type handshake, message type 2.
    expect(record[record.indexOf(0x16) + 5]).toBe(2);
  });

  it('goes on in clear after a refused AUTH', async () => {
    const world = await openWorld();
    const client = rawClient(world.port);
    await client.reply();
    client.write('AUTH KERBEROS_V4\r\nNOOP\r\n');
    expect(await client.reply()).toMatch(/^504 /);
    expect(await client.reply()).toBe('200 OK.');
  });

  it('forgets who signed in before it', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port);
    await client.ask('AUTH TLS');
    await client.secure();
    expect(await client.ask('PWD')).toMatch(/^530 /);
    expect(await client.ask('AUTH TLS')).toMatch(/^503 /);
    expect(await client.ask('CCC')).toMatch(/^533 /);
  });

  it('serves a renewed certificate from the next handshake on', async () => {
    const world = await openWorld();
    const serial = async (): Promise<string> => {
      const socket = await tlsOver(await dial(world.tlsPort));
      return socket.getPeerX509Certificate()?.serialNumber ?? '';
    };
    const before = await serial();
    world.renew();
    expect(await serial()).not.toBe(before);
  });
});

/** The first flight of a real TLS client. */
async function clientHello(): Promise<Buffer> {
  const { Duplex } = await import('node:stream');
  const { connect: connectTls } = await import('node:tls');
  return new Promise((resolve) => {
    const socket = new Duplex({ read: () => undefined, write: (chunk: Buffer) => resolve(chunk) });
    connectTls({ socket, rejectUnauthorized: false }).on('error', () => undefined);
  });
}

describe('data connections', () => {
  it('are never opened to an address that the client names', async () => {
    const world = await openWorld({ active: true });
    const client = await signedIn(world.port);
    expect(await client.ask('PORT 10,0,0,1,4,210')).toMatch(/^501 /);
    expect(await client.ask('PORT 127,0,0,1,0,22')).toMatch(/^501 /);
    expect(await client.ask('EPRT |1|127.0.0.2|2000|')).toMatch(/^501 /);
    expect(await client.ask('PORT 127,0,0,1,256,1')).toMatch(/^501 /);
    const off = await signedIn((await openPlain(world)).port);
    expect(await off.ask('PORT 127,0,0,1,100,1')).toMatch(/^502 /);
  });

  it('are taken from nobody but the client', async () => {
    const world = await openWorld();
    const client = await signedIn(world.port);
    const port = await passivePort(client);
    const thief = await dial(port, '127.0.0.2');
    const cut = new Promise((resolve) => thief.once('close', resolve));
    thief.resume();
    thief.write('stolen');
    await cut;
    const data = await dial(port);
    client.write('STOR a.csv\r\n');
    await client.reply();
    data.end('mine');
    expect(await client.reply()).toBe('226 Received and safe: 4 bytes.');
  });

  it('that find no free port are refused, until someone gives one back', async () => {
    const world = await openWorld({ passive: { ...(await freeRange(2)), publicHost: undefined } });
    const [first, second, third] = [await signedIn(world.port), await signedIn(world.port), await signedIn(world.port)];
    await passivePort(first);
    await passivePort(second);
    expect(await third.ask('EPSV')).toMatch(/^425 /);
    // A port is given back once its connection is there, not at the end of the transfer.
    await dial(await passivePort(first));
    await until('a port is free again', async () => (await third.ask('EPSV')).startsWith('229'));
  });

  it('are one per session: a second EPSV closes the first port, and the end of the session the last', async () => {
    const world = await openWorld({ passive: { ...(await freeRange(1)), publicHost: undefined } });
    const client = await signedIn(world.port);
    await passivePort(client);
    await client.ask('EPSV');
    expect(await client.ask('EPSV')).toMatch(/^229 /);
    const other = await signedIn(world.port);
    expect(await other.ask('EPSV')).toMatch(/^425 /);
    expect(await other.ask('STOR a.csv')).toMatch(/^425 /);
    client.socket.resetAndDestroy();
    await until('the port is free again', async () => (await other.ask('EPSV')).startsWith('229'));
  });

  it('name the public host in 227 replies', async () => {
    const range = await freeRange(1);
    const world = await openWorld({ passive: { ...range, publicHost: '203.0.113.7' } });
    const client = await signedIn(world.port);
    // Loopback clients can't use the public address.
    const port = `${range.from >> 8},${range.from & 255}`;
    expect(await client.ask('PASV')).toMatch(new RegExp(`^227 .*\\(127,0,0,1,${port}\\)`));
    expect(await client.ask('EPSV ALL')).toMatch(/^200 /);
    expect(await client.ask('PASV')).toMatch(/^503 /);
    expect(await client.ask('EPSV 2')).toMatch(/^522 .*\(1\)/);
  });
});

/** A second door on the same database, with active mode off. */
async function openPlain(world: FtpWorld): Promise<{ port: number }> {
  return { port: (await world.openDoor({ active: false })).ports[0] ?? 0 };
}

describe('silent connections', () => {
  it('from ten addresses, as many as there are places, keep nobody out, nor end a session', async () => {
    const world = await openWorld({
      settings: { ARRIVAGE_MAX_CONNECTIONS: '40', ARRIVAGE_MAX_CONNECTIONS_PER_ADDRESS: '10' },
    });
    const inside = await signedIn(world.port);
    const silent = [];
    for (let i = 0; i < 60; i++) silent.push(await dial(world.port, `127.0.0.${2 + (i % 10)}`));
    for (let i = 0; i < 5; i++) await stillServes(world, `${i}.csv`);
    expect(await inside.ask('NOOP')).toBe('200 OK.');
    const all = silent.map((socket) => {
      let heard = '';
      socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      return () => heard;
    });
    await until('who was shed is told why', () =>
      Promise.resolve(all.some((heard) => heard().includes('421 Trop de connexions'))),
    );
    expect(all.some((heard) => heard() === '220 arrivage\r\n')).toBe(true);
  });
});
