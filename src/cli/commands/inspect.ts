import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Format, Repair } from '../../model/format.ts';
import { identify } from '../../reader/thread-identify.ts';
import { headerJudge } from '../../validate/columns/judge.ts';
import { runs } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { addPins, pinsOf, type PinOptions } from '../pins.ts';
import { printRecords } from '../print-records.ts';
import { formatOf } from '../../reader/format-of.ts';

export function addInspect(program: Command): void {
  const command = addPins(program.command('inspect'))
    .description('what a file is: encoding, delimiter, quote, line ends, header line, dataset')
    .argument('<file>')
    .option('--records', 'print every record as one JSON array a line, its line number first');
  runs<PinOptions & { records?: true }>(command, async ({ args: [name = ''], options, output }) => {
    const { path, size } = await readableFile(name);
    const pins = pinsOf(options);
    const format = await formatOf(path, pins, headerJudge());
    if (options.records) {
      await printRecords(path, pins, format, ({ line, code }) => process.stderr.write(`line ${line}: ${code}\n`));
      return;
    }
    const { content } = await identify({ kind: 'identify', file: { path, name: basename(path), size }, mappings: [] });
    const dataset = content === 'unknown' ? (headerJudge()(format.header).dataset ?? null) : content;
    output.result({ file: basename(path), size, dataset, ...format }, () => [
      `File         ${basename(path)} (${size} bytes)`,
      `Dataset      ${dataset ?? 'not recognised'}`,
      ...formatLines(format),
      `Header       ${format.headerLine === 0 ? 'none' : `line ${format.headerLine}`}`,
      ...format.header.map((cell, i) => `  ${String(i + 1).padStart(3)}  ${cell}`),
    ]);
  });
}

/** @throws CommandFailure */
export async function readableFile(name: string): Promise<{ path: string; size: number }> {
  const path = resolve(name);
  const found = await stat(path).catch((error: unknown) => {
    throw new CommandFailure(`${name} cannot be read: ${(error as Error).message}`);
  });
  if (!found.isFile()) throw new CommandFailure(`${name} is no file.`);
  return { path, size: found.size };
}

const shownDelimiters: Readonly<Record<string, string>> = { '\t': 'tab', ';': 'semicolon (;)', ',': 'comma (,)' };

const shownRepairs: Readonly<Record<Repair, string>> = {
  'html-entities': 'HTML entities',
  'encoded-twice': 'encoded twice',
  'c1-controls': 'Windows characters as control characters',
};

function formatLines(format: Format): string[] {
  if (format.kind === 'xlsx') return ['Format       Excel workbook', `Sheet        ${format.sheet}`];
  return [
    `Format       ${format.kind === 'fec' ? 'FEC' : 'CSV'}`,
    `Encoding     ${[
      `${format.encoding}${format.bom ? ' with byte order mark' : ''}`,
      ...(format.repairs ?? []).map((repair) => shownRepairs[repair]),
    ].join(', ')}`,
    `Delimiter    ${shownDelimiters[format.delimiter] ?? format.delimiter}`,
    `Quote        ${format.quote}${format.escape === '\\' ? ', escapes by backslash' : ''}`,
    `Line ends    ${format.lineEnds}`,
  ];
}
