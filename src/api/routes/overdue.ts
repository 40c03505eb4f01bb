import { z } from '@hono/zod-openapi';
import { openByClient, openTotals } from '../../db/queries/rows/overdue.ts';
import { createRouter, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json } from '../contract/endpoint.ts';
import { cutPage, pageQuery, positionIn } from '../contract/pagination.ts';
import { day, tenantPath } from '../contract/schemas.ts';
import { today } from '../contract/today.ts';

const decimal = z.string().openapi({ example: '1234.50' });
const amounts = {
  currency: z.string().openapi({ example: 'EUR' }),
  entries: z.int(),
  open: decimal.openapi({ description: 'Open in all; unmatched credit notes and payments count against it.' }),
  notDue: decimal.openapi({ description: 'Due on that day or later, or without a due date.' }),
  overdue: decimal,
  upTo30: decimal.openapi({ description: 'Overdue by 1 to 30 days.' }),
  days31to60: decimal,
  days61to90: decimal,
  over90: decimal,
};

const line = z
  .object({
    company: z.string().optional(),
    clientCode: z.string().optional(),
    name: z.string().nullable().optional(),
    ...amounts,
  })
  .openapi('OpenAmounts');

const summary = endpoint('read', {
  method: 'get',
  path: '/tenants/{tenant}/ecritures/summary',
  tags: ['rows'],
  operationId: 'summariseEcritures',
  summary: 'Add up what is open and overdue, by age',
  description: 'Entries that are open now, aged as of a day; one line for each currency, and client if asked for.',
  request: {
    params: tenantPath,
    query: pageQuery.extend({
      asOf: day.optional().openapi({ description: 'The day from which ages count: today (Europe/Paris).' }),
      per: z.enum(['tenant', 'client']).default('tenant'),
      company: z.string().max(200).optional(),
      clientCode: z.string().max(200).optional(),
    }),
  },
  responses: {
    200: json(z.object({ asOf: day, items: z.array(line), next: z.string().nullable() }), 'A page of lines.'),
  },
});

export function overdueRoutes({ database: { sql }, now }: ApiOptions): Router {
  return createRouter().openapi(summary, async (c) => {
    const { asOf = today(now()), per, company, clientCode, limit, cursor } = c.req.valid('query');
    const filters = { ...(company !== undefined && { company }), ...(clientCode !== undefined && { clientCode }) };
    const tenant = c.var.tenant.id;
    if (per === 'tenant') return c.json({ asOf, items: await openTotals(sql, tenant, asOf, filters), next: null }, 200);
    const position = positionIn(cursor, z.tuple([z.string(), z.string(), z.string()]));
    const after = position && { company: position[0], clientCode: position[1], currency: position[2] };
    const lines = await openByClient(sql, tenant, asOf, filters, { after, limit: limit + 1 });
    const page = cutPage(lines, limit, (last) => [last.company, last.clientCode, last.currency]);
    return c.json({ asOf, ...page }, 200);
  });
}
