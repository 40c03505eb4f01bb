import { z } from '@hono/zod-openapi';
import { changeTenant, createTenant, deleteTenant, tenantView, tenantViews } from '../../admin/tenants.ts';
import { pageOfTenants } from '../../db/queries/tenants/tenants.ts';
import { grammar, triggers } from '../../model/tenant.ts';
import { adminOf, createRouter, type ApiContext, type ApiOptions, type Router } from '../contract/context.ts';
import { configured, endpoint, ifMatch, ifNoneMatch, json, jsonBody, notModified } from '../contract/endpoint.ts';
import { matching, withEtag } from '../middleware/etag.ts';
import { cutPage, pageOf, pageQuery, positionIn } from '../contract/pagination.ts';
import { requireScope } from '../middleware/permit.ts';
import { dataset, displayName, given, language, moment, tenantId, tenantPath } from '../contract/schemas.ts';

const seconds = z.int().min(0).max(86_400);
const share = z.number().min(0).max(1);
const bytes = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const port = z.int().min(1).max(65_535).nullable().openapi({ description: 'Null: the shared port only.' });

const settings = z.object({
  state: z.enum(['validation', 'live', 'suspended']).openapi({
    description: '`validation`: syncs are dry runs. `live`: they apply. `suspended`: no session opens, nothing runs.',
  }),
  trigger: z.enum(triggers).openapi({ description: 'What makes uploads a sync.' }),
  donePatterns: z.array(z.string().regex(grammar.donePattern)).max(20),
  settleSeconds: seconds,
  settleMaxSeconds: seconds,
  expected: z.array(dataset).max(3).openapi({ description: 'What a complete delivery holds.' }),
  multiContact: z.boolean(),
  defaultCompany: z.string().max(100),
  language,
  fecAccounts: z.array(z.string().regex(grammar.fecAccount)).max(50),
  guardSettle: share,
  guardRows: share,
  requireTls: z.boolean().openapi({ description: 'Cleartext FTP is refused, whatever a credential allows.' }),
  quotaBytes: bytes,
  maxFileBytes: bytes,
});
const ports = z.object({ sftp: port, ftp: port, ftps: port });

const tenantSchema = z
  .object({ id: tenantId, name: displayName, ...settings.shape, ports, createdAt: moment })
  .openapi('Tenant');
const newTenant = z.strictObject({ id: tenantId, name: displayName, ...settings.partial().shape }).openapi('NewTenant');
const tenantChange = settings
  .partial()
  .extend({ name: displayName.optional(), ports: ports.partial().strict().optional() })
  .strict();

/** What the operator decides, and no key of the tenant. */
const OPERATORS = ['state', 'requireTls', 'quotaBytes', 'maxFileBytes', 'ports'] as const;

const tags = ['tenants'];

const list = endpoint('read', {
  method: 'get',
  path: '/tenants',
  tags,
  operationId: 'listTenants',
  summary: 'List the tenants: all for the operator, else the key’s own',
  request: { query: pageQuery },
  responses: { 200: json(pageOf(tenantSchema), 'A page of tenants, by id.') },
});

const create = endpoint(
  'operator',
  {
    method: 'post',
    path: '/tenants',
    tags,
    operationId: 'createTenant',
    summary: 'Add a tenant',
    description: 'Its syncs are dry runs until it is live.',
    request: { body: jsonBody(newTenant) },
    responses: { 201: configured(tenantSchema, 'The new tenant.') },
  },
  [409],
);

const read = endpoint('read', {
  method: 'get',
  path: '/tenants/{tenant}',
  tags,
  operationId: 'readTenant',
  summary: 'Read the settings of a tenant',
  request: { params: tenantPath, headers: ifNoneMatch },
  responses: { 200: configured(tenantSchema, 'The tenant.'), ...notModified },
});

const change = endpoint(
  'manage',
  {
    method: 'patch',
    path: '/tenants/{tenant}',
    tags,
    operationId: 'changeTenant',
    summary: 'Change settings of a tenant',
    description: `What is not named stays. ${OPERATORS.map((each) => `\`${each}\``).join(', ')}: the operator only.`,
    request: { params: tenantPath, headers: ifMatch, body: jsonBody(tenantChange.openapi('TenantChange')) },
    responses: { 200: configured(tenantSchema, 'The tenant as it is now.') },
  },
  [409, 412],
);

const remove = endpoint(
  'operator',
  {
    method: 'delete',
    path: '/tenants/{tenant}',
    tags,
    operationId: 'deleteTenant',
    summary: 'Delete a tenant with everything of theirs',
    description: 'Rows, files, reports, credentials, keys and audit. A call that was cut off is finished by the next.',
    request: { params: tenantPath, headers: ifMatch },
    responses: { 204: { description: 'It is gone.' } },
  },
  [412],
);

export function tenantRoutes({ database: { db } }: ApiOptions): Router {
  return createRouter()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const [after = ''] = positionIn(cursor, z.tuple([z.string()])) ?? [];
      const only = c.var.caller.tenant;
      const rows = await pageOfTenants(db, { only, after, limit: limit + 1 });
      const { items, next } = cutPage(rows, limit, ({ id }) => [id]);
      return c.json({ items: await tenantViews(db, items, only), next }, 200);
    })
    .openapi(create, async (c) => {
      const tenant = await createTenant(adminOf(c), given(c.req.valid('json')));
      c.header('location', `/v1/tenants/${tenant.id}`);
      return withEtag(c, tenant, 201);
    })
    .openapi(read, async (c) => withEtag(c, await tenantView(db, c.var.tenant)))
    .openapi(change, async (c) => {
      const { ports: asked, ...settings } = given(c.req.valid('json'));
      const request = { ...settings, ...(asked && { ports: given(asked) }) };
      refuseOperators(c, request);
      const { tenant } = await changeTenant(adminOf(c), c.var.tenant.id, request, matching(c));
      return withEtag(c, tenant);
    })
    .openapi(remove, async (c) => {
      await deleteTenant(adminOf(c), c.var.tenant.id, matching(c));
      return c.body(null, 204);
    });
}

/** @throws scope_too_small */
function refuseOperators(c: ApiContext, asked: object): void {
  if (OPERATORS.some((field) => field in asked)) requireScope(c, 'operator');
}
