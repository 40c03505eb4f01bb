import type { Command } from 'commander';
import { removeRecipient, setRecipient } from '../../admin/recipients.ts';
import { listRecipients, type Recipient } from '../../db/queries/events/recipients.ts';
import { storedEventTypes, type StoredEventType } from '../../model/stored-event.ts';
import type { Language } from '../../model/tenant.ts';
import { adminOf } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';
import { saying } from '../failure.ts';
import { knownTenant } from '../known.ts';
import { table } from '../output.ts';
import * as values from '../values.ts';

export function addRecipient(program: Command): void {
  const recipient = program.command('recipient').description('people who are written to about a tenant');
  addAdd(recipient);
  addList(recipient);
  addRemove(recipient);
}

interface AddOptions {
  language?: Language;
  types?: StoredEventType[];
  digest?: true;
}

function addAdd(parent: Command): void {
  const command = parent
    .command('add')
    .description('write to an address, or change what it is written about')
    .argument('<tenant>', '', values.tenantId)
    .argument('<email>', '', values.email)
    .option('--language <language>', "fr or en; the tenant's where it is not given", values.language)
    .option('--types <names>', `only these of ${storedEventTypes.join(',')}`, values.eventTypes)
    .option('--digest', 'also the daily digest');
  runs<AddOptions>(command, ({ args: [tenant = '', email = ''], options, output }) =>
    withFoundation(async (foundation) => {
      const { language } = await knownTenant(foundation.database, tenant);
      const { types = [], digest = false } = options;
      const recipient = { email, language: options.language ?? language, types, digest };
      await setRecipient(adminOf(foundation), tenant, recipient);
      output.result(recipient, () => [
        `${email} is written to.`,
        ...(foundation.config.mail ? [] : ['Mail is off: set ARRIVAGE_SMTP_URL and ARRIVAGE_MAIL_FROM.']),
      ]);
    }),
  );
}

function addList(parent: Command): void {
  const command = parent.command('list').description('recipients of a tenant');
  runs(command.argument('<tenant>', '', values.tenantId), ({ args: [tenant = ''], output }) =>
    withFoundation(async ({ database }) => {
      await knownTenant(database, tenant);
      const recipients = await listRecipients(database.db, tenant);
      output.result(recipients, () => table(['EMAIL', 'LANGUAGE', 'TYPES', 'DIGEST'], recipients.map(rowOf)));
    }),
  );
}

const rowOf = ({ email, language, types, digest }: Recipient): string[] => [
  ...[email, language, types.length > 0 ? types.join(',') : 'all', digest ? 'daily' : '-'],
];

function addRemove(parent: Command): void {
  const command = parent
    .command('remove')
    .description('write to an address no more')
    .argument('<tenant>', '', values.tenantId)
    .argument('<email>');
  runs(command, ({ args: [tenant = '', email = ''], output }) =>
    withFoundation(async (foundation) => {
      await removeRecipient(adminOf(foundation), tenant, email).catch(
        saying({ no_such_resource: `${email} is no recipient: see arrivage recipient list ${tenant}` }),
      );
      output.result({ email, removed: true }, () => `${email} is written to no more.`);
    }),
  );
}
