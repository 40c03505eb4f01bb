import type { Command } from 'commander';
import { runs, withFoundation } from '../command.ts';

export function addMigrate(program: Command): void {
  runs(program.command('migrate').description('bring the database up to date; every start does so too'), ({ output }) =>
    withFoundation(({ database }) => {
      const { host, pathname } = new URL(database.url);
      output.result({ database: `${host}${pathname}` }, () => `The database ${host}${pathname} is up to date.`);
      return Promise.resolve();
    }),
  );
}
