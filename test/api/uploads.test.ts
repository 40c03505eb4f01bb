import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveApi } from '../../src/api/server.ts';
import { run, until } from '../support/clients.ts';
import { sharedDatabase } from '../support/server.ts';
import { apiWorld, type ApiWorld } from './world.ts';

const database = sharedDatabase();
const acme = '/v1/tenants/acme';
const octets = { 'content-type': 'application/octet-stream' };

interface Upload {
  id: string;
  path: string;
  size: number;
  sha256: string;
  state: string;
  syncId: number | null;
  username: string;
  reason: unknown;
}

const sha256 = (text: string | Uint8Array) => createHash('sha256').update(text).digest();
const uploads = () => database().sql<{ path: string; size: number; door: string }[]>`
  select path, size::float8 as size, door from uploads where tenant_id = 'acme' order by received_at`;

function put({ ask, keys }: ApiWorld, name: string, body: string | Uint8Array, headers = {}, key = keys.sync) {
  return ask<Upload>(`${acme}/uploads/${name}`, { method: 'PUT', body, headers: { ...octets, ...headers }, key });
}

it('takes a file, says under which number, queues its import and gives it back', async () => {
  const world = await apiWorld(database());
  const text = 'Code client;Nom\nC1;Société\n';
  const sent = await put(world, 'clients%20été.csv', text);
  expect(sent.status).toBe(201);
  expect(sent.json).toMatchObject({
    ...{ path: '/clients été.csv', size: Buffer.byteLength(text), sha256: sha256(text).toString('hex') },
    ...{ state: 'waiting', syncId: null, username: expect.stringContaining('sync') as string, reason: null },
  });
  expect(sent.headers.get('location')).toBe(`${acme}/uploads/${sent.json.id}`);
  expect(await uploads()).toEqual([{ path: '/clients été.csv', size: Buffer.byteLength(text), door: 'http' }]);
  const jobs = await database().sql`select task_identifier from graphile_worker.jobs`;
  expect(jobs).toMatchObject([{ task_identifier: 'advance' }]);

  const back = await world.ask(`${acme}/uploads/${sent.json.id}/content`, { key: world.keys.read });
  expect(back.text).toBe(text);
  expect(back.headers.get('content-disposition')).toBe(
    `attachment; filename="clients__t_.csv"; filename*=UTF-8''clients%20%C3%A9t%C3%A9.csv`,
  );
  expect(back.headers.get('repr-digest')).toBe(`sha-256=:${sha256(text).toString('base64')}:`);
  expect((await world.audit()).map(({ action }) => action)).toContain('upload.read');
});

it('lists what came, the latest first, with why a file was put aside', async () => {
  const world = await apiWorld(database());
  for (const name of ['a.csv', 'b.csv', 'c.csv']) await put(world, name, name);
  await database().sql`
    update uploads set state = 'quarantined', reason = '{"code": "empty_file", "params": {}}' where path = '/b.csv'`;
  interface Page {
    items: Upload[];
    next: string | null;
  }
  const first = await world.ask<Page>(`${acme}/uploads?limit=2`);
  expect(first.json.items.map(({ path }) => path)).toEqual(['/c.csv', '/b.csv']);
  expect(first.json.items[1]?.reason).toEqual({ code: 'empty_file', message: 'Le fichier est vide.' });
  const rest = await world.ask<Page>(`${acme}/uploads?limit=2&cursor=${first.json.next}`);
  expect([rest.json.items.map(({ path }) => path), rest.json.next]).toEqual([['/a.csv'], null]);
  const aside = await world.ask<Page>(`${acme}/uploads?state=quarantined`);
  expect(aside.json.items.map(({ path }) => path)).toEqual(['/b.csv']);
});

