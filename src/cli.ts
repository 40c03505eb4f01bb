import { Command } from 'commander';
import { addCredential } from './cli/credential.ts';
import { endingOf } from './cli/failure.ts';
import { addMigrate } from './cli/migrate.ts';
import { addServe } from './cli/serve.ts';
import { addSync } from './cli/sync.ts';
import { addTenant } from './cli/tenant.ts';

/** The command line. Exit codes: 0 done, 1 failed or refused, 2 used wrongly. */
function createProgram(): Command {
  const program = new Command('arrivage')
    .description('Self-hosted FTP/SFTP ingest server for accounts-receivable data.')
    .exitOverride()
    .showHelpAfterError('(--help tells more)')
    .addHelpText('after', '\nSettings are ARRIVAGE_* and DATABASE_URL, also from a .env file.');
  for (const add of [addServe, addMigrate, addTenant, addCredential, addSync]) add(program);
  return program;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has seen enough: `arrivage … | head`.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await createProgram().parseAsync();
} catch (error) {
  const { code, lines } = endingOf(error);
  for (const line of lines) process.stderr.write(`arrivage: ${line}\n`);
  process.exitCode = code;
}
