import type { Command } from 'commander';
import { deleteTenant } from '../../admin/tenants.ts';
import { adminOf } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { knownTenant } from '../known.ts';
import * as values from '../values.ts';

export function addDelete(parent: Command): void {
  const command = parent
    .command('delete')
    .description('remove a tenant and everything of its: rows, files, reports, credentials')
    .argument('<id>', '', values.tenantId)
    .option('--yes', 'really: nothing brings it back');
  runs<{ yes?: true }>(command, ({ args: [id = ''], options, output }) =>
    withFoundation(async (foundation) => {
      await knownTenant(foundation.database, id);
      if (!options.yes)
        throw new CommandFailure(`Tenant "${id}" and everything of its would be removed for good: add --yes.`);
      await deleteTenant(adminOf(foundation), id);
      output.result({ id, deleted: true }, () => `Tenant "${id}" and everything of its is removed.`);
    }),
  );
}
