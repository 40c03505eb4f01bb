import { Hono } from 'hono';
import type { StatusShape } from '../../api/routes/operation.ts';
import { ask, Refused } from '../ask.ts';
import type { WebContext, WebEnv, WebRouter } from '../context.ts';
import { formOf } from '../form.ts';
import { readerOf } from '../reader.ts';
import { clientsPage, newClientPage, type NamedStatus } from './page.tsx';
import { operatorsOnly } from '../signed-in.ts';

export function clientsRoutes(): WebRouter {
  const app = new Hono<WebEnv>();

  app.get('/', async (c) => {
    const { isOperator, memberships } = c.var.viewer;
    const [only] = memberships;
    // Who has one client only never sees the list.
    if (!isOperator && only && memberships.length === 1) return c.redirect(`/t/${only.tenant}`, 303);
    const search = (c.req.query('q') ?? '').trim().slice(0, 200);
    const { tenants, ...status } = await statusOf(c);
    const names = await namesOf(c);
    const clients = tenants
      .map((tenant): NamedStatus => ({ ...tenant, name: names.get(tenant.id) ?? tenant.id }))
      .filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(search.toLowerCase()));
    return clientsPage(c, { status, clients, search, reader: readerOf(c) });
  });

  app.use('/clients/*', operatorsOnly);
  app.get('/clients/new', (c) => newClientPage(c, { id: '', name: '' }));

  app.post('/clients', async (c) => {
    const { id = '', name = '' } = await formOf(c);
    try {
      await ask(c, '/tenants', {
        method: 'POST',
        body: { id: id.trim(), name: name.trim(), language: c.var.language },
      });
      return c.redirect(`/t/${id.trim()}`, 303);
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.status >= 500) throw error;
      const { detail, errors = [], status } = error.problem;
      const wrong = [detail, ...errors.map(({ field, message }) => `${field} : ${message}`)].join(' ');
      return newClientPage(c, { id, name, wrong }, status);
    }
  });
  return app;
}

/** How every tenant stands that the viewer may see. */
async function statusOf(c: WebContext): Promise<StatusShape> {
  const { isOperator, memberships } = c.var.viewer;
  if (isOperator) return ask<StatusShape>(c, '/status');
  const each = await Promise.all(memberships.map((membership) => ask<StatusShape>(c, '/status', { as: membership })));
  const tenants = each.flatMap((status) => status.tenants);
  return { workerRunning: each.every(({ workerRunning }) => workerRunning), freeBytes: null, tenants };
}

interface TenantPage {
  items: { id: string; name: string }[];
  next: string | null;
}

async function namesOf(c: WebContext): Promise<Map<string, string>> {
  const { isOperator, memberships } = c.var.viewer;
  const names = new Map<string, string>();
  if (!isOperator) {
    for (const membership of memberships) {
      const { id, name } = await ask<{ id: string; name: string }>(c, `/tenants/${membership.tenant}`, {
        as: membership,
      });
      names.set(id, name);
    }
    return names;
  }
  let next: string | null = '';
  while (next !== null) {
    const page: TenantPage = await ask(
      c,
      `/tenants?limit=200${next === '' ? '' : `&cursor=${encodeURIComponent(next)}`}`,
    );
    for (const { id, name } of page.items) names.set(id, name);
    next = page.next;
  }
  return names;
}
