import { expect, it, onTestFinished } from 'vitest';
import { liftBans, listBans } from '../../src/db/queries/access/penalties.ts';
import { banSubjects } from '../../src/auth/bans.ts';
import { openGate } from '../../src/auth/gate.ts';
import type { Session } from '../../src/auth/session.ts';
import { until } from '../support/clients.ts';
import { type TestDepot, addCredential, addTenant, sharedDatabase, testDepot } from '../support/server.ts';

const database = sharedDatabase();
const limits = { connections: 100, connectionsPerAddress: 50, sessionsPerTenant: 3 };
const codeOf = (error: unknown) => (error as { code: string }).code;

/** A process's gate; `sign` gives the session or the refusal's code. */
function openNode(depot: TestDepot) {
  const waits: number[] = [];
  const gate = openGate({ ...depot, limits, now: () => 0, wait: (ms) => Promise.resolve(waits.push(ms)) });
  onTestFinished(() => gate.close());
  const open = (address: string, username = 'acme-export', password = 'secret'): Promise<Session> =>
    gate.withPassword(gate.admit('sftp', 'sftp', address), username, password, { cleartext: false });
  const sign = async (address: string, username: string, password: string) => {
    try {
      const admission = gate.admit('sftp', 'sftp', address);
      try {
        (await gate.withPassword(admission, username, password, { cleartext: false })).close();
        return 'in';
      } finally {
        admission.release();
      }
    } catch (error) {
      return codeOf(error);
    }
  };
  return { gate, sign, open, waits };
}

async function world() {
  const depot = await testDepot({ database: database() });
  await addTenant(depot);
  await addCredential(depot);
  const listed = async () => (await listBans(database())).map(({ kind, subject }) => [kind, subject]);
  const lift = (whom: string) => database().db.transaction((tx) => liftBans(tx, banSubjects(whom)));
  return { depot, listed, lift };
}

it('lists who is banned, and lets in again in all processes whom an operator lifts', async () => {
  const { depot, listed, lift } = await world();
  const [one, two] = [openNode(depot), openNode(depot)];
  for (let i = 0; i < 10; i++) expect(await one.sign('2001:db8:0:1::7', `guess${i}`, 'x')).toBe('login_refused');
  for (let i = 0; i < 20; i++) await one.sign(`198.51.100.${i}`, 'acme-export', 'x');
  // Nobody has such a name: not worth a line that strangers write.
  for (let i = 0; i < 20; i++) await one.sign(`198.51.101.${i}`, 'a\u001b[2J', 'x');
  expect(await listed()).toEqual(
    expect.arrayContaining([
      ['address', '2001:db8:0:1::/64'],
      ['username', 'acme-export'],
    ]),
  );
  expect(await listed()).toHaveLength(2);

  expect(await two.sign('2001:db8:0:1::8', 'acme-export', 'secret')).toBe('too_many_attempts');
  expect(await lift('203.0.113.1')).toEqual([]);
  expect(await lift('2001:0DB8:0:1:0::9')).toEqual([{ kind: 'address', subject: '2001:db8:0:1::/64' }]);
  expect(await lift('2001:db8:0:1::/64')).toEqual([]);
  expect(await listed()).toEqual([['username', 'acme-export']]);
  expect(await two.sign('203.0.113.5', 'acme-export', 'secret')).toBe('too_many_attempts');
  expect(await lift('acme-export')).toEqual([{ kind: 'username', subject: 'acme-export' }]);
  for (const { sign } of [one, two])
    await until('it is let in', async () => (await sign('2001:db8:0:1::7', 'acme-export', 'secret')) === 'in');
  expect(await one.sign('203.0.113.5', 'acme-export', 'x')).toBe('login_refused');
});

it('counts a guesser’s failures over all processes, one after the other and at once', async () => {
  const { depot } = await world();
  const nodes = [openNode(depot), openNode(depot), openNode(depot)];
  for (let i = 0; i < 9; i++) expect(await nodes[i % 3]?.sign('192.0.2.1', `guess${i}`, 'x')).toBe('login_refused');
  expect(nodes.map(({ waits }) => waits)).toEqual([
    [250, 2000, 4000],
    [500, 4000, 4000],
    [1000, 4000, 4000],
  ]);
  expect(await nodes[0]?.sign('192.0.2.1', 'acme-export', 'x')).toBe('login_refused');
  // The others have not looked yet, and a right password is asked about all the same.
  for (const { sign } of nodes) expect(await sign('192.0.2.1', 'acme-export', 'secret')).toBe('too_many_attempts');

  const guesses = nodes.flatMap(({ sign }) => Array.from({ length: 15 }, (_, i) => sign('192.0.2.2', `any${i}`, 'x')));
  const codes = await Promise.all(guesses);
  expect(codes.filter((code) => code === 'login_refused')).toHaveLength(10);
  expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(35);
});

