import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Sql, openDatabase } from '../../src/db/client.ts';
import { openFiles } from '../../src/files/open-files.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import type { Admission } from '../../src/auth/session.ts';
import { type OpenGate, openGate } from '../../src/auth/gate.ts';
import { hashPassword, verifyPassword } from '../../src/auth/password.ts';
import { until } from '../support/clients.ts';
import { proxyTo } from '../support/proxy.ts';
import { type TestDepot, addCredential, addTenant, sharedDatabase, testDepot } from '../support/server.ts';

const database = sharedDatabase();
const limits = { connections: 100, connectionsPerAddress: 50, sessionsPerTenant: 3 };
const tls = { cleartext: false };
let depot: TestDepot;
let gate: OpenGate;
let now: number;
let waits: number[];

const wait = (ms: number) => Promise.resolve(waits.push(ms));
const enter = (address = '192.0.2.1', onlyTenant?: string): Admission =>
  gate.admit('sftp', 'sftp', address, onlyTenant);
const codeOf = (error: unknown) => (error as { code: string }).code;
const audit = () => database().sql`select actor, action, detail from audit order by id`;

beforeEach(async () => {
  now = 0;
  waits = [];
  depot = await testDepot({ database: database() });
  gate = openGate({ ...depot, limits, now: () => now, wait });
  const opened = gate;
  onTestFinished(() => opened.close());
  await addTenant(depot);
});

