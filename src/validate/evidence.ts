import type { Evidence } from '../model/evidence.ts';
import type { Columns } from './verdict.ts';

const counted = {
  amount: [
    'comma',
    'dot',
    'unclearComma',
    'unclearDot',
    'below',
    'above',
    'minus',
    'plus',
    'lowered',
    'whole',
    'fractions',
    'computed',
  ],
  date: ['dmy', 'mdy', 'ymd', 'serial', 'jjmmaa', 'unclearDigits'],
  side: ['zeros', 'signed', 'ones'],
  balance: ['within', 'beyond', 'opposite', 'negative', 'dashes', 'empty'],
  candidate: ['debits', 'credits', 'unsigned', 'letters', 'zeros', 'ones', 'empty', 'others'],
  heard: ['count'],
  code: ['cells', 'floats', 'decimals'],
  french: ['full', 'short'],
} as const;

type Counters = Record<string, number>;

/** What the cells read so far say. */
export function evidenceOf(found: Columns): Evidence {
  const evidence: Record<string, Counters> = {};
  each(found, (name, column, kinds) => {
    evidence[name] = Object.fromEntries(kinds.map((kind) => [kind, column[kind] ?? 0]));
  });
  return evidence;
}

/** Adds what was counted at another time: `more`, without what `less` counts. */
export function addEvidence(found: Columns, more: Evidence, less: Evidence): void {
  each(found, (name, column, kinds) => {
    for (const kind of kinds)
      column[kind] = (column[kind] ?? 0) + (more[name]?.[kind] ?? 0) - (less[name]?.[kind] ?? 0);
  });
}

function each(found: Columns, visit: (name: string, column: Counters, kinds: readonly string[]) => void): void {
  const as = (column: object) => column as Counters;
  for (const [name, column] of found.amounts) visit(`amount ${name}`, as(column), counted.amount);
  for (const [name, column] of found.dates) visit(`date ${name}`, as(column), counted.date);
  if (found.side) visit('side', as(found.side), counted.side);
  if (found.balance) visit('balance', as(found.balance), counted.balance);
  for (const candidate of found.candidates) visit(`candidate ${candidate.position}`, as(candidate), counted.candidate);
  for (const [name, column] of found.codes) visit(`code ${name}`, as(column), counted.code);
  for (const [name, column] of found.french) visit(`french ${name}`, as(column), counted.french);
  visit('heard', as(found.heard), counted.heard);
}
