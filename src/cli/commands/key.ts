import type { Command } from 'commander';
import { addApiKey, listApiKeys, revokeApiKey, revokeWithMade } from '../../db/queries/access/api-keys.ts';
import type { Database } from '../../db/client.ts';
import type { KeyScope } from '../../model/api-key.ts';
import { grammar, type TenantId } from '../../model/tenant.ts';
import { makeApiKey } from '../../auth/api-key.ts';
import { operator } from '../admin.ts';
import { audited } from './audit.ts';
import { checked, runs, withFoundation } from '../command.ts';
import { CommandFailure } from '../failure.ts';
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
    withFoundation(async ({ database }) => {
      const { tenant, scope } = given;
      if (tenant !== null) await knownTenant(database, tenant);
      const { key, ...stored } = makeApiKey();
      const id = await database.db.transaction(async (tx) => {
        const added = await addApiKey(tx, tenant, { ...stored, scope, name, createdBy: operator() });
        await audited(tx, tenant ?? '', 'key.create', { id: added.id, name, scope, prefix: added.prefix });
        return added.id;
      });
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
      output.result(keys, () =>
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
    withFoundation(async ({ database }) => {
      const owner = await ownerOf(database, tenant);
      const keys = await database.db.transaction(async (tx) => {
        const revoked = await (options.withMade ? revokeWithMade : revokeApiKey)(tx, owner, id);
        if (revoked.length === 0) throw new CommandFailure(`There is no active key ${id}: see arrivage key list`);
        for (const { id: of, tenantId, name, prefix } of revoked)
          await audited(tx, tenantId, 'key.revoke', { id: of, name, prefix });
        return revoked;
      });
      const value = { id, revoked: true, ...(options.withMade && { keys: keys.map(({ id: of }) => of) }) };
      output.result(value, () => keys.map(({ prefix, name }) => `Key ${prefix}… (${name}) is revoked.`));
    }),
  );
}

async function ownerOf(database: Database, tenant: string | undefined): Promise<TenantId | null> {
  return tenant === undefined ? null : (await knownTenant(database, tenant)).id;
}
