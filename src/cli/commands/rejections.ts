import { createWriteStream } from 'node:fs';
import { PassThrough, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Option, type Command } from 'commander';
import type { SyncWithFiles } from '../../db/queries/syncs/syncs.ts';
import type { Foundation } from '../../main/foundation.ts';
import type { ReportedRejection } from '../../model/report.ts';
import type { rejectionsXlsx } from '../../report/rejections-xlsx.ts';
import { rejectionCells, rejectionsCsv } from '../../report/rejections-csv.ts';
import { rejectionsOf } from '../../db/queries/rows/rejections.ts';
import { findingText } from '../../validate/messages.ts';
import { runs, withFoundation } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { knownSync, knownTenant } from '../known.ts';
import { visible } from '../terminal.ts';
import * as values from '../values.ts';

interface RejectionsOptions {
  csv?: true;
  xlsx?: true;
  output?: string;
}

export function addRejections(program: Command): void {
  const command = program
    .command('rejections')
    .description('the records that a sync refused, each with its line, reason and original')
    .argument('<sync>', '', values.syncId)
    .addOption(new Option('--csv', 'as CSV that Excel opens').conflicts('xlsx'))
    .addOption(new Option('--xlsx', 'as a workbook').conflicts('csv'))
    .option('-o, --output <file>', 'into a file instead of standard output');
  runs<RejectionsOptions>(command, ({ args: [id = ''], options, output }) =>
    withFoundation(async (foundation) => {
      const sync = await knownSync(foundation.database, Number(id));
      const { language } = await knownTenant(foundation.database, sync.tenantId);
      const context = { language, files: sync.files };
      if (options.xlsx && options.output === undefined && process.stdout.isTTY)
        throw new CommandFailure('A workbook is not for a terminal: add -o FILE.');
      await reading(foundation, sync, async (rejections) => {
        if (options.xlsx) await workbook(rejections, context, target(options.output));
        else if (options.csv) await pipeline(rejectionsCsv(rejections, context), target(options.output));
        else if (output.json) await pipeline(jsonArray(rejections, language), target(options.output));
        else await pipeline(lines(rejections, context), target(options.output));
      });
      if (options.output !== undefined) output.note(`Written to ${options.output}`);
    }),
  );
}

/** exceljs takes half a second to load, which every other command does without. */
async function workbook(...given: Parameters<typeof rejectionsXlsx>): Promise<void> {
  const report = await import('../../report/rejections-xlsx.ts');
  await report.rejectionsXlsx(...given);
}

/** A page at a time, of one moment. */
async function reading(
  { database }: Foundation,
  sync: SyncWithFiles,
  work: (rejections: AsyncIterable<ReportedRejection>) => Promise<void>,
): Promise<void> {
  const run = { tenantId: sync.tenantId, syncId: sync.id, attempt: sync.attempts };
  const fileNos = [...new Set(sync.files.map(({ fileNo }) => fileNo))];
  await database.sql.begin((tx) => work(rejectionsOf(tx, run, fileNos)));
}

function target(file: string | undefined): Writable {
  return file === undefined ? standardOutput() : createWriteStream(file);
}

/** Ends where standard output must not. */
function standardOutput(): Writable {
  const through = process.stdout.isTTY
    ? new Transform({
        decodeStrings: false,
        transform: (chunk: string | Buffer, _, done) => done(null, visible(chunk.toString())),
      })
    : new PassThrough();
  through.pipe(process.stdout, { end: false });
  return through;
}

async function* jsonArray(rejections: AsyncIterable<ReportedRejection>, language: 'fr' | 'en') {
  let before = '[';
  for await (const { fileNo, line, column, code, value, raw } of rejections) {
    const message = findingText(code, language, { column, value });
    yield before + visible(JSON.stringify({ fileNo, line, column, code, value, message, raw }));
    before = ',\n';
  }
  yield before === '[' ? '[]\n' : ']\n';
}

async function* lines(
  rejections: AsyncIterable<ReportedRejection>,
  context: Parameters<typeof rejectionCells>[1],
): AsyncGenerator<string> {
  let isEmpty = true;
  for await (const rejection of rejections) {
    isEmpty = false;
    const [name, line, column, value, , message] = rejectionCells(rejection, context);
    const where = [`line ${line ?? ''}`, ...(column === '' ? [] : [column])].join(', ');
    yield visible(`${name ?? ''}, ${where}: ${message ?? ''}${value === '' ? '' : ` (${value ?? ''})`}\n`);
  }
  if (isEmpty) yield 'No record was refused.\n';
}
