import { Hono } from 'hono';
import { datasets, type Dataset } from '../../model/dataset.ts';
import { ArrivageError } from '../../errors.ts';
import { ask, request } from '../ask.ts';
import type { WebContext, WebEnv, WebRouter } from '../context.ts';
import { rowsPage, type Filters, type Row } from './page.tsx';

const LIMIT = 50;
const FILTERS = ['q', 'clientCode', 'status', 'overdue'] as const;

/** The rows that are stored, page by page, and as CSV. */
export function rowsRoutes(): WebRouter {
  const app = new Hono<WebEnv>();

  app.get('/data/:dataset{[a-z]+}', async (c) => {
    const dataset = datasetOf(c.req.param('dataset'));
    const filters = filtersOf(c);
    const { cursor } = c.req.query();
    const asked = new URLSearchParams({ ...filters, limit: String(LIMIT), ...(cursor !== undefined && { cursor }) });
    const page = await ask<{ items: Row[]; next: string | null }>(c, `${at(c, dataset)}?${asked.toString()}`);
    return rowsPage(c, { dataset, rows: page.items, next: page.next, filters });
  });

  app.get('/data/:file{[a-z]+\\.csv}', async (c) => {
    const dataset = datasetOf(c.req.param('file').replace('.csv', ''));
    const answer = await request(c, `${at(c, dataset)}?${new URLSearchParams(filtersOf(c)).toString()}`, {
      headers: { accept: 'text/csv' },
    });
    const name = `arrivage-${c.var.tenant.id}-${dataset}.csv`;
    return new Response(answer.body, {
      headers: { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` },
    });
  });
  return app;
}

const at = (c: WebContext, dataset: Dataset): string => `/tenants/${c.var.tenant.id}/${dataset}`;

function datasetOf(name: string): Dataset {
  const dataset = datasets.find((one) => one === name);
  if (!dataset) throw new ArrivageError('no_such_resource');
  return dataset;
}

/** An empty field of a form is no filter. */
function filtersOf(c: WebContext): Filters {
  const query = c.req.query();
  return Object.fromEntries(FILTERS.flatMap((name) => (query[name] ? [[name, query[name].slice(0, 200)]] : [])));
}
