import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { setMapping } from '../../admin/mappings.ts';
import { currentMappings } from '../../db/queries/tenants/mappings.ts';
import type { Dataset } from '../../model/dataset.ts';
import { propose } from '../../reader/propose.ts';
import type { InferredMapping } from '../../validate/columns/infer.ts';
import { findingText } from '../../validate/messages.ts';
import { adminOf } from '../admin.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { readableFile } from './inspect.ts';
import { knownTenant } from '../known.ts';
import { parseMapping } from '../mapping-input.ts';
import { table } from '../output.ts';
import { addPins, pinsOf, type PinOptions } from '../pins.ts';
import * as values from '../values.ts';

export function addMapping(program: Command): void {
  const mapping = program.command('mapping').description('how a tenant’s files are read');
  addShow(mapping);
  addSet(mapping);
  addInfer(mapping);
}

function addShow(parent: Command): void {
  const command = parent.command('show').description('the mappings in force').argument('<tenant>', '', values.tenantId);
  runs(command, ({ args: [tenant = ''], output }) =>
    withFoundation(async ({ database }) => {
      await knownTenant(database, tenant);
      const mappings = await currentMappings(database.db, tenant);
      output.result(mappings, () =>
        mappings.length === 0
          ? 'No mapping: everything is detected.'
          : mappings.map(({ dataset, version, ...rest }) => `${dataset} (version ${version}): ${JSON.stringify(rest)}`),
      );
    }),
  );
}

function addSet(parent: Command): void {
  const command = parent
    .command('set')
    .description('put a mapping in force for the files to come')
    .argument('<tenant>', '', values.tenantId)
    .argument('<dataset>', 'clients, contacts or ecritures', values.dataset)
    .argument('[file]', 'JSON, as "mapping infer --json" gives it under "mapping"; "-" is standard input', '-');
  runs(command, async ({ args: [tenant = '', dataset = '', file = '-'], output }) => {
    const mapping = parseMapping(await readJson(file), dataset as Dataset);
    await withFoundation(async (foundation) => {
      await knownTenant(foundation.database, tenant);
      const stored = await setMapping(adminOf(foundation), tenant, dataset as Dataset, mapping);
      output.result(stored, () => `Version ${stored.version} of the mapping for ${dataset} is in force.`);
    });
  });
}

async function readJson(file: string): Promise<string> {
  try {
    return file === '-' ? await textOf(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function addInfer(parent: Command): void {
  const command = addPins(parent.command('infer'))
    .description('propose a mapping from a sample, and show its first rows as they would be stored')
    .argument('<file>');
  runs<PinOptions>(command, async ({ args: [name = ''], options, output }) => {
    const { path } = await readableFile(name);
    const pins = pinsOf(options);
    const proposal = await propose(path, pins, new Date());
    output.result(proposal, () => proposalLines(proposal));
  });
}

function proposalLines(proposal: InferredMapping): string[] {
  const { dataset, mapping, unknown, missing, entryIdCandidates, preview, rejections, warnings } = proposal;
  const columns = Object.entries(mapping.columns ?? {}).map(([column, header]) => `  ${column} ← ${header}`);
  return [
    `Dataset: ${dataset}`,
    ...(columns.length > 0 ? ['Columns:', ...columns] : []),
    ...(missing.length > 0 ? ['Missing, to be chosen by hand:', ...missing.map((each) => `  ${each}`)] : []),
    ...(unknown.length > 0 ? [`Kept as they are (extra): ${unknown.join(', ')}`] : []),
    ...(entryIdCandidates.length > 0 ? [`May be the entry's id (entry_id): ${entryIdCandidates.join(', ')}`] : []),
    ...previewLines(preview),
    ...rejections
      .slice(0, 10)
      .map(
        ({ line, code, column, value }) => `  sample row ${line - 1}: ${findingText(code, 'en', { column, value })}`,
      ),
    ...remarks(warnings),
    '',
    `To put it in force: arrivage mapping set <tenant> ${dataset === 'fec' ? 'ecritures' : dataset} <<< '${JSON.stringify(mapping).replaceAll("'", "'\\''")}'`,
  ];
}

/** What the sample made arrivage remark, besides the columns that it does not know, which are named above. */
function remarks(warnings: InferredMapping['warnings']): string[] {
  return warnings
    .filter(({ code }) => code !== 'unknown_column')
    .map(({ code, column, count, examples: [first] }) => {
      const text = findingText(code, 'en', { column, value: first?.value ?? null });
      return `  ${text}${count > 1 ? ` (${count} times)` : ''}`;
    });
}

/** Columns that are empty in all rows are left out. */
function previewLines(preview: InferredMapping['preview']): string[] {
  const names = Object.keys(preview[0] ?? {}).filter((name) => preview.some((row) => (row[name] ?? null) !== null));
  if (names.length === 0) return [];
  const cells = preview.map((row) => names.map((name) => (row[name] ?? '').slice(0, 24)));
  return ['First rows as they would be stored:', ...table(names, cells).map((line) => `  ${line}`)];
}