it('counts guesses at one name over all processes, and spares from where it signs in', async () => {
  const { depot } = await world();
  const nodes = [openNode(depot), openNode(depot)];
  expect(await nodes[0]?.sign('203.0.113.1', 'acme-export', 'secret')).toBe('in');
  await nodes[0]?.gate.close();
  nodes[0] = openNode(depot);
  for (let i = 0; i < 20; i++)
    expect(await nodes[i % 2]?.sign(`198.51.100.${i}`, 'acme-export', 'x')).toBe('login_refused');
  for (const { sign } of nodes) {
    expect(await sign('198.51.100.99', 'acme-export', 'secret')).toBe('too_many_attempts');
    expect(await sign('203.0.113.1', 'acme-export', 'x')).toBe('login_refused');
  }
});

it('a process that was not there when a ban was laid keeps it, before anybody speaks', async () => {
  const { depot, listed } = await world();
  const first = openNode(depot);
  for (let i = 0; i < 10; i++) await first.sign('192.0.2.1', 'nobody', 'x');
  await first.gate.close();
  expect(await listed()).toEqual([['address', '192.0.2.1']]);
  const { gate } = openNode(depot);
  await until('it has heard of it', () => {
    try {
      gate.admit('ftp', 'ftp', '192.0.2.1').release();
      return false;
    } catch (error) {
      return codeOf(error) === 'too_many_attempts';
    }
  });
});

it('bans while the database cannot be told, and tells it later', async () => {
  const { depot, listed } = await world();
  const { sign } = openNode(depot);
  await database().sql`alter table penalties rename to penalties_away`;
  for (let i = 0; i < 10; i++) await sign('192.0.2.1', 'nobody', 'x');
  expect(await sign('192.0.2.1', 'acme-export', 'secret')).toBe('too_many_attempts');
  await database().sql`alter table penalties_away rename to penalties`;
  await until('the ban is listed', async () => (await listed()).length === 1);
});

it('counts the sessions of a tenant over all processes, however many come at once', async () => {
  const { depot } = await world();
  await addTenant(depot, { id: 'other', name: 'Other' });
  await addCredential(depot, { tenantId: 'other', username: 'other-export' });
  const nodes = [openNode(depot), openNode(depot), openNode(depot)];
  const come = () =>
    Promise.allSettled(nodes.flatMap(({ open }) => Array.from({ length: 4 }, () => open('192.0.2.1'))));
  for (let round = 0; round < 5; round++) {
    const sessions = await come();
    const inside = sessions.filter((one) => one.status === 'fulfilled');
    expect(inside).toHaveLength(3);
    expect(new Set(sessions.flatMap((one) => (one.status === 'rejected' ? [codeOf(one.reason)] : [])))).toEqual(
      new Set(['too_many_connections']),
    );
    (await nodes[0]?.open('192.0.2.1', 'other-export'))?.close();
    for (const { value } of inside) value.close();
    await until('they are gone', async () => (await database().sql`select from session_places`).length === 0);
  }
});

it('gives back the sessions of a process that was killed, and takes its own again that a crash of the database forgot', async () => {
  const { depot } = await world();
  const { open } = openNode(depot);
  // Of a killed process, which renews nothing.
  const dead = '00000000-0000-4000-8000-000000000000';
  await database().sql`
    insert into session_places (tenant_id, place, keeper, until)
    select 'acme', place, ${dead}, now() + interval '15 seconds' from generate_series(1, 3) place`;
  await expect(open('192.0.2.1')).rejects.toMatchObject({ code: 'too_many_connections' });
  await database().sql`update session_places set until = until - interval '15 seconds'`;
  await open('192.0.2.1');
  // Unlogged tables are empty after a crash.
  await database().sql`truncate session_places`;
  await until('it stands there again', async () => (await database().sql`select from session_places`).length === 1);
});
