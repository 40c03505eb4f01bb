import type { Command } from 'commander';
import {
  addWebhook as add,
  changeWebhook,
  knownWebhook,
  removeWebhook,
  resendDelivery,
  rotateWebhookSecret,
  testWebhook,
} from '../../admin/webhooks.ts';
import { listDeliveries, type Attempt, type ListedDelivery } from '../../db/queries/events/deliveries.ts';
import { listWebhooks, type ListedWebhook } from '../../db/queries/events/webhooks.ts';
import { storedEventTypes, type StoredEventType } from '../../model/stored-event.ts';
import { adminOf } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure, saying } from '../failure.ts';
import { interruptible } from '../interruption.ts';
import { knownTenant } from '../known.ts';
import { table } from '../output.ts';
import * as values from '../values.ts';

export function addWebhook(program: Command): void {
  const webhook = program.command('webhook').description('addresses that are told what happens to a tenant');
  addAdd(webhook);
  addList(webhook);
  addSet(webhook);
  addRotate(webhook);
  addRemove(webhook);
  addTest(webhook);
  addDeliveries(webhook);
  addResend(webhook);
}

const typesOption = ['--types <names>', `only these of ${storedEventTypes.join(',')}`, values.eventTypes] as const;

const ofTenant = (parent: Command, name: string, description: string): Command =>
  parent.command(name).description(description).argument('<tenant>', '', values.tenantId);

const ofWebhook = (parent: Command, name: string, description: string): Command =>
  ofTenant(parent, name, description).argument('<id>', 'as webhook list shows it', values.uuid);

const unknown = (id: string) =>
  saying({ no_such_resource: `There is no webhook ${id}: see arrivage webhook list <tenant>` });

function addAdd(parent: Command): void {
  const command = ofTenant(parent, 'add', 'tell an address; its signing secret is made and shown once')
    .argument('<url>', 'an https address')
    .option(...typesOption);
  runs<{ types?: StoredEventType[] }>(command, ({ args: [tenant = '', url = ''], options, output }) =>
    withFoundation(async (foundation) => {
      await knownTenant(foundation.database, tenant);
      const webhook = await add(adminOf(foundation), tenant, { url, types: options.types ?? [] });
      output.result(webhook, () => [
        `Webhook ${webhook.id} added: ${webhook.url}`,
        `Secret, shown once: ${webhook.secret}`,
        `Next: arrivage webhook test ${tenant} ${webhook.id}`,
      ]);
    }),
  );
}

function addList(parent: Command): void {
  runs(ofTenant(parent, 'list', 'webhooks of a tenant'), ({ args: [tenant = ''], output }) =>
    withFoundation(async ({ database }) => {
      await knownTenant(database, tenant);
      const webhooks = await listWebhooks(database.db, tenant);
      output.result(webhooks, () => table(['ID', 'STATE', 'TYPES', 'URL'], webhooks.map(rowOf)));
    }),
  );
}

const rowOf = ({ id, enabled, types, url }: ListedWebhook): string[] => [
  ...[id, enabled ? 'enabled' : 'disabled', types.length > 0 ? types.join(',') : 'all', url],
];

interface SetOptions {
  url?: string;
  types?: StoredEventType[];
  allTypes?: true;
  enable?: true;
  disable?: true;
}

function addSet(parent: Command): void {
  const command = ofWebhook(parent, 'set', 'change a webhook')
    .option('--url <url>', 'an https address')
    .option(...typesOption)
    .option('--all-types', 'every type')
    .option('--enable', 'tell it again')
    .option('--disable', 'tell it nothing for now');
  runs<SetOptions>(command, ({ args: [tenant = '', id = ''], options, output }) =>
    withFoundation(async (foundation) => {
      const { url, types, allTypes, enable, disable } = options;
      const change = {
        ...(url !== undefined && { url }),
        ...((types !== undefined || allTypes) && { types: types ?? [] }),
        ...((enable ?? disable) && { enabled: enable ?? false }),
      };
      if (Object.keys(change).length === 0)
        throw new CommandFailure('Nothing to change: see arrivage webhook set --help');
      const webhook = await changeWebhook(adminOf(foundation), tenant, id, change).catch(unknown(id));
      output.result(webhook, () => `Webhook ${id} changed.`);
    }),
  );
}

function addRotate(parent: Command): void {
  const command = ofWebhook(parent, 'rotate', 'make a new signing secret; for a day the old one signs too');
  runs(command, ({ args: [tenant = '', id = ''], output }) =>
    withFoundation(async (foundation) => {
      const secret = await rotateWebhookSecret(adminOf(foundation), tenant, id).catch(unknown(id));
      output.result({ id, secret }, () => `New secret, shown once: ${secret}`);
    }),
  );
}

function addRemove(parent: Command): void {
  const command = ofWebhook(parent, 'remove', 'delete a webhook with its deliveries');
  runs(command, ({ args: [tenant = '', id = ''], output }) =>
    withFoundation(async (foundation) => {
      await removeWebhook(adminOf(foundation), tenant, id).catch(unknown(id));
      output.result({ id, removed: true }, () => `Webhook ${id} removed.`);
    }),
  );
}

function addTest(parent: Command): void {
  const command = ofWebhook(parent, 'test', 'send a test event now and show what came of it');
  runs(command, ({ args: [tenant = '', id = ''], output }) =>
    withFoundation(async (foundation) => {
      const tried = await testWebhook(adminOf(foundation), tenant, id, interruptible()).catch(unknown(id));
      output.result(tried, () => attemptText({ ...tried, attempt: 1 }));
      if (tried.status === null || tried.status >= 300) throw new CommandFailure('The receiver did not take it.');
    }),
  );
}

function addDeliveries(parent: Command): void {
  const command = ofWebhook(parent, 'deliveries', 'the latest deliveries of a webhook, with every attempt').option(
    '--limit <count>',
    'how many',
    values.count,
    20,
  );
  runs<{ limit: number }>(command, ({ args: [tenant = '', id = ''], options, output }) =>
    withFoundation(async ({ database }) => {
      await knownWebhook({ database }, tenant, id).catch(unknown(id));
      const deliveries = await listDeliveries(database.db, tenant, id, options);
      output.result(deliveries, () => deliveries.flatMap(deliveryText));
    }),
  );
}

function deliveryText({ id, type, state, createdAt, nextAttemptAt, attempts }: ListedDelivery): string[] {
  const next = nextAttemptAt === null ? '' : `, next attempt ${nextAttemptAt.toISOString()}`;
  return [
    `${createdAt.toISOString()}  ${id}  ${type}  ${state}${next}`,
    ...attempts.map((attempt) => `  ${attemptText(attempt)}`),
  ];
}

const attemptText = ({ attempt, at, status, error, durationMs }: Attempt): string =>
  `${attempt}. ${at.toISOString()}  ${status === null ? (error ?? '') : `HTTP ${status}`}  (${durationMs} ms)`;

function addResend(parent: Command): void {
  const command = ofTenant(parent, 'resend', 'send a delivery again, under the same message id').argument(
    '<delivery>',
    'as webhook deliveries shows it',
    values.uuid,
  );
  runs(command, ({ args: [tenant = '', id = ''], output }) =>
    withFoundation(async (foundation) => {
      await resendDelivery(adminOf(foundation), tenant, id).catch(
        saying({ no_such_resource: `There is no delivery ${id} of an event to an enabled webhook.` }),
      );
      output.result({ id, queued: true }, () => `Delivery ${id} is sent again.`);
    }),
  );
}
