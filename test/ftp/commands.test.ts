import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { until } from '../support/clients.ts';
import { type FtpWorld, type FtpWorldOptions, ftpWorld } from '../support/ftp-world.ts';
import { sharedDatabase } from '../support/server.ts';
import { type RawClient, dial, passivePort, rawClient, signedIn, within } from './raw-client.ts';

const database = sharedDatabase();
const openWorld = (options: FtpWorldOptions = {}): Promise<FtpWorld> => ftpWorld({ database: database(), ...options });

/** A transfer in clear: its first and last reply, and the bytes that came. */
async function transfer(client: RawClient, command: string, send?: string): Promise<[string, string, string]> {
  const data = await dial(await passivePort(client));
  let got = '';
  data.on('data', (chunk: Buffer) => (got += chunk.toString()));
  const ended = within(new Promise((resolve) => data.once('end', resolve)), 'the end of the data');
  client.write(`${command}\r\n`);
  const first = await client.reply();
  data.end(send ?? '');
  if (!first.startsWith('150')) return [first, first, got];
  await ended;
  return [first, await client.reply(), got];
}

it('FEAT tells what there is, and OPTS MLST chooses the facts', async () => {
  const world = await openWorld();
  const client = await signedIn(world.port);
  const features = (await client.ask('FEAT')).split('\r\n');
  for (const feature of ['AUTH TLS', 'EPSV', 'MDTM', 'MFMT', 'REST STREAM', 'SIZE', 'TVFS', 'UTF8'])
    expect(features).toContain(` ${feature}`);
  expect(features).toContain(' MLST type*;size*;modify*;perm*;');
  expect(await client.ask('OPTS MLST size;unix.mode;')).toBe('200 MLST OPTS size;');
  expect(await client.ask('FEAT')).toContain(' MLST type;size*;modify;perm;');
  expect(await client.ask('CLNT some client')).toMatch(/^200 /);
  expect(await client.ask('OPTS UTF8 ON')).toMatch(/^200 /);
});

it('HASH and XSHA256 tell the hash that was made when the file came', async () => {
  const world = await openWorld();
  const client = await signedIn(world.port);
  await transfer(client, 'STOR a b.csv', 'x');
  await transfer(client, 'STOR empty.csv', '');
  await transfer(client, 'STOR a.part', 'x');
  const [x, empty] = ['x', ''].map((text) => createHash('sha256').update(text).digest('hex'));
  expect(await client.ask('HASH a b.csv')).toBe(`213 SHA-256 0-0 ${x} a b.csv`);
  expect(await client.ask('HASH empty.csv')).toBe(`213 SHA-256 0-0 ${empty} empty.csv`);
  expect(await client.ask('XSHA256 "a b.csv"')).toBe(`250 ${x?.toUpperCase()}`);
  expect(await client.ask('XSHA256 a b.csv')).toBe(`250 ${x?.toUpperCase()}`);
  expect(await client.ask('HASH a.part')).toMatch(/^502 /);
  expect(await client.ask('HASH nothing.csv')).toMatch(/^550 /);
  expect(await client.ask('HASH /')).toMatch(/^550 /);
  expect(await client.ask('HASH')).toMatch(/^501 /);
  expect(await client.ask('FEAT')).toContain(' HASH SHA-256*');
  expect(await client.ask('OPTS HASH SHA-256')).toBe('200 SHA-256');
  expect(await client.ask('OPTS HASH MD5')).toMatch(/^501 /);
});

it('errors speak the tenant’s language, with accents for those who asked for UTF-8', async () => {
  const french = await openWorld();
  const client = await signedIn(french.port);
  await transfer(client, 'STOR a.csv', 'x');
  expect(await client.ask('CWD a.csv')).toBe("550 /a.csv n'est pas un dossier.");
  await client.ask('OPTS UTF8 ON');
  expect(await client.ask('CWD a.csv')).toBe('550 /a.csv n’est pas un dossier.');
});

it('errors speak English to an English tenant', async () => {
  const client = await signedIn((await openWorld({ language: 'en' })).port);
  expect(await client.ask('SIZE nothing.csv')).toBe('550 /nothing.csv: no such file or folder.');
});

it('times are read and set in every way that clients know', async () => {
  const world = await openWorld();
  const client = await signedIn(world.port);
  await transfer(client, 'STOR a.csv', 'x');
  expect(await client.ask('MFMT 20240506070809 a.csv')).toMatch(/^213 Modify=20240506070809; /);
  expect(await client.ask('MDTM a.csv')).toBe('213 20240506070809');
  expect(await client.ask('MDTM 20230506070809 a.csv')).toMatch(/^213 /);
  expect(await client.ask('MDTM a.csv')).toBe('213 20230506070809');
  expect(await client.ask('SITE UTIME 20220506070809 a.csv')).toMatch(/^213 /);
  expect(await client.ask('MLST a.csv')).toMatch(
    /^250-Listing:\r\n type=file;size=1;modify=20220506070809;perm=adfrw; \/a\.csv\r\n250 End$/,
  );
  expect(await client.ask('SITE CHMOD 644 a.csv')).toMatch(/^200 /);
  expect(await client.ask('MFMT 20241345000000 a.csv')).toMatch(/^501 /);
});

