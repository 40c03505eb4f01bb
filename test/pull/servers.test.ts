import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pinHostKey } from '../../src/db/queries/tenants/connectors.ts';
import { syncs } from '../../src/db/schema/tables.ts';
import { storeConnector } from '../../src/pull/connector-store.ts';
import { createPull } from '../../src/pull/pull.ts';
import { proxyTo } from '../support/proxy.ts';
import type { RemoteServer } from '../support/remotes/daemon.ts';
import { hasProftpd, startProftpd } from '../support/remotes/proftpd.ts';
import { hasSshd, startSshd } from '../support/remotes/sshd.ts';
import { hasVsftpd, startVsftpd } from '../support/remotes/vsftpd.ts';
import { addTenant, sharedDatabase, testDepot } from '../support/server.ts';
import { keyring } from './pull-world.ts';

const database = sharedDatabase();
const large = randomBytes(4_000_000);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Pulls over a line that breaks once in the middle of the large file. */
async function pullOverBrokenLine({ connector, put, names }: RemoteServer) {
  await put('clients.csv', 'code;nom\n1;Durand\n');
  await put('ecritures.csv', large);
  const proxy = await proxyTo(`tcp://127.0.0.1:${connector.port}`);
  const depot = await testDepot({ database: database() });
  const tenant = await addTenant(depot);
  const { tenantId: _, password, privateKey, passphrase, hostKey, ...settings } = connector;
  await storeConnector(
    depot.database,
    keyring,
    tenant.id,
    {
      ...{ ...settings, port: Number(new URL(proxy.url).port), afterReading: { kind: 'move', folder: 'lus' } },
      files: {
        clients: { pattern: 'clients*.csv', take: 'newest' },
        ecritures: { pattern: 'ecritures*.csv', take: 'newest' },
      },
    },
    { password, privateKey, passphrase },
  );
  if (hostKey !== null) await pinHostKey(depot.database.db, tenant.id, hostKey);
  const row = { tenantId: tenant.id, cause: 'request', fetch: true, state: 'running' as const };
  const [sync] = await depot.database.db.insert(syncs).values(row).returning({ id: syncs.id });

  const seen: number[] = [];
  let cutAt: number | undefined;
  const pauses: number[] = [];
  const pull = createPull({
    ...{ depot, keyring, privateTargets: ['127.0.0.1'] },
    async pause(ms) {
      pauses.push(ms);
      await proxy.start();
    },
  });
  const request = { id: sync?.id ?? 0, datasets: null, force: false, dryRun: false };
  const result = await pull.fetch(tenant, request, new AbortController().signal, (bytes) => {
    seen.push(bytes);
    if (cutAt !== undefined || bytes < 500_000) return;
    cutAt = bytes;
    proxy.stop();
  });
  const uploads = await depot.database.sql`select path, sha256, state from uploads order by path`;
  return { result, uploads, pauses, seen, cutAt, left: await names(), moved: await names('lus') };
}

const servers: [string, () => Promise<RemoteServer>, boolean][] = [
  ['OpenSSH', startSshd, hasSshd],
  ['vsftpd (ftps)', () => startVsftpd('ftps'), hasVsftpd],
  ['proftpd (ftps)', () => startProftpd('ftps'), hasProftpd],
];

describe.each(servers)('a pull from %s', (_, start, present) => {
  it.skipIf(!present)('goes on where the line broke, stores what is there, and tidies up after itself', async () => {
    const { result, uploads, pauses, seen, cutAt = 0, left, moved } = await pullOverBrokenLine(await start());
    expect(result).toEqual({ taken: 2, missing: [] });
    expect([...uploads]).toEqual([
      { path: '/clients.csv', sha256: sha256(Buffer.from('code;nom\n1;Durand\n')), state: 'gathered' },
      { path: '/ecritures.csv', sha256: sha256(large), state: 'gathered' },
    ]);
    expect(pauses).toHaveLength(1);
    expect(cutAt).toBeGreaterThanOrEqual(500_000);
    // Never back to the beginning of the file that was cut.
    // Bytes that were just arriving when it broke may come again.
    expect(Math.min(...seen.slice(seen.indexOf(cutAt)))).toBeGreaterThan(cutAt - 65_536);
    expect([left, moved]).toEqual([['lus'], ['clients.csv', 'ecritures.csv']]);
  });
});
