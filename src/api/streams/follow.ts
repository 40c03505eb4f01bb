import type { Sql } from '../../db/client.ts';
import { eventsBehind, stateOfSync, type LiveScope, type Look, type OpenSync } from '../../db/queries/events/live.ts';
import { openPace } from '../middleware/pace.ts';
import { eventText, HEARTBEAT, retryText } from './sse.ts';
import type { Write } from './streamed.ts';
import type { Watch } from './watch.ts';

const RETRY_MS = 2000;
const HEARTBEAT_MS = 15_000;
const BATCH = 200;

export interface Following {
  sql: Sql;
  watch: Watch;
  write: Write;
  signal: AbortSignal;
  scope: LiveScope;
}

/**
 * Tells stored events behind `from` (those from now on, where it is undefined) and progress, until the signal or, of
 * one sync, its end.
 */
export async function follow({ sql, watch, write, signal, scope }: Following, from?: number): Promise<void> {
  const progressIn = openProgress(scope);
  let position = from;
  let toldAt = performance.now();
  await write(retryText(RETRY_MS));
  for (let seen = await watch.next(signal); seen; seen = await watch.next(signal)) {
    position ??= seen.lastEvent;
    const end = await endOf(sql, scope, seen);
    let text = progressIn(seen);
    // What ended a sync was stored with its end, perhaps after this look at the events.
    if (seen.lastEvent > position || end) {
      const events = await eventsBehind(sql, scope, position, BATCH);
      text += events.map(({ id, type, ...data }) => eventText({ id, event: type, data })).join('');
      const last = events.at(-1)?.id ?? position;
      position = events.length < BATCH ? Math.max(last, seen.lastEvent) : last;
      if (events.length < BATCH && end) text += eventText({ event: 'sync.progress', data: end });
    }
    if (text === '' && performance.now() - toldAt >= HEARTBEAT_MS) text = HEARTBEAT;
    if (text !== '') {
      await write(text);
      toldAt = performance.now();
    }
    if (end && position >= seen.lastEvent) return;
  }
}

type Told = Pick<OpenSync, 'tenant' | 'state'> & { sync: number };

/** How a sync ended; undefined where it is still open, or the scope is more than one sync. */
async function endOf(sql: Sql, { sync, tenant }: LiveScope, seen: Look): Promise<Told | undefined> {
  if (sync === null || tenant === null || seen.open.has(sync)) return undefined;
  const state = await stateOfSync(sql, tenant, sync);
  // Queued anew since the look: go on.
  return state === 'queued' || state === 'running' ? undefined : { sync, tenant, state: state ?? 'failed' };
}

/** What is new of the open syncs, as text. */
function openProgress({ tenant, sync }: LiveScope): (seen: Look) => string {
  const told = new Map<number, { last: string; pace: ReturnType<typeof openPace> }>();
  const textOf = ({ id, tenant: of, state, progress }: OpenSync): string => {
    const known = told.get(id) ?? { last: '', pace: openPace() };
    const now = JSON.stringify([state, progress]);
    if (now === known.last) return '';
    told.set(id, { ...known, last: now });
    const pace = progress && known.pace(progress, performance.now());
    return eventText({ event: 'sync.progress', data: { sync: id, tenant: of, state, ...progress, ...pace } });
  };
  return ({ open }) => {
    for (const id of told.keys()) if (!open.has(id)) told.delete(id);
    return [...open.values()]
      .filter((one) => (tenant === null || one.tenant === tenant) && (sync === null || one.id === sync))
      .map(textOf)
      .join('');
  };
}
