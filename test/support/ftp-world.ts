import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { type PassiveOptions, passivePorts } from '../../src/ftp/passive-ports.ts';
import { ftpSecureContext } from '../../src/ftp/secure.ts';
import { type FtpDoor, type FtpOptions, startFtp } from '../../src/ftp/server.ts';
import { makeOwn } from '../../src/identity/certificate.ts';
import { openWorkplace, type Workplace } from './openssh.ts';
import { type DepotOptions, type TestServer, addCredential, addTenant, testServer } from './server.ts';

export const PASSWORD = 'mot de passe -x éàü "quoted"';

/** The FTP door over a real database and a real spool, for tenant `acme`, and a client's side, until the test ends. */
export interface FtpWorld {
  server: TestServer;
  client: Workplace;
  /** Explicit TLS, and clear for `acme-clear`. */
  port: number;
  /** Implicit TLS. */
  tlsPort: number;
  /** A port of acme's own. */
  tenantPort: number;
  /** Serves another certificate from now on. */
  renew: () => void;
  /** Another door on the same database and spool. */
  openDoor: (options: Pick<FtpOptions, 'active'>) => Promise<FtpDoor>;
  close: (graceMs: number) => Promise<void>;
  aborted: () => number;
  uploads: () => Promise<{ path: string; size: number; sha256: string }[]>;
  /** Bytes of all partials, being written or resumable. */
  partialBytes: () => Promise<number>;
}

/** Certificate and key in one PEM, made once per test file. */
const pem = makeOwn(['localhost', '127.0.0.1'], new Date());

export interface FtpWorldOptions extends DepotOptions, Partial<Pick<FtpOptions, 'active'>> {
  passive?: PassiveOptions;
  maxFileBytes?: number;
  language?: 'fr' | 'en';
}

/** `acme-export` must use TLS; `acme-clear` need not. Both have `PASSWORD`. */
export async function ftpWorld(options: FtpWorldOptions): Promise<FtpWorld> {
  const { maxFileBytes = 10 * 2 ** 30, language = 'fr', active = false } = options;
  const passive = passivePorts(options.passive ?? { from: 42000, to: 42400, publicHost: undefined });
  const server = await testServer(options);
  const client = await openWorkplace();
  onTestFinished(() => client.remove());
  await addTenant(server, { trigger: 'each', maxFileBytes, language });
  await addTenant(server, { id: 'other' });
  await addCredential(server, { password: PASSWORD });
  const clear = { username: 'acme-clear', allowCleartextFtp: true };
  await addCredential(server, { password: PASSWORD, ...clear, id: randomUUID() });
  await addCredential(server, { password: PASSWORD, tenantId: 'other', username: 'other-export', id: randomUUID() });

  let aborted = 0;
  server.events.on('transfer.aborted', () => (aborted += 1));
  let certificate = pem;
  const host = '127.0.0.1';
  const listen = [
    { host, port: 0, implicitTls: false },
    { host, port: 0, implicitTls: true },
    { host, port: 0, implicitTls: false, onlyTenant: 'acme' },
  ];
  const { config, gate, openFiles, log, database, spool } = server;
  const contextOf = (pem: string) => ftpSecureContext({ cert: pem, key: pem });
  let shared = contextOf(certificate);
  const tls = (own: boolean) => (own ? contextOf(certificate) : shared);
  async function openDoor({ active }: Pick<FtpOptions, 'active'>): Promise<FtpDoor> {
    const opened = await startFtp({ config, gate, openFiles, log, active, passive, listen, tls });
    onTestFinished(() => opened.close(0));
    return opened;
  }
  const door = await openDoor({ active });
  const [port = 0, tlsPort = 0, tenantPort = 0] = door.ports;
  return {
    server,
    client,
    port,
    tlsPort,
    tenantPort,
    renew() {
      certificate = makeOwn(['localhost'], new Date());
      shared = contextOf(certificate);
    },
    openDoor,
    close: (graceMs) => door.close(graceMs),
    aborted: () => aborted,
    uploads: async () => database.sql`select path, size::float8 as size, sha256 from uploads order by received_at, id`,
    partialBytes: async () => (await spool.partials.list('acme')).reduce((sum, { size }) => sum + size, 0),
  };
}