describe('the gate', () => {
  it('keeps on record what a session took, renamed and deleted, with a bound for each tenant', async () => {
    await addTenant(depot, { id: 'other', name: 'Other' });
    await addCredential(depot);
    const session = await gate.withPassword(enter(), 'acme-export', 'secret', tls);
    const files = openFiles(session, depot);
    const path = '/a.csv' as VirtualPath;
    const inbound = await files.receive(path, { kind: 'replace' });
    await inbound.write(Buffer.from('x'));
    await inbound.commit();
    await (await files.open(path)).close();
    await files.rename(path, '/b.csv' as VirtualPath);
    await files.remove('/b.csv' as VirtualPath);
    await expect(files.open(path)).rejects.toMatchObject({ code: 'not_found' });
    for (let i = 0; i < 300; i++) session.note('file.get', { path: `/${i}.csv` });
    await gate.close();
    const told = await audit();
    const from = { door: 'sftp', protocol: 'sftp', address: '192.0.2.1' };
    expect(told.slice(1, 4)).toEqual([
      { actor: 'acme-export', action: 'file.get', detail: { ...from, path } },
      { actor: 'acme-export', action: 'file.rename', detail: { ...from, path, to: '/b.csv' } },
      { actor: 'acme-export', action: 'file.delete', detail: { ...from, path: '/b.csv' } },
    ]);
    expect(told).toHaveLength(101);
    expect(told.at(-1)).toMatchObject({ action: 'not_listed', detail: { count: 204 } });
  });

  it.each([
    ['its credential is revoked', (sql: Sql) => sql`update credentials set revoked_at = now()`],
    ['its tenant is suspended', (sql: Sql) => sql`update tenants set state = 'suspended'`],
    ['its tenant is deleted', (sql: Sql) => sql`delete from tenants`],
  ])('ends an open session within seconds when %s', async (_, withdraw) => {
    await addCredential(depot);
    const session = await gate.withPassword(enter(), 'acme-export', 'secret', tls);
    const closed = await gate.withPassword(enter(), 'acme-export', 'secret', tls);
    closed.close();
    expect(session.revoked.aborted).toBe(false);
    await withdraw(database().sql);
    await until('the session is ended', () => Promise.resolve(session.revoked.aborted));
    expect(closed.revoked.aborted).toBe(false);
  });

  it.each([
    ['its tenant', (sql: Sql) => sql`update tenants set require_tls = true`],
    ['its credential', (sql: Sql) => sql`update credentials set allow_cleartext_ftp = false`],
  ])('ends an open FTP session that may be in clear once %s is to use TLS, and no other', async (_, require) => {
    await addCredential(depot, { allowCleartextFtp: true });
    const ftp = () => gate.admit('ftp', 'ftp', '192.0.2.1');
    const clear = await gate.withPassword(ftp(), 'acme-export', 'secret', { cleartext: true });
    const sftp = await gate.withPassword(enter(), 'acme-export', 'secret', tls);
    await require(database().sql);
    await until('the session in clear is ended', () => clear.revoked.aborted);
    expect(sftp.revoked.aborted).toBe(false);
  });

  it('lets the right password in, once it fits the door', async () => {
    await addCredential(depot, { password: 'été 2026' });
    const session = await gate.withPassword(enter(), 'acme-export', 'été 2026', tls);
    expect(session).toMatchObject({ tenant: { id: 'acme' }, credential: { username: 'acme-export' }, door: 'sftp' });
    await expect(gate.withPassword(enter(), 'acme-export', 'été 2026', { cleartext: true })).rejects.toMatchObject({
      code: 'tls_required',
    });
  });

  it('refuses a wrong password, an unknown name and one without a password in the same words', async () => {
    await addCredential(depot);
    await database().sql`insert into credentials (tenant_id, username) values ('acme', 'keys-only')`;
    for (const [username, password] of [
      ['acme-export', 'wrong'],
      ['nobody', 'secret'],
      ['keys-only', ''],
      ['acme\0export', 'secret'],
      ['', ''],
      ['acme-export', 'x'.repeat(2000)],
    ] as const)
      await expect(gate.withPassword(enter(), username, password, tls)).rejects.toMatchObject({
        code: 'login_refused',
      });
    expect(waits.length).toBe(6);
  });

  it('takes about as long for an unknown name as for a wrong password', async () => {
    await addCredential(depot);
    const time = async (username: string, address: string) => {
      const start = performance.now();
      await gate.withPassword(enter(address), username, 'wrong', tls).catch(() => undefined);
      return performance.now() - start;
    };
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let i = 1; i <= 5; i++) {
      known.push(await time('acme-export', `192.0.2.${i}`));
      unknown.push(await time('nobody', `192.0.2.${i}`));
    }
    // Argon2 takes over 10 ms; a short cut would take the tenth of one. Whatever else runs only adds to either.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 4);
  });

  it('lets in by a key that belongs to the name, and tells beforehand whether it would', async () => {
    const key = Buffer.from('a key in SSH wire format');
    await addCredential(depot, { publicKeys: [Buffer.from('another'), key] });
    expect(await gate.knowsKey(enter(), 'acme-export', key)).toBe(true);
    expect(await gate.knowsKey(enter(), 'acme-export', Buffer.from('unknown'))).toBe(false);
    expect(await gate.knowsKey(enter(), 'nobody', key)).toBe(false);
    expect(await gate.knowsKey(enter('192.0.2.1', 'other'), 'acme-export', key)).toBe(false);
    expect(await gate.withKey(enter(), 'acme-export', key)).toMatchObject({ tenant: { id: 'acme' } });
    await expect(gate.withKey(enter(), 'acme-export', Buffer.from('x'))).rejects.toMatchObject({
      code: 'login_refused',
    });
  });

  it('lets nobody in on another tenant’s port', async () => {
    await addCredential(depot);
    await expect(gate.withPassword(enter('192.0.2.1', 'other'), 'acme-export', 'secret', tls)).rejects.toMatchObject({
      code: 'login_refused',
    });
    await gate.withPassword(enter('192.0.2.1', 'acme'), 'acme-export', 'secret', tls);
  });

  it('stops new sign-ins at once when a credential is revoked or its tenant suspended', async () => {
    await addCredential(depot);
    await gate.withPassword(enter(), 'acme-export', 'secret', tls);
    await database().sql`update tenants set state = 'suspended'`;
    await expect(gate.withPassword(enter(), 'acme-export', 'secret', tls)).rejects.toMatchObject({
      code: 'tenant_suspended',
    });
    await database().sql`update tenants set state = 'live'`;
    await database().sql`update credentials set revoked_at = now()`;
    await expect(gate.withPassword(enter(), 'acme-export', 'secret', tls)).rejects.toMatchObject({
      code: 'login_refused',
    });
  });

  it('bounds the sessions of a tenant, and counts those that end', async () => {
    await addCredential(depot);
    const sign = () => gate.withPassword(enter(), 'acme-export', 'secret', tls);
    const [first] = await Promise.all([sign(), sign(), sign()]);
    await expect(sign()).rejects.toMatchObject({ code: 'too_many_connections' });
    first.close();
    first.close();
    await sign();
    await expect(sign()).rejects.toMatchObject({ code: 'too_many_connections' });
  });

  it('closes to an address that guesses, before it can even speak, and opens again later', async () => {
    await addCredential(depot);
    const admission = enter();
    for (let i = 0; i < 10; i++)
      await expect(gate.withPassword(admission, `guess${i}`, 'x', tls)).rejects.toMatchObject({
        code: 'login_refused',
      });
    expect(() => enter()).toThrow(/Too many sign-in attempts/);
    await expect(gate.withPassword(admission, 'acme-export', 'secret', tls)).rejects.toMatchObject({
      code: 'too_many_attempts',
    });
    await gate.withPassword(enter('192.0.2.2'), 'acme-export', 'secret', tls);
    now += 15 * 60_000;
    await database().sql`update penalties set until = until - interval '15 minutes'`;
    await gate.withPassword(enter(), 'acme-export', 'secret', tls);
  });

  it('knows after a restart from where a customer signs in, whom strangers’ guesses do not lock out', async () => {
    await addCredential(depot);
    await gate.withPassword(enter('2001:db8:1:2::3'), 'acme-export', 'secret', tls);
    await gate.close();
    const restarted = openGate({ ...depot, limits, now: () => now, wait });
    onTestFinished(() => restarted.close());
    const sign = (address: string, username: string, password: string) =>
      restarted.withPassword(restarted.admit('ftp', 'ftp', address), username, password, tls);
    for (const username of ['acme-export', 'a\0b'])
      for (let i = 0; i < 20; i++) await sign(`203.0.113.${i}`, username, 'wrong').catch(codeOf);
    for (const [address, username] of [
      ['198.51.100.9', 'acme-export'],
      ['2001:db8:1:3::3', 'acme-export'],
      ['198.51.100.9', 'a\0b'],
    ] as const)
      await expect(sign(address, username, 'secret')).rejects.toMatchObject({ code: 'too_many_attempts' });
    expect(await sign('2001:db8:1:2::4', 'acme-export', 'secret')).toMatchObject({ tenant: { id: 'acme' } });
  });

  it('judges no more parallel guesses than ones after the other, and none of them twice', async () => {
    await addCredential(depot);
    const guesses = Array.from({ length: 45 }, (_, i) =>
      gate.withPassword(enter(), `guess${i}`, 'x', tls).catch(codeOf),
    );
    const codes = await Promise.all(guesses);
    expect(codes.filter((code) => code === 'login_refused')).toHaveLength(10);
    expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(35);
  });

  it('judges no more parallel guesses at one name from many addresses', async () => {
    await addCredential(depot);
    const guesses = Array.from({ length: 45 }, (_, i) =>
      gate.withPassword(enter(`198.51.100.${i}`), 'acme-export', `guess${i}`, tls).catch(codeOf),
    );
    const codes = await Promise.all(guesses);
    expect(codes.filter((code) => code === 'login_refused')).toHaveLength(20);
  });

  it('lets right passwords wait for their turn, however many come at once', async () => {
    await addCredential(depot);
    const many = openGate({
      ...depot,
      limits: { connections: 300, connectionsPerAddress: 300, sessionsPerTenant: 300 },
      now: () => now,
      wait,
    });
    onTestFinished(() => many.close());
    const sessions = await Promise.all(
      Array.from({ length: 260 }, () =>
        many.withPassword(many.admit('ftp', 'ftp', '192.0.2.1'), 'acme-export', 'secret', tls),
      ),
    );
    expect(sessions).toHaveLength(260);
  });

  it('computes nothing for who has left, and counts no attempt of theirs', async () => {
    await addCredential(depot);
    const left = Array.from({ length: 20 }, () => {
      const admission = enter();
      const attempt = gate.withPassword(admission, 'acme-export', 'wrong', tls).catch(codeOf);
      admission.release();
      return attempt;
    });
    expect(new Set(await Promise.all(left))).toEqual(new Set(['sign_ins_waiting']));
    await gate.withPassword(enter(), 'acme-export', 'secret', tls);
  });

  it('says that too many wait, not that the password is wrong: at once, on record and counted as no attempt', async () => {
    await addCredential(depot);
    const left = new AbortController();
    const stored = await hashPassword('secret');
    const others = Array.from({ length: 2002 }, async () => {
      while (!left.signal.aborted) await verifyPassword(stored, 'secret', left.signal);
    });
    for (let i = 0; i < 25; i++)
      await expect(gate.withPassword(enter(), 'acme-export', 'secret', tls)).rejects.toMatchObject({
        code: 'sign_ins_waiting',
      });
    left.abort();
    await Promise.all(others);
    await gate.withPassword(enter(), 'acme-export', 'secret', tls);
    await gate.close();
    // Written in batches, with the number of those that are alike.
    const refused = (await audit()).filter(({ action }) => action === 'sign_in.refused');
    const details = refused.map(({ detail }) => detail as { reason: string; count?: number });
    expect(new Set(details.map(({ reason }) => reason))).toEqual(new Set(['sign_ins_waiting']));
    expect(details.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(25);
    expect(waits).toEqual([]);
  });

  it('says that the database is away, never that the password is wrong', async () => {
    const proxy = await proxyTo(database().url);
    const through = openDatabase(proxy.url, { max: 2 });
    onTestFinished(() => through.sql.end({ timeout: 0 }));
    await addCredential(depot);
    gate = openGate({ ...depot, database: through, limits, now: () => now, wait });
    await gate.withPassword(enter(), 'acme-export', 'secret', tls);
    proxy.stop();
    await expect(gate.withPassword(enter(), 'acme-export', 'secret', tls)).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    await expect(gate.knowsKey(enter(), 'acme-export', Buffer.from('k'))).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    await proxy.start();
    await until('the database is back', () =>
      gate.withPassword(enter(), 'acme-export', 'secret', tls).then(
        () => true,
        () => false,
      ),
    );
  });

  it('does not take its own lateness for the database being away', async () => {
    await addCredential(depot);
    await gate.withPassword(enter(), 'acme-export', 'secret', tls);
    const signingIn = gate.withPassword(enter(), 'acme-export', 'secret', tls);
    await new Promise((resolve) => setImmediate(resolve));
    // Busy with others' handshakes for longer than the database may be silent.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5200);
    await expect(signingIn).resolves.toMatchObject({ tenant: { id: 'acme' } });
  });

  it('lets nobody in any more once it is shut', async () => {
    await addCredential(depot);
    const early = enter();
    gate.shut();
    expect(() => enter()).toThrow(/restarting/);
    await expect(gate.withPassword(early, 'acme-export', 'secret', tls)).rejects.toMatchObject({
      code: 'shutting_down',
    });
  });
});

