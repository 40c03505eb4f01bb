import { Hono } from 'hono';
import type { SyncShape } from '../../api/contract/sync-schema.ts';
import type { ChangeShape } from '../../api/routes/feed.ts';
import type { RejectionShape } from '../../api/routes/sync-outcome.ts';
import { syncStates } from '../../model/states.ts';
import { ask, Refused, request } from '../ask.ts';
import type { WebContext, WebEnv, WebRouter } from '../context.ts';
import { page } from '../frame/layout.tsx';
import { Empty } from '../frame/parts.tsx';
import { Pages } from '../frame/pages.tsx';
import { wordsOf } from '../frame/words.ts';
import { formOf } from '../form.ts';
import { ArrivageError } from '../../errors.ts';
import { readerOf } from '../reader.ts';
import type { SyncFacts } from './facts.ts';
import { revertPage, syncPage } from './page.tsx';
import { SyncTable } from './table.tsx';
import { syncWords } from './words.ts';

const SHOWN = 200;
const CHANGES = 20;
const decisions = ['approve', 'discard', 'replay', 'revert'] as const;

interface Page<T> {
  items: T[];
  next: string | null;
}

export function syncRoutes(): WebRouter {
  const app = new Hono<WebEnv>();

  app.get('/syncs', async (c) => {
    const asked = new URLSearchParams({ limit: '50' });
    const { cursor, state } = c.req.query();
    if (cursor !== undefined) asked.set('cursor', cursor);
    if (syncStates.some((one) => one === state)) asked.set('state', state ?? '');
    const { items, next } = await ask<Page<SyncShape>>(c, `/tenants/${c.var.tenant.id}/syncs?${asked.toString()}`);
    return listPage(c, items, next, state ?? '');
  });

  app.get('/syncs/:sync{[0-9]{1,15}}', async (c) => syncPage(c, await factsOf(c)));
  app.get('/syncs/:sync{[0-9]{1,15}}/revert', async (c) => {
    return revertPage(c, { sync: await syncOf(c), reader: readerOf(c) });
  });

  app.post('/syncs/:sync{[0-9]{1,15}}/:decision', async (c) => {
    const decision = decisions.find((one) => one === c.req.param('decision'));
    if (!decision) throw new ArrivageError('no_such_resource');
    const { id, tenant } = await syncOf(c);
    const { checked } = await formOf(c);
    if (decision === 'approve' && checked !== 'yes')
      return syncPage(c, { ...(await factsOf(c)), wrong: syncWords(c.var.language).mustConfirm }, 422);
    try {
      const made = await ask<SyncShape>(c, `/syncs/${id}/${decision}`, { method: 'POST' });
      return c.redirect(`/t/${tenant}/syncs/${made.id}`, 303);
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.status !== 409) throw error;
      return syncPage(c, { ...(await factsOf(c)), wrong: error.problem.detail }, 409);
    }
  });

  app.get('/syncs/:sync{[0-9]{1,15}}/report.txt', (c) => download(c, '/report', 'text/plain', 'report.txt'));
  app.get('/syncs/:sync{[0-9]{1,15}}/rejections.csv', (c) => download(c, '/rejections', 'text/csv', 'rejections.csv'));
  app.get('/syncs/:sync{[0-9]{1,15}}/rejections.xlsx', (c) =>
    download(c, '/rejections', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'rejections.xlsx'),
  );
  return app;
}

/** The sync that the path names, if it is this tenant's. @throws Refused, no_such_resource */
async function syncOf(c: WebContext): Promise<SyncShape> {
  const sync = await ask<SyncShape>(c, `/syncs/${c.req.param('sync') ?? ''}`);
  if (sync.tenant !== c.var.tenant.id) throw new ArrivageError('no_such_resource');
  return sync;
}

async function factsOf(c: WebContext): Promise<SyncFacts> {
  const sync = await syncOf(c);
  const isOver = sync.finishedAt !== null || sync.state === 'held';
  const none = { items: [], next: null };
  const [report, rejections, changes, applied] = await Promise.all([
    isOver ? ask<{ headline: string }>(c, `/syncs/${sync.id}/report`) : undefined,
    isOver ? ask<Page<RejectionShape>>(c, `/syncs/${sync.id}/rejections?limit=${SHOWN}`) : none,
    isOver ? ask<Page<ChangeShape>>(c, `/syncs/${sync.id}/changes?limit=${CHANGES}`) : none,
    ask<Page<SyncShape>>(c, `/tenants/${sync.tenant}/syncs?state=applied&limit=1`),
  ]);
  return {
    ...{ sync, headline: report?.headline, rejections: rejections.items, changes: changes.items },
    hasMoreChanges: changes.next !== null,
    isLatest: applied.items[0]?.id === sync.id && sync.revertedBy === null && sync.cause !== 'revert',
    reader: readerOf(c),
  };
}

/** Hands on what the API has as a file: a link cannot say what it accepts. */
async function download(c: WebContext, path: string, type: string, name: string): Promise<Response> {
  const { id } = await syncOf(c);
  const answer = await request(c, `/syncs/${id}${path}`, { headers: { accept: type } });
  const headers = { 'content-type': answer.headers.get('content-type') ?? type };
  const disposition = `attachment; filename="arrivage-${c.var.tenant.id}-${id}-${name}"`;
  return new Response(answer.body, { headers: { ...headers, 'content-disposition': disposition } });
}

function listPage(c: WebContext, syncs: readonly SyncShape[], next: string | null, state: string) {
  const words = syncWords(c.var.language);
  const frame = wordsOf(c.var.language);
  const base = `/t/${c.var.tenant.id}`;
  return page(c, {
    ...{ title: words.list, tab: 'syncs' },
    children: (
      <>
        <h1>{words.list}</h1>
        <form class="filter" method="get">
          <div>
            <label for="state">{words.state}</label>
            <select id="state" name="state">
              <option value="">{words.any}</option>
              {syncStates.map((one) => (
                <option value={one} selected={one === state}>
                  {frame.states[one]}
                </option>
              ))}
            </select>
          </div>
          <button class="second">{words.filter}</button>
        </form>
        {syncs.length === 0 ? (
          <Empty>
            <p>{words.none}</p>
            <p>
              <a href={state === '' ? `${base}/connection` : `${base}/syncs`}>
                {state === '' ? frame.connection : words.any}
              </a>
            </p>
          </Empty>
        ) : (
          <SyncTable syncs={syncs} tenant={c.var.tenant.id} reader={readerOf(c)} />
        )}
        <Pages c={c} next={next} />
      </>
    ),
  });
}
