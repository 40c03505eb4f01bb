import { isServerPort, type Config } from '../config.ts';
import { isTaken, type Db, type Tx } from '../db/client.ts';
import { listCredentials } from '../db/queries/access/credentials.ts';
import { changeSettings, goLiveIfAsked } from '../db/queries/tenants/change.ts';
import { listEndpoints, setEndpoint, setLegacy, type Endpoint } from '../db/queries/tenants/endpoints.ts';
import {
  changeTenant as changeRow,
  createTenant as insertTenant,
  findTenant,
  inTurn,
  type TenantChange,
  type TenantRow,
} from '../db/queries/tenants/tenants.ts';
import { ArrivageError } from '../errors.ts';
import { expectedOf } from '../intake/expected.ts';
import type { Tenant, TenantId } from '../model/tenant.ts';
import { removeFormer, removeTenant } from '../transfer/remove-tenant.ts';
import { audited, type Admin, type AdminParts, type Precondition } from './admin.ts';
import { scheduleView } from './schedules.ts';

/** Ports of a tenant's own, by protocol; null: the shared one only. */
export type OwnPorts = Record<Endpoint['protocol'], number | null>;

/** A tenant as every front shows it. */
export interface TenantView extends Tenant {
  ports: OwnPorts;
  /** ISO 8601. */
  createdAt: string;
}

export interface TenantRequest extends TenantChange {
  ports?: Partial<OwnPorts>;
  /** Whether its own SFTP port offers the algorithms of old clients. */
  sftpLegacy?: boolean;
}

/** A port that somebody has: the server itself, or a tenant. */
export class PortTaken extends ArrivageError {
  readonly holder: 'server' | Endpoint;
  readonly port: number;

  constructor(port: number, holder: 'server' | Endpoint) {
    super('port_taken', { port });
    this.port = port;
    this.holder = holder;
  }
}

/** No port of its own to offer old algorithms on. */
export class NoOwnPort extends ArrivageError {
  constructor() {
    super('no_such_resource');
  }
}

export async function tenantView(db: Db | Tx, tenant: TenantRow): Promise<TenantView> {
  return viewOf(tenant, await listEndpoints(db, tenant.id));
}

/** As `tenantView`, of many. @param only the one tenant that is among them */
export async function tenantViews(
  db: Db | Tx,
  tenants: readonly TenantRow[],
  only?: TenantId | null,
): Promise<TenantView[]> {
  const endpoints = await listEndpoints(db, only ?? undefined);
  return tenants.map((tenant) => viewOf(tenant, endpoints));
}

function viewOf({ createdAt, ...tenant }: TenantRow, endpoints: readonly Endpoint[]): TenantView {
  const { id, name, state, trigger, donePatterns, settleSeconds, settleMaxSeconds, expected } = tenant;
  const { multiContact, defaultCompany, language, fecAccounts, guardSettle, guardRows } = tenant;
  const { requireTls, quotaBytes, maxFileBytes } = tenant;
  const portOf = (protocol: Endpoint['protocol']) =>
    endpoints.find((each) => each.tenantId === id && each.protocol === protocol)?.port ?? null;
  return {
    ...{ id, name, state, trigger, donePatterns, settleSeconds, settleMaxSeconds, expected },
    ...{ multiContact, defaultCompany, language, fecAccounts, guardSettle, guardRows },
    ...{ requireTls, quotaBytes, maxFileBytes },
    ports: { sftp: portOf('sftp'), ftp: portOf('ftp'), ftps: portOf('ftps') },
    createdAt: createdAt.toISOString(),
  };
}

/** A tenant with what belongs to it: ports, the usernames in force, schedule. */
export async function tenantDetails({ database: { db } }: Pick<Admin, 'database'>, tenant: TenantRow) {
  const credentials = await listCredentials(db, tenant.id);
  const endpoints = await listEndpoints(db, tenant.id);
  return {
    ...viewOf(tenant, endpoints),
    endpoints: endpoints.map(({ protocol, port, legacy }) => ({
      protocol,
      port,
      ...(protocol === 'sftp' && { legacy }),
    })),
    credentials: credentials.filter(({ revokedAt }) => revokedAt === null).map(({ username }) => username),
    schedule: (await scheduleView(db, tenant.id)) ?? null,
  };
}

