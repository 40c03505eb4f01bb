import { Hono } from 'hono';
import type { UploadShape } from '../../api/routes/uploads.ts';
import { uploadStates } from '../../model/states.ts';
import { ask } from '../ask.ts';
import type { WebContext, WebEnv, WebRouter } from '../context.ts';
import { page } from '../frame/layout.tsx';
import { Pages } from '../frame/pages.tsx';
import { Empty } from '../frame/parts.tsx';
import { wordsOf } from '../frame/words.ts';
import { readerOf } from '../reader.ts';
import { syncWords } from '../sync/words.ts';
import { UploadTable } from '../today/page.tsx';
import { todayWords } from '../today/words.ts';

/** The files that came, and what became of each. */
export function filesRoutes(): WebRouter {
  const app = new Hono<WebEnv>();
  app.get('/files', async (c) => {
    const asked = new URLSearchParams({ limit: '50' });
    const { cursor, state } = c.req.query();
    if (cursor !== undefined) asked.set('cursor', cursor);
    if (uploadStates.some((one) => one === state)) asked.set('state', state ?? '');
    const found = await ask<{ items: UploadShape[]; next: string | null }>(
      c,
      `/tenants/${c.var.tenant.id}/uploads?${asked.toString()}`,
    );
    return filesPage(c, found.items, found.next, state ?? '');
  });
  return app;
}

function filesPage(c: WebContext, uploads: readonly UploadShape[], next: string | null, state: string) {
  const { language, tenant } = c.var;
  const frame = wordsOf(language);
  const words = syncWords(language);
  const base = `/t/${tenant.id}`;
  return page(c, {
    ...{ title: frame.files, tab: 'files' },
    children: (
      <>
        <h1>{frame.files}</h1>
        <form class="filter" method="get">
          <div>
            <label for="state">{words.state}</label>
            <select id="state" name="state">
              <option value="">{words.any}</option>
              {uploadStates.map((one) => (
                <option value={one} selected={one === state}>
                  {frame.uploadStates[one]}
                </option>
              ))}
            </select>
          </div>
          <button class="second">{words.filter}</button>
        </form>
        {uploads.length === 0 ? (
          <Empty>
            <p>{todayWords(language).noArrivals}</p>
            <p>
              <a class="button" href={`${base}/connection`}>
                {todayWords(language).howToSend}
              </a>
            </p>
          </Empty>
        ) : (
          <UploadTable uploads={uploads} reader={readerOf(c)} base={base} />
        )}
        <Pages c={c} next={next} />
      </>
    ),
  });
}