describe('nothing is imported', () => {
  it.each<[string, string, Record<string, string>, number, string]>([
    ['a name that climbs out', '..%2F..%2Fetc', { 'content-digest': 'sha-256=:x:' }, 422, 'invalid_request'],
    ['a folder', '..%2F..', {}, 409, 'is_a_folder'],
    ['the folder of reports', 'reports%2Fx.csv', {}, 403, 'read_only'],
    ['a temporary name', 'clients.csv.part', {}, 400, 'path_refused'],
    ['a backslash', 'a%5Cb.csv', {}, 400, 'path_refused'],
    ['a compressed body', 'a.csv', { 'content-encoding': 'gzip' }, 415, 'unsupported_media_type'],
    ['a form', 'a.csv', { 'content-type': 'multipart/form-data; boundary=x' }, 415, 'unsupported_media_type'],
    ['a part of a file', 'a.csv', { 'content-range': 'bytes 0-4/10' }, 400, 'bad_request'],
    ['another length than announced', 'a.csv', { 'content-length': '6' }, 400, 'transfer_incomplete'],
    ['more than a file may have', 'a.csv', { 'content-length': '99999999999' }, 413, 'file_too_large'],
    [
      'other bytes than promised',
      'a.csv',
      { 'content-digest': `sha-256=:${sha256('x').toString('base64')}:` },
      400,
      'digest_mismatch',
    ],
  ])('of %s', async (_, name, headers, status, code) => {
    const world = await apiWorld(database());
    const answer = await put(world, name, 'abcde', headers);
    expect([answer.status, answer.json]).toMatchObject([status, { code }]);
    expect(await uploads()).toEqual([]);
  });

  it('where the tenant is suspended, its quota spent, or the disk full', async () => {
    const world = await apiWorld(database());
    await database().sql`update tenants set quota_bytes = 3 where id = 'acme'`;
    expect((await put(world, 'a.csv', 'abcde')).json).toMatchObject({ status: 507, code: 'quota_exceeded' });
    await database().sql`update tenants set quota_bytes = 100000, max_file_bytes = 3 where id = 'acme'`;
    expect((await put(world, 'a.csv', 'abcde')).json).toMatchObject({ status: 413, code: 'file_too_large' });
    await database().sql`update tenants set state = 'suspended' where id = 'acme'`;
    expect((await put(world, 'a.csv', 'a', {}, world.keys.operator)).json).toMatchObject({ code: 'tenant_suspended' });
    expect(await uploads()).toEqual([]);
  });

  it('with a key that may only read, or of another tenant', async () => {
    const world = await apiWorld(database());
    expect((await put(world, 'a.csv', 'a', {}, world.keys.read)).status).toBe(403);
    expect((await put(world, 'a.csv', 'a', {}, world.otherKey)).status).toBe(404);
    const { id } = (await put(world, 'a.csv', 'a')).json;
    for (const path of [`uploads`, `uploads/${id}`, `uploads/${id}/content`]) {
      expect((await world.ask(`${acme}/${path}`, { key: world.otherKey })).status).toBe(404);
      expect((await world.ask(`/v1/tenants/other/${path}`, { key: world.otherKey })).status).toBe(
        path === 'uploads' ? 200 : 404,
      );
    }
  });
});

it('promised bytes that came are taken, whatever else the header names', async () => {
  const world = await apiWorld(database());
  const digest = `md5=:AAAA:, sha-256=:${sha256('abcde').toString('base64')}:`;
  expect((await put(world, 'a.csv', 'abcde', { 'content-digest': digest, 'content-length': '5' })).status).toBe(201);
});

it('says that the bytes are gone once they are purged', async () => {
  const world = await apiWorld(database());
  const { id } = (await put(world, 'a.csv', 'a')).json;
  await database().sql`update uploads set purged_at = now()`;
  expect((await world.ask(`${acme}/uploads/${id}/content`)).status).toBe(404);
  expect((await world.ask(`${acme}/uploads/not-an-id`)).status).toBe(404);
});

