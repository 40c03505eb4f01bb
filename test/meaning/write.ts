import { writeFile } from 'node:fs/promises';
import iconv from 'iconv-lite';
import { texts as row, writeBook } from '../parse/xlsx-fixture.ts';
import type { Habits } from './habits.ts';
import type { Ledger } from './ledger.ts';
import { type Cell, type Line, type Meant, tableOf } from './table.ts';

/** A file as its sender would write it, and what each of its physical lines means. */
export interface Written {
  name: string;
  meant: ReadonlyMap<number, Meant>;
  /** Lines of which a cell is no value, or which were broken: they may be refused. */
  faulty: ReadonlySet<number>;
}

/** Forms that contradict one another are none that any program writes. */
export function sane(habits: Habits): Habits {
  const { quoting, delimiter, container, encoding, faults } = habits;
  const isText = container === 'text';
  const splitsFigures = isText && quoting === 'none' && delimiter === ',';
  return {
    ...habits,
    amount: splitsFigures ? '1234.56' : habits.amount,
    repair: isText && encoding === 'utf-8' ? habits.repair : 'none',
    faults: isText ? faults : { ...faults, shortLines: 0, splitLines: 0 },
  };
}

const substitutes: Readonly<Record<string, string>> = {
  '–': '-',
  '’': "'",
  '…': '...',
  œ: 'oe',
  Œ: 'OE',
  '€': 'EUR',
  '«': '',
  '»': '',
  '\u00a0': ' ',
};

/** A text without what the habits cannot write. */
function writable(text: string, habits: Habits): string {
  const plain = Array.from(text, (letter) => {
    const { encoding } = habits;
    const isThere = encoding.startsWith('utf') || iconv.decode(iconv.encode(letter, encoding), encoding) === letter;
    return isThere ? letter : (substitutes[letter] ?? '?');
  }).join('');
  if (habits.container === 'workbook' || habits.quoting !== 'none') return plain.trim();
  return plain.replaceAll('"', '').replaceAll(habits.delimiter, ' ').replace(/\s+/g, ' ').trim();
}

const isText = (given: unknown): given is string => typeof given === 'string';

export async function write(folder: string, ledger: Ledger, given: Habits): Promise<Written & { path: string }> {
  const habits = sane(given);
  const kept: Ledger = {
    parties: ledger.parties.map((party) => ({
      ...party,
      name: writable(party.name, habits),
      city: writable(party.city, habits),
    })),
    entries: ledger.entries.map((entry) => ({ ...entry, label: writable(entry.label, habits) })),
  };
  const name = `${habits.dataset}.${habits.container === 'text' ? 'csv' : 'xlsx'}`;
  const path = `${folder}/${name}`;
  const { lines, meant, faulty } = layOut(kept, habits);
  if (habits.container === 'workbook') await writeWorkbook(path, lines);
  else await writeFile(path, encoded(lines, habits));
  return { name, path, meant, faulty };
}

/** The physical lines of the file: a string is a line of its own, cells are delimited. */
function layOut(ledger: Ledger, habits: Habits) {
  const { around, faults } = habits;
  const table = tableOf(ledger, habits);
  const lines: (string | Cell[])[] = [...around.preamble, table.header];
  if (around.under === 'labels') lines.push(table.second);
  if (around.under === 'types') lines.push(table.types);
  if (around.under === 'dashes') lines.push(table.header.map(() => '--------'));
  const meant = new Map<number, Meant>();
  const faulty = new Set<number>();
  for (const [i, line] of table.lines.entries()) {
    if (around.pages > 0 && i > 0 && i % around.pages === 0) lines.push(table.header);
    const at = lines.length + 1;
    if (line.meant) meant.set(at, line.meant);
    if (line.isFaulty) faulty.add(at);
    const fromEnd = table.lines.length - 1 - i;
    if (fromEnd < faults.shortLines) {
      lines.push(line.cells.slice(0, -1 - (i % 3)));
      faulty.add(at);
    } else if (fromEnd - faults.shortLines < faults.splitLines) {
      lines.push(...split(line, table.label));
      faulty.add(at).add(at + 1);
    } else lines.push(line.cells);
  }
  if (around.total) lines.push(totalLine(table.header, ledger, habits));
  if (around.trailer)
    lines.push(around.trailer.replace('{n}', String(table.lines.length)).replace(';', habits.delimiter));
  return { lines, meant, faulty };
}