describe('the audit of sign-ins', () => {
  it('tells who came, who was refused and why, and dates the credential', async () => {
    await addCredential(depot);
    await gate.withPassword(enter(), 'acme-export', 'secret', tls);
    await gate.withPassword(enter(), 'acme-export', 'wrong', tls).catch(() => undefined);
    await gate.withPassword(enter(), 'acme-export', 'secret', { cleartext: true }).catch(() => undefined);
    await gate.close();
    const where = { door: 'sftp', protocol: 'sftp', address: '192.0.2.1' };
    expect(await audit()).toEqual([
      { actor: 'acme-export', action: 'sign_in', detail: where },
      { actor: 'acme-export', action: 'sign_in.refused', detail: { ...where, reason: 'login_refused' } },
      { actor: 'acme-export', action: 'sign_in.refused', detail: { ...where, reason: 'tls_required' } },
    ]);
    const [row] = await database().sql`select last_used_at is not null as used from credentials`;
    expect(row).toEqual({ used: true });
  });

  it('is not flooded: a guesser makes a handful of rows, whatever it sends', async () => {
    const flood = openGate({ ...depot, limits: { ...limits, connections: 1000 }, now: () => now, wait });
    const attempts = Array.from({ length: 150 }, (_, i) =>
      flood
        .withPassword(flood.admit('ftp', 'ftp', `198.51.100.${i}`), `\u001b[31m${i}\0`, 'x', tls)
        .catch(() => undefined),
    );
    await Promise.all(attempts);
    await flood.close();
    const rows = await audit();
    expect(rows.length).toBeLessThanOrEqual(151);
    const counted = rows.reduce((sum, { detail }) => sum + ((detail as { count?: number }).count ?? 1), 0);
    expect(counted).toBe(150);
    expect(rows.some(({ actor }) => String(actor).includes('\u001b'))).toBe(false);
  });
});
