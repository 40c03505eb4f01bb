import { expect, it, onTestFinished } from 'vitest';
import { liftBans, listBans } from '../../src/db/bans.ts';
import { banSubjects } from '../../src/session/bans.ts';
import { openGate } from '../../src/session/gate.ts';
import { until } from '../support/clients.ts';
import { type TestDepot, addCredential, addTenant, sharedDatabase, testDepot } from '../support/server.ts';

const database = sharedDatabase();
const limits = { connections: 100, connectionsPerAddress: 50, sessionsPerTenant: 30 };
const codeOf = (error: unknown) => (error as { code: string }).code;

/** A process's gate; `sign` gives the session or the refusal's code. */
function openNode(depot: TestDepot) {
  const gate = openGate({ ...depot, limits, now: () => 0, wait: () => Promise.resolve() });
  onTestFinished(() => gate.close());
  const sign = async (address: string, username: string, password: string) => {
    try {
      const admission = gate.admit('sftp', 'sftp', address);
      try {
        await gate.withPassword(admission, username, password, { cleartext: false });
        return 'in';
      } finally {
        admission.release();
      }
    } catch (error) {
      return codeOf(error);
    }
  };
  return { gate, sign };
}

async function world() {
  const depot = await testDepot({ database: database() });
  await addTenant(depot);
  await addCredential(depot);
  const listed = async () =>
    (await listBans(database())).map(({ kind, subject, processes }) => [kind, subject, processes]);
  const lift = (whom: string) => database().db.transaction((tx) => liftBans(tx, banSubjects(whom)));
  return { depot, listed, lift };
}

it('lists who is banned in any process, and lets in again in all of them whom an operator lifts', async () => {
  const { depot, listed, lift } = await world();
  const [one, two] = [openNode(depot), openNode(depot)];
  for (const { sign } of [one, two])
    for (let i = 0; i < 10; i++) expect(await sign('2001:db8:0:1::7', `guess${i}`, 'x')).toBe('login_refused');
  for (let i = 0; i < 20; i++) await one.sign(`198.51.100.${i}`, 'acme-export', 'x');
  // Nobody has such a name: not worth a line that strangers write.
  for (let i = 0; i < 20; i++) await one.sign(`198.51.101.${i}`, 'a\u001b[2J', 'x');
  await until('the bans are listed', async () => (await listed()).length === 2);
  expect(await listed()).toEqual(
    expect.arrayContaining([
      ['address', '2001:db8:0:1::/64', 2],
      ['username', 'acme-export', 1],
    ]),
  );

  expect(await one.sign('2001:db8:0:1::8', 'acme-export', 'secret')).toBe('too_many_attempts');
  expect(await lift('203.0.113.1')).toEqual([]);
  expect(await lift('2001:0DB8:0:1:0::9')).toEqual([{ kind: 'address', subject: '2001:db8:0:1::/64' }]);
  expect(await lift('2001:db8:0:1::/64')).toEqual([]);
  expect(await listed()).toEqual([['username', 'acme-export', 1]]);
  await until(
    'the other process has heard of it',
    async () => (await two.sign('2001:db8:0:1::7', 'acme-export', 'secret')) === 'in',
  );
  expect(await one.sign('203.0.113.5', 'acme-export', 'secret')).toBe('too_many_attempts');
  expect(await lift('acme-export')).toEqual([{ kind: 'username', subject: 'acme-export' }]);
  await until('the customer is let in', async () => (await one.sign('203.0.113.5', 'acme-export', 'secret')) === 'in');
  expect(await one.sign('203.0.113.5', 'acme-export', 'x')).toBe('login_refused');
});

it('bans again after a lift, and takes its bans along when it ends', async () => {
  const { depot, listed, lift } = await world();
  const { gate, sign } = openNode(depot);
  const guess = async () => {
    for (let i = 0; i < 10; i++) expect(await sign('192.0.2.1', 'acme-export', 'x')).toBe('login_refused');
    await until('the ban is listed', async () => (await listed()).length === 1);
  };
  await guess();
  await lift('192.0.2.1');
  await until('it is lifted', async () => (await sign('192.0.2.1', 'acme-export', 'secret')) === 'in');
  await guess();
  expect(await sign('192.0.2.1', 'acme-export', 'secret')).toBe('too_many_attempts');
  await gate.close();
  expect(await listed()).toEqual([]);
});

it('bans while the database cannot be told, and tells it later', async () => {
  const { depot, listed } = await world();
  const { sign } = openNode(depot);
  await database().sql`alter table bans rename to bans_away`;
  for (let i = 0; i < 10; i++) await sign('192.0.2.1', 'nobody', 'x');
  expect(await sign('192.0.2.1', 'acme-export', 'secret')).toBe('too_many_attempts');
  await database().sql`alter table bans_away rename to bans`;
  await until('the ban is listed', async () => (await listed()).length === 1);
});