/** A line break in a label without quotes makes two lines of one. */
function split({ cells }: Line, label: number): Cell[][] {
  const text = cells[label];
  const [first = '', ...rest] = isText(text) ? text.split(' ') : [];
  return [
    [...cells.slice(0, label), first],
    [rest.join(' ') || 'suite', ...cells.slice(label + 1)],
  ];
}

function totalLine(header: readonly string[], { entries }: Ledger, { dataset }: Habits): Cell[] {
  const sum = entries.reduce((all, { cents }) => all + Math.max(cents, 0), 0);
  return header.map((name, i) => {
    if (i === 0) return 'Total';
    return dataset === 'ecritures' && /d[ée]bit|^montant$|^amount$/i.test(name)
      ? (sum / 100).toFixed(2).replace('.', ',')
      : '';
  });
}

function encoded(lines: readonly (string | Cell[])[], habits: Habits): Buffer {
  const { delimiter, lineEnd, encoding, bom, repair, around } = habits;
  const written = lines.map((line) =>
    isText(line) ? line : line.map((cell) => quoted(isText(cell) ? cell : String(cell.number), habits)).join(delimiter),
  );
  const text = written.join(lineEnd) + (around.finalLineEnd ? lineEnd : '');
  if (repair === 'entities') return Buffer.from(text.replace(/&/g, '&amp;').replace(/[\u0080-\uffff]/g, entity));
  if (repair === 'twice') return iconv.encode(iconv.decode(Buffer.from(text), 'windows-1252'), 'utf-8');
  const isUnicode = encoding.startsWith('utf');
  return iconv.encode(text, encoding, { addBOM: isUnicode && bom });
}

const named: Readonly<Record<string, string>> = {
  é: 'eacute',
  è: 'egrave',
  '€': 'euro',
  '\u00a0': 'nbsp',
  '’': 'rsquo',
};
const entity = (letter: string): string => `&${named[letter] ?? `#${letter.charCodeAt(0)}`};`;

function quoted(text: string, { quoting, delimiter }: Habits): string {
  const needs = text.includes(delimiter) || text.includes('"');
  switch (quoting) {
    case 'all':
      return `"${text.replaceAll('"', '""')}"`;
    case 'needed':
      return needs ? `"${text.replaceAll('"', '""')}"` : text;
    case 'apostrophes':
      return `'${text.replaceAll("'", "''")}'`;
    case 'backslash':
      return `"${text.replace(/["\\]/g, '\\$&')}"`;
    case 'none':
      return text;
  }
}

const styles = { general: 0, cents: 1, date: 2, time: 3 } as const;
const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

async function writeWorkbook(path: string, lines: readonly (string | Cell[])[]): Promise<void> {
  const rows = lines.map((line, i) => {
    if (isText(line)) return line === '' ? '' : row(i + 1, escapeXml(line));
    const cells = line.map((cell, column) => {
      const at = `r="${String.fromCharCode(65 + column)}${i + 1}"`;
      if (!isText(cell)) return `<c ${at} s="${styles[cell.format]}"><v>${cell.number}</v></c>`;
      return cell === '' ? '' : `<c ${at} t="inlineStr"><is><t>${escapeXml(cell)}</t></is></c>`;
    });
    return `<row r="${i + 1}">${cells.join('')}</row>`;
  });
  await writeBook(path, { sheets: { Export: rows.join('') }, formats: ['#,##0.00', 'dd/mm/yyyy', 'dd/mm/yyyy hh:mm'] });
}
