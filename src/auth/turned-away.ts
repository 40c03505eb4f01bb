import type { Events } from '../events.ts';
import type { Log } from '../log.ts';
import type { Door } from '../model/tenant.ts';
import { seldom } from './seldom.ts';

/** Counts each connection that got or kept no place, and logs some of them: anyone can cause any number. */
export function tellTurnedAway(events: Pick<Events, 'emit'>, log: Log, now: () => number) {
  const sometimes = seldom(now);
  return (door: Door, address: string, code: string): void => {
    events.emit('connection.refused', { door, address, code });
    sometimes(`${door} ${code}`, (more) => log.info({ door, address, code, more }, 'connection turned away'));
  };
}
