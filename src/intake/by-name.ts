import type { Dataset } from '../model/dataset.ts';
import { datasets } from '../model/dataset.ts';
import type { VersionedMapping } from '../model/mapping.ts';
import { asksFor, hasDataEnding, isFlagByName, isNoteByName } from '../model/beside.ts';
import { matchesPattern } from '../model/shell-pattern.ts';

/** Shell patterns (`CLIENTS_*.csv`), without regard to case or Unicode form, over a file's name without its folders. */
export function matchesName(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesPattern(folded(pattern), folded(name)));
}

const folded = (text: string): string[] => Array.from(text.normalize('NFC').toLowerCase());

/** The dataset whose mapping claims this name; `undefined` leaves the question to the header. */
export function datasetByMapping(name: string, mappings: readonly VersionedMapping[]): Dataset | undefined {
  return mappings.find(({ files }) => files?.some((each) => asksFor(each, name) && matchesName([each], name)))?.dataset;
}

const usual: Readonly<Record<Dataset, RegExp>> = {
  clients: /clients?|customers?|tiers|debiteurs?|debtors?/,
  contacts: /contacts?|interlocuteurs?/,
  ecritures: /ecritures?|entries|ledger|factures?|invoices?|balance|grand.?livre|gl(?![a-z])/,
};

const plainOf = (name: string): string => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** What people usually call their exports: the last resort, for a file whose header fits two datasets. */
export function datasetByUsualName(name: string): Dataset | undefined {
  const plain = plainOf(name);
  const matching = datasets.filter((dataset) => usual[dataset].test(plain));
  return matching.length === 1 ? matching[0] : undefined;
}

/** Documents about single pieces, which lie beside many an export. */
const pieces = /factures?|invoices?|avoirs?|releves?|relances?|statements?/;

/**
 * Whether a file that holds no rows lies beside an export, and is none that went wrong: nothing in its name says that it
 * would be one. `code`: why it was not read.
 */
export function liesBeside(name: string, code: string): boolean {
  const named = datasetByUsualName(name);
  if (code === 'unrecognised') return isNoteByName(name);
  if (code === 'empty_file') return named === undefined && isFlagByName(name);
  return code === 'no_table' && !hasDataEnding(name) && (named === undefined || pieces.test(plainOf(name)));
}
