import type { Config } from '../config.ts';
import { ArrivageError } from '../errors.ts';
import { penaltyGroup } from './address.ts';

/** Counts who is inside, and gives each taken place back exactly once. */
export function openPlaces(
  limits: Pick<Config['limits'], 'connections' | 'connectionsPerAddress' | 'sessionsPerTenant'>,
) {
  const connections = counter();
  const perAddress = counter();
  const perTenant = counter();

  return {
    /** @throws too_many_connections */
    takeConnection(address: string): () => void {
      const group = penaltyGroup(address);
      if (connections.of('') >= limits.connections || perAddress.of(group) >= limits.connectionsPerAddress)
        throw new ArrivageError('too_many_connections');
      const leave = [connections.take(''), perAddress.take(group)];
      return once(() => leave.forEach((one) => one()));
    },
    /** @throws too_many_connections */
    takeSession(tenant: string): () => void {
      if (perTenant.of(tenant) >= limits.sessionsPerTenant) throw new ArrivageError('too_many_connections');
      return perTenant.take(tenant);
    },
  };
}

function counter() {
  const counts = new Map<string, number>();
  const change = (key: string, by: number): void => {
    const count = (counts.get(key) ?? 0) + by;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
  };
  return {
    of: (key: string): number => counts.get(key) ?? 0,
    take(key: string): () => void {
      change(key, 1);
      return () => change(key, -1);
    },
  };
}

/** An action that happens at most once. */
export function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
