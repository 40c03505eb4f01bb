import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import ssh2 from 'ssh2';
import { onTestFinished } from 'vitest';
import { credentials } from '../../src/db/schema/tables.ts';
import { makeKeyPair } from '../../src/identity/key-pair.ts';
import { startSftp } from '../../src/sftp/server.ts';
import { openWorkplace, type Workplace } from './openssh.ts';
import { type DepotOptions, type TestServer, addCredential, addTenant, testServer } from './server.ts';

export const PASSWORD = 'mot de passe éàü "quoted"';

/** The SFTP door over a real database and a real spool, for tenant `acme`, and a client's side, until the test ends. */
export interface SftpWorld {
  server: TestServer;
  client: Workplace;
  port: number;
  /** A port of acme's own. */
  tenantPort: number;
  /** Another, opened to older clients. */
  legacyPort: number;
  close: (graceMs: number) => Promise<void>;
  aborted: () => number;
  uploads: () => Promise<{ path: string; size: number; sha256: string }[]>;
  /** What each upload holds of an earlier one. */
  inherited: () => Promise<unknown[]>;
  /** Bytes of all partials, being written or resumable. */
  partialBytes: () => Promise<number>;
  revoke: () => Promise<void>;
}

/** Made once per test file. Both, as in production: older clients know only one of them. */
const hostKeys = [makeKeyPair().private, ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 }).private];

/** `key`: a key pair of the client's of that type, `client.file(key)`, is registered. */
export async function sftpWorld(
  options: DepotOptions & { key?: 'ed25519' | 'rsa'; maxFileBytes?: number } = {},
): Promise<SftpWorld> {
  const { key = 'ed25519', maxFileBytes = 10 * 2 ** 30 } = options;
  const server = await testServer(options);
  const client = await openWorkplace();
  onTestFinished(() => client.remove());
  const line = await client.makeKey(key, key);
  await addTenant(server, { trigger: 'each', maxFileBytes });
  await addTenant(server, { id: 'other' });
  const publicKeys = [Buffer.from(line.split(' ')[1] ?? '', 'base64')];
  const { id } = await addCredential(server, { password: PASSWORD, publicKeys });
  await addCredential(server, { password: PASSWORD, tenantId: 'other', username: 'other-export', id: randomUUID() });

  let aborted = 0;
  server.events.on('transfer.aborted', () => (aborted += 1));
  const host = '127.0.0.1';
  const listen = [
    { host, port: 0 },
    { host, port: 0, onlyTenant: 'acme' },
    { host, port: 0, onlyTenant: 'acme', legacy: true },
  ];
  const { config, gate, openFiles, events, log, database, spool } = server;
  const door = await startSftp({ config, hostKeys, listen, gate, openFiles, events, log });
  onTestFinished(() => door.close(0));
  const [port = 0, tenantPort = 0, legacyPort = 0] = door.ports;
  return {
    server,
    client,
    port,
    tenantPort,
    legacyPort,
    close: (graceMs) => door.close(graceMs),
    aborted: () => aborted,
    inherited: async () =>
      (await database.sql`select inherited from uploads order by received_at, id`).map(
        (row) => row['inherited'] as unknown,
      ),
    uploads: async () => database.sql`select path, size::float8 as size, sha256 from uploads order by received_at, id`,
    partialBytes: async () => (await spool.partials.list('acme')).reduce((sum, { size }) => sum + size, 0),
    async revoke() {
      await database.db.update(credentials).set({ revokedAt: new Date() }).where(eq(credentials.id, id));
    },
  };
}
