import { type Socket, connect } from 'node:net';
import { ArrivageError, verbatim } from '../../errors.ts';
import type { Connector } from '../../model/connector.ts';
import { checkedLookup, resolveTarget, type Target } from '../../outbound/target.ts';
import { type RemoteOptions, remoteLimits } from '../remote.ts';

/**
 * A connection to a tenant's own server, where its name leads now.
 * @throws host_not_found, target_refused, connection_refused, unreachable
 */
export async function reach(
  { host, port, tenantId }: Pick<Connector, 'host' | 'port' | 'tenantId'>,
  { privateTargets, limits = remoteLimits, passed }: RemoteOptions,
  signal: AbortSignal,
): Promise<Socket> {
  const target = await resolveTarget(host, privateTargets, tenantId);
  passed?.('resolve', target.addresses.map(({ address }) => address).join(', '));
  const socket = await dial(target, port, limits.connectMs, signal);
  passed?.('connect', `${socket.remoteAddress ?? host}:${port}`);
  return socket;
}

/** A control connection says nothing while its file travels: a NAT on the way would forget it. */
const KEEP_ALIVE_MS = 60_000;

/**
 * A connection to one of the checked addresses.
 * @throws connection_refused, unreachable (a time-out among them)
 */
export function dial(target: Target, port: number, limitMs: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: target.host, port, lookup: checkedLookup(target), autoSelectFamily: true });
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      socket.off('connect', connected).off('error', failed);
      socket.on('error', () => undefined);
      if (error === undefined) resolve(socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS));
      else reject(error);
      if (error !== undefined) socket.destroy();
    };
    const connected = (): void => settle();
    const aborted = (): void => settle(signal.reason as Error);
    const failed = (error: NodeJS.ErrnoException): void => settle(explain(error, target.host, port));
    const late = (): void =>
      settle(new ArrivageError('unreachable', { host: target.host, port, why: verbatim('ETIMEDOUT') }));
    const timer = setTimeout(late, limitMs);
    socket.once('connect', connected).once('error', failed);
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) aborted();
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): ArrivageError {
  if (error.code === 'ECONNREFUSED') return new ArrivageError('connection_refused', { host, port }, error);
  return new ArrivageError('unreachable', { host, port, why: verbatim(error.code ?? error.message) }, error);
}