/** Adds a tenant; its syncs are dry runs until it is live. @throws already_exists */
export async function createTenant(
  admin: Admin & Pick<AdminParts, 'spool'>,
  { id, ...asked }: TenantChange & Pick<Tenant, 'id' | 'name'>,
): Promise<TenantView> {
  const { db } = admin.database;
  const settings = withExpected(asked, ['clients', 'ecritures']);
  await removeFormer(admin, id);
  const made = await db
    .transaction(async (tx) => {
      await audited(admin, tx, id, 'tenant.create', settings);
      return insertTenant(tx, { ...settings, id });
    })
    .catch((error: unknown) => {
      throw isTaken(error) ? new ArrivageError('already_exists', { path: id }, error) : error;
    });
  return tenantView(db, made);
}

/**
 * Changes what is named of a tenant. The step to `live` takes up what the dry runs left.
 * @returns the tenant as it is now, and how many uploads its first real sync takes
 * @throws no_such_resource; PortTaken; NoOwnPort; what the precondition throws
 */
export async function changeTenant(
  admin: Admin & Pick<AdminParts, 'serverPorts'>,
  id: TenantId,
  { ports, sftpLegacy, ...asked }: TenantRequest,
  precondition?: Precondition<TenantView>,
): Promise<{ tenant: TenantView; takenUp: number }> {
  return inTurn(admin.database.db, id, async (tx) => {
    const before = await current(tx, id, precondition);
    const settings = withExpected(asked, before.expected);
    await changeSettings(tx, before, settings);
    for (const [protocol, port] of Object.entries(ports ?? {}))
      await givePort(tx, admin.serverPorts, { tenantId: id, protocol: protocol as keyof OwnPorts }, port);
    if (sftpLegacy !== undefined && !(await setLegacy(tx, id, sftpLegacy))) throw new NoOwnPort();
    const takenUp = await goLiveIfAsked(tx, before, settings);
    const detail = { ...settings, ...(ports && { ports }), ...(sftpLegacy !== undefined && { sftpLegacy }) };
    await audited(admin, tx, id, 'tenant.set', detail);
    return { tenant: await tenantView(tx, await current(tx, id)), takenUp };
  });
}

/**
 * Removes a tenant with everything of theirs: rows, files, reports, credentials, keys and audit. A call that was cut off
 * is finished by the next.
 * @throws no_such_resource; what the precondition throws
 */
export async function deleteTenant(
  { database, spool, actor }: Admin & Pick<AdminParts, 'spool'>,
  id: TenantId,
  precondition?: Precondition<TenantView>,
): Promise<void> {
  await inTurn(database.db, id, async (tx) => {
    await current(tx, id, precondition);
    // Whoever changes it from now on finds another tenant than they read.
    await changeRow(tx, id, { state: 'suspended' });
  });
  await removeTenant({ database, spool }, id, actor);
}

/** A tenant that takes contacts expects them too. */
function withExpected<T extends TenantChange>(asked: T, before: Tenant['expected']): T {
  const expected = expectedOf(asked, before);
  return { ...asked, ...(expected && { expected }) };
}

async function current(tx: Tx, id: TenantId, precondition?: Precondition<TenantView>): Promise<TenantRow> {
  const tenant = await findTenant(tx, id);
  if (!tenant) throw new ArrivageError('no_such_resource');
  precondition?.(await tenantView(tx, tenant));
  return tenant;
}

async function givePort(
  tx: Tx,
  serverPorts: Config['ports'],
  { tenantId, protocol }: Pick<Endpoint, 'tenantId' | 'protocol'>,
  port: number | null,
): Promise<void> {
  if (port === null) return setEndpoint(tx, tenantId, protocol, 'off');
  if (isServerPort(serverPorts, port)) throw new PortTaken(port, 'server');
  const holder = (await listEndpoints(tx)).find((each) => each.port === port);
  if (holder && (holder.tenantId !== tenantId || holder.protocol !== protocol)) throw new PortTaken(port, holder);
  // Somebody else's who takes it at this very moment.
  await setEndpoint(tx, tenantId, protocol, port).catch((error: unknown) => {
    throw isTaken(error) ? new ArrivageError('port_taken', { port }) : error;
  });
}
