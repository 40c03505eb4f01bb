import type { Command } from 'commander';
import { createKey, keyView, revokeKey } from '../../admin/keys.ts';
import { listApiKeys } from '../../db/queries/access/api-keys.ts';
import type { Database } from '../../db/client.ts';
import type { KeyScope } from '../../model/api-key.ts';
import { grammar, type TenantId } from '../../model/tenant.ts';
import { adminOf } from '../admin.ts';
import { checked, runs, withFoundation } from '../command.ts';
import { saying } from '../failure.ts';
import { knownTenant } from '../known.ts';
import { table } from '../output.ts';
import * as values from '../values.ts';

export function addKey(program: Command): void {
  const key = program.command('key').description('bearer keys of the HTTP API');
  addCreate(key);
  addList(key);
  addRevoke(key);
}

/** `operator`, or `tenant:acme:read|sync|manage`. */
interface Reach {
  tenant: TenantId | null;
  scope: KeyScope;
}

const reach = checked((text): Reach | undefined => {
  if (text === 'operator') return { tenant: null, scope: 'operator' };
  const [, tenant, scope] = /^tenant:([^:]+):(read|sync|manage)$/.exec(text) ?? [];
  return tenant === undefined || !grammar.tenantId.test(tenant) ? undefined : { tenant, scope: scope as KeyScope };
}, '"operator", or "tenant:<id>:read", "…:sync" or "…:manage"');

function addCreate(parent: Command): void {
  const command = parent
    .command('create')
    .description('make a key; it is shown once')
    .requiredOption('--scope <scope>', 'operator, or tenant:<id>:read|sync|manage', reach)
    .option('--name <name>', 'what it is for', values.displayName, 'unnamed');
  runs<{ scope: Reach; name: string }>(command, ({ options: { scope: given, name }, output }) =>
    withFoundation(async (foundation) => {
      const { tenant, scope } = given;
      if (tenant !== null) await knownTenant(foundation.database, tenant);
      const { id, key } = await createKey(adminOf(foundation), tenant, { name, scope });
      output.result({ id, tenant, scope, name, key }, () => [`Key (shown only now): ${key}`]);
    }),
  );
}

function addList(parent: Command): void {
  const command = parent
    .command('list')
    .description('keys of a tenant, or of the operator')
    .argument('[tenant]', '', values.tenantId);
  runs(command, ({ args: [tenant], output }) =>
    withFoundation(async ({ database }) => {
      const keys = await listApiKeys(database.db, await ownerOf(database, tenant));
      output.result(keys.map(keyView), () =>
        keys.length === 0
          ? 'No key yet: see arrivage key create --help'
          : table(
              ['ID', 'BEGINS WITH', 'SCOPE', 'NAME', 'MADE BY', 'LAST USED', 'STATE'],
              keys.map(({ id, prefix, scope, name, createdBy, lastUsedAt, revokedAt }) => [
                ...[id, prefix, scope, name, createdBy],
                lastUsedAt?.toISOString() ?? 'never',
                revokedAt ? 'revoked' : 'active',
              ]),
            ),
      );
    }),
  );
}

function addRevoke(parent: Command): void {
  const command = parent
    .command('revoke')
    .description('end a key at once')
    .argument('<id>', 'as "key list" shows it', values.uuid)
    .argument('[tenant]', 'whose it is; the operator’s where it is not named', values.tenantId);
  command.option('--with-made', 'also the keys that it has made, and those that they have made, as after a leak');
  runs<{ withMade?: true }>(command, ({ args: [id = '', tenant], options, output }) =>
    withFoundation(async (foundation) => {
      const owner = await ownerOf(foundation.database, tenant);
      const keys = await revokeKey(adminOf(foundation), owner, id, options.withMade === true).catch(
        saying({ no_such_resource: `There is no active key ${id}: see arrivage key list` }),
      );
      const value = { id, revoked: true, ...(options.withMade && { keys: keys.map(({ id: of }) => of) }) };
      output.result(value, () => keys.map(({ prefix, name }) => `Key ${prefix}… (${name}) is revoked.`));
    }),
  );
}

async function ownerOf(database: Database, tenant: string | undefined): Promise<TenantId | null> {
  return tenant === undefined ? null : (await knownTenant(database, tenant)).id;
}
