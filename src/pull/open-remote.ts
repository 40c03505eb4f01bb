import type { Connector } from '../model/connector.ts';
import type { Remote, RemoteOptions } from './remote.ts';
import { openFtp } from './remote/ftp.ts';
import { openSftp } from './remote/sftp.ts';

/**
 * Connects to a tenant's own server and enters the connector's folder.
 * @throws ArrivageError naming what failed and what to change; the signal's reason when it is aborted
 */
export function openRemote(connector: Connector, options: RemoteOptions, signal: AbortSignal): Promise<Remote> {
  return connector.protocol === 'sftp' ? openSftp(connector, options, signal) : openFtp(connector, options, signal);
}
