import type { LeftOut } from '../load/left-out.ts';
import { copyLine } from '../model/copy-line.ts';
import type { Counts } from '../model/sync.ts';
import {
  type CurrencyTotals,
  decimalText,
  minus,
  mostCurrencies,
  noSum,
  plus,
  type ShownSum,
  type Sum,
  type Sums,
  type Totals,
} from '../model/totals.ts';
import { clientCounts } from '../validate/file/client-counts.ts';
import type { ReadTotals } from '../validate/file/control-totals.ts';

/**
 * Pure: what the entries of a file come to, read and stored. What is stored is what was read without what was refused
 * or left out; that it is as many rows as the load has counted is checked.
 * @throws Error where it is not
 */
export function totalsOf(name: string, read: ReadTotals, leftOut: LeftOut | undefined, counts: Counts): Totals {
  const currencies = [...read.read.keys()]
    .map((currency) => inCurrency(currency, read, leftOut))
    .toSorted((a, b) => b.read.rows - a.read.rows || (a.currency < b.currency ? -1 : 1));
  const stored = currencies.reduce((sum, each) => sum + each.stored.rows, 0);
  const counted = counts.inserted + counts.updated + counts.unchanged;
  if (stored !== counted) throw new Error(`the totals of ${name} do not add up: ${stored} rows of ${counted}`);
  return {
    currencies: currencies.slice(0, mostCurrencies),
    others: currencies.slice(mostCurrencies).reduce((sum, each) => sum + each.read.rows, 0),
    unread: read.unread,
    hasBalance: read.hasBalance,
    clients: clientsOf(read, leftOut),
    confirmed: read.confirmed,
  };
}

function inCurrency(currency: string, read: ReadTotals, leftOut: LeftOut | undefined): CurrencyTotals {
  const at = (sums: Sums | undefined): Sum => sums?.get(currency) ?? noSum;
  const all = at(read.read);
  const refused = plus(at(read.refused), at(leftOut?.refused));
  const duplicate = at(leftOut?.duplicate);
  const stored = minus(all, plus(refused, duplicate));
  return { currency, read: shown(all), refused: shown(refused), duplicate: shown(duplicate), stored: shown(stored) };
}

const shown = ({ rows, debit, credit, balance }: Sum): ShownSum => ({
  rows,
  debit: decimalText(debit),
  credit: decimalText(credit),
  amount: decimalText(debit - credit),
  balance: decimalText(balance),
});

/** A client counts as stored whose entries were not all refused. */
function clientsOf({ clients }: ReadTotals, leftOut: LeftOut | undefined): Totals['clients'] {
  if (clients === null) return null;
  const all = clientCounts();
  all.merge(clients.read, 1);
  const read = all.clients() ?? 0;
  all.merge(clients.refused, -1);
  const accepted = all.clients() ?? 0;
  const gone = (leftOut?.repeats ?? []).filter(
    ({ company, client, rows }) => all.countOf(copyLine([company, client]).slice(0, -1)) === rows,
  );
  return { read, stored: accepted - gone.length - (leftOut?.unknownClients ?? 0) };
}
