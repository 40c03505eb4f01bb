import { Command } from 'commander';
import { addBan } from './cli/commands/ban.ts';
import { addConnector } from './cli/commands/connector.ts';
import { addCredential } from './cli/commands/credential.ts';
import { addDemo } from './cli/commands/demo.ts';
import { addDoctor } from './cli/commands/doctor.ts';
import { endingOf } from './cli/failure.ts';
import { addImport } from './cli/commands/import.ts';
import { addInspect } from './cli/commands/inspect.ts';
import { endBy, Interrupted } from './cli/interruption.ts';
import { addKey } from './cli/commands/key.ts';
import { addMapping } from './cli/commands/mapping.ts';
import { addMigrate } from './cli/commands/migrate.ts';
import { addRecipient } from './cli/commands/recipient.ts';
import { addRejections } from './cli/commands/rejections.ts';
import { addSecrets } from './cli/commands/secrets-rotate.ts';
import { addSchedule } from './cli/commands/schedule.ts';
import { addServe } from './cli/commands/serve.ts';
import { addStatus } from './cli/commands/status.ts';
import { addSync } from './cli/commands/sync.ts';
import { addTenant } from './cli/commands/tenant.ts';
import { visible } from './cli/terminal.ts';
import { addWebhook } from './cli/commands/webhook.ts';

/** In the order of the help. */
const commands = [
  addServe,
  addDemo,
  addMigrate,
  addDoctor,
  addStatus,
  addTenant,
  addCredential,
  addKey,
  addBan,
  addMapping,
  addInspect,
  addImport,
  addConnector,
  addSchedule,
  addSync,
  addRejections,
  addWebhook,
  addRecipient,
  addSecrets,
];

/** The command line. Exit codes: 0 done, 1 failed or refused, 2 used wrongly. */
function createProgram(): Command {
  const program = new Command('arrivage')
    .description('Self-hosted FTP/SFTP ingest server for accounts-receivable data.')
    .exitOverride()
    .showHelpAfterError('(--help tells more)')
    .addHelpText('after', '\nSettings are ARRIVAGE_* and DATABASE_URL, also from a .env file.');
  for (const add of commands) add(program);
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
  if (error instanceof Interrupted) endBy(error.signal);
  const { code, lines } = endingOf(error);
  for (const line of lines) process.stderr.write(`arrivage: ${visible(line)}\n`);
  process.exitCode = code;
}
