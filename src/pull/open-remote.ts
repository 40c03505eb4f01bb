import type { Connector } from '../model/connector.ts';
import type { Remote, RemoteOptions } from './remote.ts';

/**
 * Connects to a tenant's own server and enters the connector's folder.
 * @throws ArrivageError naming the step that failed and what to change; the signal's reason when it is aborted
 */
export function openRemote(_connector: Connector, _options: RemoteOptions, _signal: AbortSignal): Promise<Remote> {
  return Promise.reject(new Error('not built yet'));
}
