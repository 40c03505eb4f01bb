import { Hono } from 'hono';
import type { SyncShape } from '../../api/contract/sync-schema.ts';
import type { StatusShape } from '../../api/routes/operation.ts';
import type { UploadShape } from '../../api/routes/uploads.ts';
import { ask, orNone } from '../ask.ts';
import type { WebContext, WebEnv, WebRouter } from '../context.ts';
import { readerOf } from '../reader.ts';
import { todayPage } from './page.tsx';

const SHOWN = 10;

/** What happens at a client, and the button *Synchroniser*. */
export function todayRoutes(): WebRouter {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const { id, role } = c.var.tenant;
    const [syncs, uploads, status, host, nextRun] = await Promise.all([
      ask<{ items: SyncShape[] }>(c, `/tenants/${id}/syncs?limit=${SHOWN}`),
      ask<{ items: UploadShape[] }>(c, `/tenants/${id}/uploads?limit=${SHOWN}`),
      ask<StatusShape>(c, '/status', { as: { tenant: id, role } }),
      hostOf(c),
      nextRunOf(c),
    ]);
    const waiting = status.tenants[0]?.waiting ?? 0;
    return todayPage(c, { syncs: syncs.items, uploads: uploads.items, waiting, host, nextRun, reader: readerOf(c) });
  });

  // Pressed twice it is one sync, and both see it.
  app.post('/synchronise', async (c) => {
    const { id } = c.var.tenant;
    const sync = await ask<SyncShape>(c, `/tenants/${id}/syncs`, { method: 'POST', body: {} });
    return c.redirect(`/t/${id}/syncs/${sync.id}`, 303);
  });
  return app;
}

const hostOf = (c: WebContext): Promise<string | undefined> =>
  orNone(ask<{ host: string }>(c, `/tenants/${c.var.tenant.id}/connector`).then(({ host }) => host));

const nextRunOf = async (c: WebContext): Promise<string | null> =>
  (await orNone(
    ask<{ nextRun: string | null }>(c, `/tenants/${c.var.tenant.id}/schedule`).then(({ nextRun }) => nextRun),
  )) ?? null;
