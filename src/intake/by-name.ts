import type { Dataset } from '../model/dataset.ts';
import { datasets } from '../model/dataset.ts';
import type { VersionedMapping } from '../model/mapping.ts';
import { matchesPattern } from '../model/shell-pattern.ts';

/** Shell patterns (`CLIENTS_*.csv`), without regard to case or Unicode form, over a file's name without its folders. */
export function matchesName(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => matchesPattern(folded(pattern), folded(name)));
}

const folded = (text: string): string[] => Array.from(text.normalize('NFC').toLowerCase());

/** The dataset whose mapping claims this name; `undefined` leaves the question to the header. */
export function datasetByMapping(name: string, mappings: readonly VersionedMapping[]): Dataset | undefined {
  return mappings.find((mapping) => mapping.files !== undefined && matchesName(mapping.files, name))?.dataset;
}

const usual: Readonly<Record<Dataset, RegExp>> = {
  clients: /clients?|customers?|tiers|debiteurs?|debtors?/,
  contacts: /contacts?|interlocuteurs?/,
  ecritures: /ecritures?|entries|ledger|factures?|invoices?|balance|grand.?livre|gl(?![a-z])/,
};

/** What people usually call their exports: the last resort, for a file whose header fits two datasets. */
export function datasetByUsualName(name: string): Dataset | undefined {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const matching = datasets.filter((dataset) => usual[dataset].test(plain));
  return matching.length === 1 ? matching[0] : undefined;
}
