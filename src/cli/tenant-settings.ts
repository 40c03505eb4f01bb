import { Option, type Command } from 'commander';
import type { TenantChange } from '../db/queries/tenants/tenants.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Language, Trigger } from '../model/tenant.ts';
import * as values from './values.ts';

/** The settings of a tenant as options. */
export interface TenantOptions {
  name?: string;
  live?: true;
  validation?: true;
  suspend?: true;
  trigger?: Trigger;
  donePattern?: string[];
  settleSeconds?: number;
  settleMaxSeconds?: number;
  expected?: Dataset[];
  multiContact?: boolean;
  company?: string;
  language?: Language;
  fecAccounts?: string[];
  guardSettle?: number;
  guardRows?: number;
  requireTls?: boolean;
  quota?: number;
  maxFile?: number;
}

export function addTenantOptions(command: Command): Command {
  return command
    .addOption(new Option('--live', 'import for real').conflicts(['validation', 'suspend']))
    .addOption(new Option('--validation', 'only dry runs, with reports').conflicts(['live', 'suspend']))
    .addOption(new Option('--suspend', 'let nobody in and import nothing').conflicts(['live', 'validation']))
    .option('--trigger <when>', 'what starts a sync: settle, each or done-file', values.trigger)
    .option('--done-pattern <names>', 'names of the file that says "all is there"', values.patternList)
    .option('--settle-seconds <n>', 'quiet before a sync starts', values.seconds)
    .option('--settle-max-seconds <n>', 'the longest that a sync waits', values.seconds)
    .option('--expected <datasets>', 'what a complete delivery holds, such as clients,ecritures', values.datasetList)
    .option('--multi-contact', 'take contacts too, and expect them')
    .option('--no-multi-contact', 'take no contacts')
    .option('--company <code>', 'company of rows that name none')
    .option('--language <fr|en>', 'of reports', values.language)
    .option('--fec-accounts <prefixes>', 'accounts that make a line of an FEC an entry', values.accountList)
    .option('--guard-settle <share>', 'hold a sync that would settle more, such as 30%', values.share)
    .option('--guard-rows <share>', 'hold a snapshot with fewer rows than this share of the last', values.share)
    .option('--require-tls', 'refuse cleartext FTP, whatever a credential allows')
    .option('--no-require-tls', 'leave cleartext FTP to each credential')
    .option('--quota <size>', 'bytes that the tenant may store, such as 10g', values.byteSize)
    .option('--max-file <size>', 'the largest file, such as 2g', values.byteSize);
}

/** The settings that are named. */
export function changeOf(options: TenantOptions): TenantChange {
  const state = options.live ? 'live' : options.validation ? 'validation' : options.suspend ? 'suspended' : undefined;
  return withoutUndefined({
    name: options.name,
    state,
    trigger: options.trigger,
    donePatterns: options.donePattern,
    settleSeconds: options.settleSeconds,
    settleMaxSeconds: options.settleMaxSeconds,
    expected: options.expected,
    multiContact: options.multiContact,
    defaultCompany: options.company,
    language: options.language,
    fecAccounts: options.fecAccounts,
    guardSettle: options.guardSettle,
    guardRows: options.guardRows,
    requireTls: options.requireTls,
    quotaBytes: options.quota,
    maxFileBytes: options.maxFile,
  });
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> };
}
