import type { Command } from 'commander';
import { liftBan } from '../../admin/bans.ts';
import { listBans } from '../../db/queries/access/penalties.ts';
import { adminOf } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';
import { saying } from '../failure.ts';
import { table } from '../output.ts';

export function addBan(program: Command): void {
  const ban = program.command('ban').description('whom too many failed sign-ins keep out for a while');
  addList(ban);
  addLift(ban);
}

function addList(parent: Command): void {
  runs(parent.command('list').description('bans in force, on every server; the latest first'), ({ output }) =>
    withFoundation(async ({ database }) => {
      const bans = await listBans(database);
      output.result(bans, () =>
        bans.length === 0
          ? 'Nobody is banned.'
          : table(
              ['AT', 'KIND', 'WHO', 'SINCE', 'UNTIL'],
              bans.map(({ side, kind, subject, since, until }) => [
                ...[side, kind, subject, since.toISOString(), until.toISOString()],
              ]),
            ),
      );
    }),
  );
}

function addLift(parent: Command): void {
  const command = parent
    .command('lift')
    .description('let an address or a username sign in again; servers follow within seconds')
    .argument('<who>', 'an address, or a username');
  runs(command, ({ args: [who = ''], output }) =>
    withFoundation(async (foundation) => {
      const lifted = await liftBan(adminOf(foundation), who).catch(
        saying({ no_such_resource: `Nothing is banned as "${who}": see arrivage ban list` }),
      );
      output.result(lifted, () => lifted.map(({ kind, subject }) => `The ${kind} ${subject} is no longer banned.`));
    }),
  );
}
