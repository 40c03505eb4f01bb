import ssh2 from 'ssh2';
import { onTestFinished } from 'vitest';
import type { Database } from '../../../src/db/client.ts';
import { passivePorts } from '../../../src/ftp/passive-ports.ts';
import { ftpSecureContext } from '../../../src/ftp/secure.ts';
import { startFtp } from '../../../src/ftp/server.ts';
import { makeOwn } from '../../../src/identity/certificate.ts';
import { fingerprintOf } from '../../../src/identity/host-keys.ts';
import { makeKeyPair } from '../../../src/identity/key-pair.ts';
import type { Connector } from '../../../src/model/connector.ts';
import { resolvePath, root } from '../../../src/model/virtual-path.ts';
import { startSftp } from '../../../src/sftp/server.ts';
import { addCredential, addTenant, filesOf, testServer, type TestServer } from '../server.ts';
import { basicConnector, type RemoteServer } from './daemon.ts';

const pem = makeOwn(['127.0.0.1'], new Date());
const hostKey = makeKeyPair().private;
const listen = { host: '127.0.0.1', port: 0 };

/** Another arrivage, whose tenant's folder `export` is pulled from. */
export async function startArrivage(protocol: Connector['protocol'], database: Database): Promise<RemoteServer> {
  const server = await testServer({ database });
  const tenant = await addTenant(server);
  const { username, password } = await addCredential(server, { allowCleartextFtp: protocol === 'ftp' });
  const files = filesOf(server, tenant);
  const folder = resolvePath(root, '/export');
  await files.makeFolder(folder);
  const door = protocol === 'sftp' ? await openSftp(server) : await openFtp(server, protocol === 'ftps-implicit');
  return {
    connector: { ...basicConnector, ...door, protocol, username, password, directory: '/export' },
    async put(name, bytes) {
      const inbound = await files.receive(resolvePath(folder, name), { kind: 'replace' });
      await inbound.write(Buffer.from(bytes));
      await inbound.commit();
      return new Date();
    },
    names: async (inner = '.') => (await files.list(resolvePath(folder, inner))).entries.map(({ name }) => name).sort(),
  };
}

async function openSftp(server: TestServer): Promise<Pick<Connector, 'port' | 'hostKey'>> {
  const door = await startSftp({ ...server, hostKeys: [hostKey], listen: [listen] });
  onTestFinished(() => door.close(0));
  const parsed = ssh2.utils.parseKey(hostKey);
  if (parsed instanceof Error) throw parsed;
  return { port: door.ports[0] ?? 0, hostKey: fingerprintOf(parsed.getPublicSSH()) };
}

async function openFtp(server: TestServer, implicitTls: boolean): Promise<Pick<Connector, 'port' | 'ca'>> {
  const context = ftpSecureContext({ cert: pem, key: pem });
  const passive = passivePorts({ from: 42_500, to: 42_900, publicHost: undefined });
  const door = await startFtp({
    ...server,
    active: false,
    passive,
    tls: () => context,
    listen: [{ ...listen, implicitTls }],
  });
  onTestFinished(() => door.close(0));
  return { port: door.ports[0] ?? 0, ca: pem };
}
