import type { Remote } from '../../src/pull/remote.ts';
import { memoryRemote, type MemoryFile } from '../../src/pull/remote/memory.ts';
import { openRemote } from '../../src/pull/open-remote.ts';
import { sharedDatabase } from '../support/server.ts';
import { startArrivage } from '../support/remotes/arrivage.ts';
import type { RemoteServer } from '../support/remotes/daemon.ts';
import { hasProftpd, startProftpd } from '../support/remotes/proftpd.ts';
import { hasSshd, startSshd } from '../support/remotes/sshd.ts';
import { hasVsftpd, startVsftpd } from '../support/remotes/vsftpd.ts';
import { remoteContract, type TestedRemote } from './remote.ts';

function tested(start: () => Promise<RemoteServer>): () => Promise<TestedRemote> {
  return async () => {
    const { connector, ...server } = await start();
    const open = (): Promise<Remote> =>
      openRemote(connector, { privateTargets: ['127.0.0.1'] }, new AbortController().signal);
    return { ...server, open };
  };
}

remoteContract('a server in memory', () => {
  const files = new Map<string, MemoryFile>();
  const modified = new Date();
  return Promise.resolve({
    open: () => Promise.resolve(memoryRemote(files)),
    put(name, bytes) {
      files.set(name, { bytes: Buffer.from(bytes), modified });
      return Promise.resolve(modified);
    },
    names: (folder) =>
      Promise.resolve(
        [...files.keys()]
          .filter((name) => name.startsWith(`${folder}/`))
          .map((name) => name.slice(`${folder}/`.length))
          .sort(),
      ),
  });
});

remoteContract('OpenSSH', tested(startSshd), hasSshd);

for (const protocol of ['ftp', 'ftps', 'ftps-implicit'] as const) {
  remoteContract(
    `vsftpd (${protocol})`,
    tested(() => startVsftpd(protocol)),
    hasVsftpd,
  );
  remoteContract(
    `proftpd (${protocol})`,
    tested(() => startProftpd(protocol)),
    hasProftpd,
  );
}

const database = sharedDatabase();
for (const protocol of ['sftp', 'ftp', 'ftps', 'ftps-implicit'] as const)
  remoteContract(
    `arrivage (${protocol})`,
    tested(() => startArrivage(protocol, database())),
  );
