import type { Evidence } from '../../model/evidence.ts';
import { type DateColumn, dateCounters, readings } from '../cells/date-column.ts';
import type { Columns } from './verdict.ts';

const counted = {
  amount: [
    'comma',
    'dot',
    'unclearComma',
    'unclearDot',
    'threes',
    'bare',
    'below',
    'above',
    'minus',
    'plus',
    'lowered',
    'whole',
    'fractions',
    'computed',
    'withCents',
    'odd',
  ],
  date: dateCounters,
  side: ['zeros', 'signed', 'ones', 'twos'],
  balance: ['within', 'beyond', 'opposite', 'negative', 'dashes', 'empty'],
  candidate: ['debits', 'credits', 'unsigned', 'letters', 'zeros', 'ones', 'empty', 'others'],
  heard: ['count'],
  code: ['cells', 'floats', 'decimals', 'numbered', 'words'],
  letter: ['yes', 'no', 'letters'],
  french: ['full', 'short'],
} as const;

type Counters = Record<string, number>;

/** What the cells read so far say. */
export function evidenceOf(found: Columns): Evidence {
  const evidence: Record<string, Counters> = {};
  each(found, (name, column, kinds) => {
    evidence[name] = Object.fromEntries(kinds.map((kind) => [kind, column[kind] ?? 0]));
  });
  for (const [name, column] of found.dates) Object.assign(evidence[`date ${name}`] ?? {}, monthsOf(column));
  return evidence;
}

/** Adds what was counted at another time: `more`, without what `less` counts. */
export function addEvidence(found: Columns, more: Evidence, less: Evidence): void {
  each(found, (name, column, kinds) => {
    for (const kind of kinds)
      column[kind] = (column[kind] ?? 0) + (more[name]?.[kind] ?? 0) - (less[name]?.[kind] ?? 0);
  });
  for (const [name, column] of found.dates) {
    addMonths(column, more[`date ${name}`] ?? {}, 1);
    addMonths(column, less[`date ${name}`] ?? {}, -1);
  }
}

/** Cells by month, those that there are: `dmy 917`. */
function monthsOf({ months }: DateColumn): Counters {
  const found = readings.flatMap((reading) =>
    [...months[reading].entries()].flatMap(([at, n]) => (n === 0 ? [] : [[`${reading} ${at}`, n] as const])),
  );
  return Object.fromEntries(found);
}

function addMonths({ months }: DateColumn, counted: Readonly<Counters>, sign: 1 | -1): void {
  for (const [key, n] of Object.entries(counted)) {
    const [reading, at] = key.split(' ');
    const known = readings.find((name) => name === reading);
    if (known !== undefined && at !== undefined)
      months[known][Number(at)] = (months[known][Number(at)] ?? 0) + sign * n;
  }
}

function each(found: Columns, visit: (name: string, column: Counters, kinds: readonly string[]) => void): void {
  const as = (column: object) => column as Counters;
  for (const [name, column] of found.amounts) visit(`amount ${name}`, as(column), counted.amount);
  for (const [name, column] of found.dates) visit(`date ${name}`, as(column), counted.date);
  if (found.side) visit('side', as(found.side), counted.side);
  if (found.balance) visit('balance', as(found.balance), counted.balance);
  for (const candidate of found.candidates) visit(`candidate ${candidate.position}`, as(candidate), counted.candidate);
  for (const [name, column] of found.codes) visit(`code ${name}`, as(column), counted.code);
  if (found.letter) visit('letter', as(found.letter), counted.letter);
  for (const [name, column] of found.french) visit(`french ${name}`, as(column), counted.french);
  visit('heard', as(found.heard), counted.heard);
}
