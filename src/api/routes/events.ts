import { z } from '@hono/zod-openapi';
import { eventsBehind, type LiveScope } from '../../db/queries/events/live.ts';
import { follow } from '../streams/follow.ts';
import { openSeats } from '../../base/shares.ts';
import { createRouter, type ApiContext, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint } from '../contract/endpoint.ts';
import { InvalidRequest } from '../contract/invalid.ts';
import { streamed, type Write } from '../streams/streamed.ts';
import { openWatch } from '../streams/watch.ts';
import { namedSync, syncPath } from './syncs.ts';

/** Then the client comes back. */
const LONGEST_MS = 3_600_000;

const SSE = 'text/event-stream';
const tags = ['events'];
const headers = z.object({
  'Last-Event-ID': z.string().optional().openapi({ description: 'Goes on behind this event.' }),
});
const description = [
  'Stored events (`sync.completed`, `sync.failed`, `sync.held`, `upload.quarantined`, `upload.expected_missing`) have',
  'ids; `sync.progress` has none and tells the state of an open sync, its stage, bytes and rows done, rate and time',
  'left. Comments keep the connection alive. The stream ends after an hour: come back with Last-Event-ID.',
].join('\n');
const stream = { description: 'The events.', content: { [SSE]: { schema: z.string() } } };

const all = endpoint('read', {
  method: 'get',
  path: '/events',
  tags,
  operationId: 'followEvents',
  summary: 'Follow what happens: of all tenants for the operator, else of the key’s own',
  description,
  request: { headers },
  responses: { 200: stream },
});

const ofSync = endpoint('read', {
  method: 'get',
  path: '/syncs/{sync}/events',
  tags,
  operationId: 'followSync',
  summary: 'Follow a sync to its end',
  description: `${description}\nIt begins with what was stored of the sync, and ends with the sync.`,
  request: { params: syncPath, headers },
  responses: { 200: stream, 204: { description: 'The sync is finished, and nothing is behind Last-Event-ID.' } },
});

export function eventRoutes({ database, log, stopping }: ApiOptions): Router {
  const { sql } = database;
  const watch = openWatch(sql, log);
  const seats = openSeats({ perOwner: 10, inAll: 200 });

  const answer = (c: ApiContext, scope: LiveScope, from: number | undefined) => {
    c.header('x-accel-buffering', 'no');
    const produce = (write: Write, gone: AbortSignal): Promise<void> => {
      const signal = AbortSignal.any([gone, stopping, AbortSignal.timeout(LONGEST_MS)]);
      return follow({ sql, watch, write, signal, scope }, from);
    };
    return streamed(c, SSE, produce, { seats });
  };

  return createRouter()
    .openapi(all, (c) => answer(c, { tenant: c.var.caller.tenant, sync: null }, lastEventId(c)))
    .openapi(ofSync, async (c) => {
      const { id, tenantId, finishedAt } = await namedSync(c);
      const scope = { tenant: tenantId, sync: id };
      const last = lastEventId(c);
      const isOver =
        finishedAt !== null && last !== undefined && (await eventsBehind(sql, scope, last, 1)).length === 0;
      // An EventSource comes back for ever, unless it is told that nothing will come (WHATWG HTML, section 9.2.3).
      if (isOver) return c.body(null, 204);
      return answer(c, scope, last ?? 0);
    });
}

/** @throws InvalidRequest */
function lastEventId(c: ApiContext): number | undefined {
  const id = c.req.header('last-event-id');
  if (id === undefined || id === '') return undefined;
  if (!/^\d{1,15}$/.test(id)) throw new InvalidRequest([{ in: 'header', field: 'Last-Event-ID', message: 'id' }]);
  return Number(id);
}
