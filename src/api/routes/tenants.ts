import { z } from '@hono/zod-openapi';
import { isServerPort } from '../../config.ts';
import { isTaken, type Db, type Tx } from '../../db/client.ts';
import { listEndpoints, setEndpoint, type Endpoint } from '../../db/queries/tenants/endpoints.ts';
import { changeSettings, goLiveIfAsked } from '../../db/queries/tenants/change.ts';
import {
  changeTenant,
  createTenant,
  findTenant,
  inTurn,
  pageOfTenants,
  type TenantRow,
} from '../../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../../errors.ts';
import { expectedOf } from '../../intake/expected.ts';
import { grammar, triggers } from '../../model/tenant.ts';
import { removeFormer, removeTenant } from '../../transfer/remove-tenant.ts';
import { audited, createRouter, type ApiContext, type ApiOptions, type Router } from '../contract/context.ts';
import { configured, endpoint, ifMatch, ifNoneMatch, json, jsonBody, notModified } from '../contract/endpoint.ts';
import { requireMatch, withEtag } from '../middleware/etag.ts';
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

export function tenantRoutes({ database, spool, serverPorts }: ApiOptions): Router {
  const { db } = database;

  async function reread(id: string) {
    const tenant = await findTenant(db, id);
    if (!tenant) throw new ArrivageError('no_such_resource');
    return shown(db, tenant);
  }

  return createRouter()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const [after = ''] = positionIn(cursor, z.tuple([z.string()])) ?? [];
      const rows = await pageOfTenants(db, { only: c.var.caller.tenant, after, limit: limit + 1 });
      const { items, next } = cutPage(rows, limit, ({ id }) => [id]);
      return c.json({ items: await Promise.all(items.map((tenant) => shown(db, tenant))), next }, 200);
    })
    .openapi(create, async (c) => {
      const { id, ...rest } = given(c.req.valid('json'));
      const expected = expectedOf(rest, ['clients', 'ecritures']);
      await removeFormer({ database, spool }, id);
      const tenant = await db
        .transaction(async (tx) => {
          const made = await createTenant(tx, { ...rest, ...(expected && { expected }), id });
          await audited(c, id, 'tenant.create', rest, tx);
          return made;
        })
        .catch((error: unknown) => {
          throw isTaken(error) ? new ArrivageError('already_exists', { path: id }) : error;
        });
      c.header('location', `/v1/tenants/${id}`);
      return withEtag(c, await shown(db, tenant), 201);
    })
    .openapi(read, async (c) => withEtag(c, await shown(db, c.var.tenant)))
    .openapi(change, async (c) => {
      const { id } = c.var.tenant;
      const asked = given(c.req.valid('json'));
      refuseOperators(c, asked);
      const { ports: newPorts, ...settingsAsked } = asked;
      await inTurn(db, id, async (tx) => {
        const current = await matching(c, tx, id);
        const expected = expectedOf(settingsAsked, current.expected);
        const settingsMade = { ...settingsAsked, ...(expected && { expected }) };
        await changeSettings(tx, current, settingsMade);
        await givePorts(tx, serverPorts, id, given(newPorts ?? {}));
        await goLiveIfAsked(tx, current, settingsMade);
        await audited(c, id, 'tenant.set', { ...settingsMade, ...(newPorts && { ports: newPorts }) }, tx);
      });
      return withEtag(c, await reread(id));
    })
    .openapi(remove, async (c) => {
      const { id } = c.var.tenant;
      await inTurn(db, id, async (tx) => {
        await matching(c, tx, id);
        // Whoever changes it from now on finds another tenant than they read.
        await changeTenant(tx, id, { state: 'suspended' });
      });
      await removeTenant({ database, spool }, id, c.var.caller.name);
      return c.body(null, 204);
    });
}

async function shown(db: Db | Tx, tenant: TenantRow) {
  const own = await listEndpoints(db, tenant.id);
  const portOf = (protocol: Endpoint['protocol']) => own.find((each) => each.protocol === protocol)?.port ?? null;
  return tenantSchema.parse({
    ...tenant,
    createdAt: tenant.createdAt.toISOString(),
    ports: { sftp: portOf('sftp'), ftp: portOf('ftp'), ftps: portOf('ftps') },
  });
}

/** The tenant as it stands. @throws no_such_resource, precondition_failed */
async function matching(c: ApiContext, tx: Tx, id: string): Promise<TenantRow> {
  const current = await findTenant(tx, id);
  if (!current) throw new ArrivageError('no_such_resource');
  requireMatch(c, await shown(tx, current));
  return current;
}

/** @throws port_taken */
async function givePorts(
  tx: Tx,
  serverPorts: ApiOptions['serverPorts'],
  id: string,
  asked: Partial<Record<Endpoint['protocol'], number | null>>,
): Promise<void> {
  for (const [protocol, port] of Object.entries(asked)) {
    if (port !== null && isServerPort(serverPorts, port)) throw new ArrivageError('port_taken', { port });
    await setEndpoint(tx, id, protocol as Endpoint['protocol'], port ?? 'off').catch((error: unknown) => {
      throw isTaken(error) ? new ArrivageError('port_taken', { port: port ?? '' }) : error;
    });
  }
}

/** @throws scope_too_small */
function refuseOperators(c: ApiContext, asked: object): void {
  if (OPERATORS.some((field) => field in asked)) requireScope(c, 'operator');
}
