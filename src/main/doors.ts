import { join } from 'node:path';
import { openDropFolder } from '../drop/watch.ts';
import { openFiles } from '../files/open-files.ts';
import { passivePorts } from '../ftp/passive-ports.ts';
import { startFtp, type Listener as FtpListener } from '../ftp/server.ts';
import { behindProxies } from '../proxied/arrivals.ts';
import type { OpenGate } from '../auth/gate.ts';
import { startSftp, type Listener as SftpListener } from '../sftp/server.ts';
import type { Foundation } from './foundation.ts';
import type { Identity } from './identity.ts';
import { keepOwnPorts, type OpenPort } from './own-ports.ts';
import { portTrouble, starting } from './start-failure.ts';

export interface DoorOptions {
  foundation: Foundation;
  gate: OpenGate;
  identity: Identity;
}

/** As bound; undefined where the door is closed by its setting. */
interface DoorPorts {
  sftp: number | undefined;
  ftp: number | undefined;
  ftps: number | undefined;
}

export interface Doors {
  readonly ports: DoorPorts;
  readonly dropFolder: string;
  /** Stops accepting; transfers may finish for this long, and stay resumable otherwise. */
  close(graceMs: number): Promise<void>;
}

/** Opens every door that the settings name, and the ports of tenants' own. @throws StartFailure; nothing stays open */
export async function openDoors(options: DoorOptions): Promise<Doors> {
  const { foundation } = options;
  const { config, database, log } = foundation;
  const { sftp, ftp } = openers(options);
  const open: OpenPort[] = [];
  const close = async (graceMs: number) => {
    await Promise.all(open.map((door) => door.close(graceMs)));
  };
  const shared = async (door: string, setting: string, port: number | undefined, opener: Opener) => {
    if (port === undefined) return undefined;
    const opened = await starting(opener({ host: config.host, port }), portTrouble(door, setting, config.host, port));
    open.push(opened);
    return opened.ports[0];
  };
  try {
    const ports = {
      sftp: await shared('SFTP', 'ARRIVAGE_SFTP_PORT', config.ports.sftp, sftp),
      ftp: await shared('FTP', 'ARRIVAGE_FTP_PORT', config.ports.ftp, ftp(false)),
      ftps: await shared('FTPS', 'ARRIVAGE_FTPS_PORT', config.ports.ftps, ftp(true)),
    };
    const dropFolder = join(config.dataDir, 'drop');
    open.push(await openDropFolder({ depot: foundation, folder: dropFolder, polling: config.dropPolling }));
    open.push(
      keepOwnPorts({
        database,
        log,
        open: ({ tenantId, protocol, port, legacy }) => {
          const listener = { host: config.host, port, onlyTenant: tenantId };
          return protocol === 'sftp' ? sftp({ ...listener, legacy }) : ftp(protocol === 'ftps')(listener);
        },
      }),
    );
    return { ports, dropFolder, close };
  } catch (error) {
    await close(0);
    throw error;
  }
}

type Opener = (listener: SftpListener) => Promise<OpenPort & { readonly ports: readonly number[] }>;

function openers({ foundation, gate, identity }: DoorOptions) {
  const { config, log, events } = foundation;
  const common = {
    config,
    gate,
    log,
    openFiles: (session: Parameters<typeof openFiles>[0]) => openFiles(session, foundation),
  };
  const hostKeys = identity.hostKeys.map(({ privateKey }) => privateKey);
  const arrivals = behindProxies(config.proxies, log);
  const passive = passivePorts({ ...config.ports.passive, publicHost: config.publicHost }, arrivals);
  return {
    sftp: (listener: SftpListener) => startSftp({ ...common, arrivals, events, hostKeys, listen: [listener] }),
    ftp: (implicitTls: boolean) => (listener: Omit<FtpListener, 'implicitTls'>) =>
      startFtp({
        ...common,
        tls: (own) => identity.tls(own),
        passive,
        arrivals,
        active: config.ftpActive,
        listen: [{ ...listener, implicitTls }],
      }),
  };
}