describe('over a real connection', () => {
  async function serving({ app }: ApiWorld) {
    const server = await serveApi(app, '127.0.0.1', 0, { connections: 50, stallMs: 30_000 });
    onTestFinished(() => server.close(0));
    return server.port;
  }

  it.each(['Content-Length: 1000\r\n\r\nabc', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'])(
    'a body that breaks off after %j is never imported, and leaves nothing on the disk',
    async (rest) => {
      const world = await apiWorld(database());
      const aborted: string[] = [];
      world.depot.events.on('transfer.aborted', ({ path, size }) => aborted.push(`${path} ${size}`));
      const socket = connect(await serving(world), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(
        `PUT ${acme}/uploads/a.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.keys.sync}\r\n` +
          `Content-Type: text/csv\r\n${rest}`,
      );
      await until('bytes are there', async () => (await world.depot.spool.partials.list('acme'))[0]?.size === 3);
      socket.destroy();
      await until('the transfer is over', () => Promise.resolve(aborted.length === 1));
      expect(aborted).toEqual(['/a.csv 3']);
      expect(await uploads()).toEqual([]);
      expect(await world.depot.spool.partials.list('acme')).toEqual([]);
    },
  );

  it.each([
    ['its key is revoked', "update api_keys set revoked_at = now() where tenant_id = 'acme'"],
    ['its tenant is suspended', "update tenants set state = 'suspended' where id = 'acme'"],
  ])('a body that still comes is refused once %s, and leaves nothing', async (_, statement) => {
    const world = await apiWorld(database());
    const socket = connect(await serving(world), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const head = `PUT ${acme}/uploads/a.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.keys.sync}\r\n`;
    socket.write(`${head}Content-Length: 1000\r\n\r\nabc`);
    await until('bytes are there', async () => (await world.depot.spool.partials.list('acme'))[0]?.size === 3);
    await database().sql.unsafe(statement);
    expect(String((await once(socket, 'data'))[0])).toContain('HTTP/1.1 401');
    await until('nothing is left', async () => (await world.depot.spool.partials.list('acme')).length === 0);
    expect(await uploads()).toEqual([]);
  });

  it('a body whose connection has gone before anybody reads it is no empty file', async () => {
    const world = await apiWorld(database());
    const aborted: string[] = [];
    world.depot.events.on('transfer.aborted', ({ path }) => aborted.push(path));
    const socket = connect(await serving(world), '127.0.0.1');
    socket.on('error', () => undefined);
    const head = `PUT ${acme}/uploads/a.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.keys.sync}\r\n`;
    socket.end(`${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`);
    await until('the transfer is over', () => Promise.resolve(aborted.length === 1));
    expect(await uploads()).toEqual([]);
  });

  it('curl sends 32 MiB, in one piece or in chunks, and gets them back', async () => {
    const world = await apiWorld(database());
    const url = `http://127.0.0.1:${await serving(world)}${acme}/uploads`;
    const bytes = 'ligne;1\r\n'.repeat(4 << 20);
    const authorization = `Authorization: Bearer ${world.keys.sync}`;
    for (const more of [[], ['-H', 'Transfer-Encoding: chunked']]) {
      const args = ['-sS', '-f', '-H', authorization, ...more, '-T', '-', `${url}/big.csv`];
      const sent = await run('curl', args, { input: bytes });
      const { id, sha256: received } = JSON.parse(sent.stdout) as Upload;
      expect(received).toBe(sha256(bytes).toString('hex'));
      const back = await fetch(`${url}/${id}/content`, { headers: { authorization: `Bearer ${world.keys.read}` } });
      expect(sha256(new Uint8Array(await back.arrayBuffer())).toString('hex')).toBe(received);
    }
  });

  it('a client that is answered before it has sent everything can send the next request', async () => {
    const world = await apiWorld(database());
    const socket = connect(await serving(world), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const head = (path: string) => `PUT ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${world.keys.sync}\r\n`;
    socket.write(`${head(`${acme}/uploads/a.part`)}Content-Length: 3\r\n\r\nabc`);
    expect(String((await once(socket, 'data'))[0])).toContain('HTTP/1.1 400');
    socket.write(`${head(`${acme}/uploads/a.csv`)}Content-Length: 3\r\n\r\nabc`);
    expect(String((await once(socket, 'data'))[0])).toContain('HTTP/1.1 201');
  });
});

it('gives a part of a file, so that a download that was cut goes on', async () => {
  const world = await apiWorld(database());
  const sent = await put(world, 'clients.csv', '0123456789');
  const part = async (range: string) => {
    const { status, text, headers } = await world.ask(`${acme}/uploads/${sent.json.id}/content`, {
      headers: { range },
    });
    return [status, status < 300 ? text : '', headers.get('content-range'), headers.get('content-length')];
  };
  expect(await part('bytes=4-')).toEqual([206, '456789', 'bytes 4-9/10', '6']);
  expect(await part('bytes=0-3')).toEqual([206, '0123', 'bytes 0-3/10', '4']);
  expect(await part('bytes=-2')).toEqual([206, '89', 'bytes 8-9/10', '2']);
  expect(await part('bytes=8-99')).toEqual([206, '89', 'bytes 8-9/10', '2']);
  for (const whole of ['bytes=5-4', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=-', 'x'])
    expect([whole, ...(await part(whole))]).toEqual([whole, 200, '0123456789', null, '10']);
  for (const outside of ['bytes=10-', 'bytes=-0', 'bytes=99-100']) expect((await part(outside))[0]).toBe(416);
});
