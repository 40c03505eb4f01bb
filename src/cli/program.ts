import { Command } from 'commander';
import { addBan } from './commands/ban.ts';
import { addConnector } from './commands/connector.ts';
import { addCredential } from './commands/credential.ts';
import { addDemo } from './commands/demo.ts';
import { addDoctor } from './commands/doctor.ts';
import { endingOf } from './failure.ts';
import { addImport } from './commands/import.ts';
import { addInspect } from './commands/inspect.ts';
import { Interrupted } from './interruption.ts';
import { addKey } from './commands/key.ts';
import { addMapping } from './commands/mapping.ts';
import { addMigrate } from './commands/migrate.ts';
import { addOperator } from './commands/operator.ts';
import { addRecipient } from './commands/recipient.ts';
import { addRejections } from './commands/rejections.ts';
import { addSecrets } from './commands/secrets-rotate.ts';
import { addSchedule } from './commands/schedule.ts';
import { addServe } from './commands/serve.ts';
import { addStatus } from './commands/status.ts';
import { addSync } from './commands/sync.ts';
import { addTenant } from './commands/tenant.ts';
import { visible } from './terminal.ts';
import { addWebhook } from './commands/webhook.ts';

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
  addOperator,
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

/**
 * Runs one command to its end: `args` are what follows `arrivage`. What was refused, or failed, is on standard error then,
 * and the code in `process.exitCode`.
 * @throws Interrupted
 */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const { code, lines } = endingOf(error);
    for (const line of lines) process.stderr.write(`arrivage: ${visible(line)}\n`);
    process.exitCode = code;
  }
}