it('lists take the options of ls and patterns', async () => {
  const client = await signedIn((await openWorld()).port);
  await client.ask('MKD in');
  for (const name of ['a.csv', 'b.csv', 'c.txt']) await transfer(client, `STOR in/${name}`, 'x');
  expect((await transfer(client, 'NLST in/*.csv'))[2]).toBe('in/a.csv\r\nin/b.csv\r\n');
  await client.ask('CWD in');
  expect((await transfer(client, 'NLST'))[2]).toBe('a.csv\r\nb.csv\r\nc.txt\r\n');
  expect((await transfer(client, 'LIST -la'))[2].split('\r\n')).toHaveLength(4);
  expect((await transfer(client, 'LIST *.txt'))[2]).toMatch(/^-rw-r--r--[^\n]* c\.txt\r\n$/);
  expect((await transfer(client, 'LIST *.pdf'))[2]).toBe('');
  expect((await transfer(client, 'LIST nothing'))[0]).toMatch(/^550 /);
  expect((await transfer(client, 'MLSD'))[2]).toMatch(/^type=file;size=1;modify=\d{14};perm=adfrw; a\.csv\r\n/);
});

it('STOU finds a name of its own, and says it', async () => {
  const world = await openWorld();
  const client = await signedIn(world.port);
  const [first, last] = await transfer(client, 'STOU a.csv', 'x');
  const name = /^150 FILE: (a\.csv\.[0-9a-f]{8})$/.exec(first)?.[1];
  expect(last).toMatch(/^226 /);
  expect(await world.uploads()).toMatchObject([{ path: `/${name ?? ''}` }]);
});

it('a renamed file is found under its new name, RNTO alone is out of sequence', async () => {
  const client = await signedIn((await openWorld()).port);
  await transfer(client, 'STOR a.csv', 'x');
  expect(await client.ask('RNTO b.csv')).toMatch(/^503 /);
  expect(await client.ask('RNFR nothing')).toMatch(/^550 /);
  expect(await client.ask('RNFR a.csv')).toMatch(/^350 /);
  expect(await client.ask('RNTO b.csv')).toMatch(/^250 /);
  expect(await client.ask('SIZE b.csv')).toBe('213 1');
  expect(await client.ask('DELE b.csv')).toMatch(/^250 /);
  expect(await client.ask('SIZE b.csv')).toMatch(/^550 /);
});

it('APPE goes on where the file ends, and REST and RETR start in the middle', async () => {
  const client = await signedIn((await openWorld()).port);
  await transfer(client, 'APPE a.csv', 'first,');
  await transfer(client, 'APPE a.csv', 'second');
  expect(await client.ask('REST 6')).toMatch(/^350 /);
  expect((await transfer(client, 'RETR a.csv'))[2]).toBe('second');
  expect((await transfer(client, 'RETR a.csv'))[2]).toBe('first,second');
  await client.ask('REST 99');
  expect((await transfer(client, 'RETR a.csv'))[0]).toMatch(/^554 /);
});

it('the reports folder can’t be written to', async () => {
  const client = await signedIn((await openWorld()).port);
  expect((await transfer(client, 'STOR reports/x.txt', 'x'))[0]).toMatch(/^550 .*lecture seule/);
  expect(await client.ask('DELE reports')).toMatch(/^550 /);
});

it('HOST and REIN are known, and a tenant has its number of sessions and no more', async () => {
  const world = await openWorld({ settings: { ARRIVAGE_MAX_SESSIONS_PER_TENANT: '2' } });
  const client = rawClient(world.port);
  await client.reply();
  expect(await client.ask('HOST ftp.example.org')).toMatch(/^220 /);
  const [first, second] = [await signedIn(world.port), await signedIn(world.port)];
  await expect(signedIn(world.port)).rejects.toThrow('421 Trop de connexions');
  expect(await first.ask('REIN')).toMatch(/^220 /);
  await signedIn(world.port);
  second.socket.destroy();
  await until('the place is free again', () =>
    signedIn(world.port).then(
      () => true,
      () => false,
    ),
  );
});

it('a download that the client leaves ends with 426, and the session goes on', async () => {
  const world = await openWorld();
  const client = await signedIn(world.port);
  await transfer(client, 'STOR a.csv', 'x'.repeat(30_000_000));
  const data = await dial(await passivePort(client));
  client.write('RETR a.csv\r\n');
  expect(await client.reply()).toMatch(/^150 /);
  data.resetAndDestroy();
  expect(await client.reply()).toMatch(/^426 /);
  const unread = await dial(await passivePort(client));
  unread.pause();
  client.write('RETR a.csv\r\n');
  expect(await client.reply()).toMatch(/^150 /);
  expect(await client.ask('ABOR')).toMatch(/^426 /);
  expect(await client.reply()).toMatch(/^226 /);
});
