import { fill } from '../errors.ts';
import type { SyncFile } from '../model/sync.ts';
import type { Language } from '../model/tenant.ts';
import type { CurrencyTotals, Totals } from '../model/totals.ts';
import { phrases } from './phrases.ts';
import { counted, money, number } from './wording.ts';

const fates = ['read', 'refused', 'duplicate', 'stored'] as const;

/** The control totals of a file, to be compared with the ledger: what was read, what became of it, and of whom. */
export function totalsText(language: Language, { totals }: SyncFile): string[] {
  if (!totals) return [];
  const words = phrases[language].totals;
  const { currencies, others, unread, confirmed } = totals;
  return [
    ...currencies.flatMap((each) =>
      fates
        .filter((fate) => fate === 'read' || fate === 'stored' || each[fate].rows > 0)
        .map((fate) => sumText(language, totals, each, fate)),
    ),
    clientsText(language, totals),
    ...(others > 0 ? [counted(language, others, ...words.others)] : []),
    ...(unread > 0 ? [counted(language, unread, ...words.unread)] : []),
    ...(confirmed === null ? [] : [fill(words.confirmed, { line: confirmed })]),
  ];
}

function sumText(language: Language, totals: Totals, each: CurrencyTotals, fate: (typeof fates)[number]): string {
  const words = phrases[language].totals;
  const { rows, debit, credit, amount, balance } = each[fate];
  const sums = fill(words.sums, {
    of: words.of[fate],
    rows: counted(language, rows, ...words.rows),
    debit: money(language, debit),
    credit: money(language, credit),
    amount: money(language, amount),
    currency: each.currency,
  });
  return totals.hasBalance ? `${sums}, ${fill(words.balance, { balance: money(language, balance) })}` : sums;
}

function clientsText(language: Language, { clients }: Totals): string {
  const words = phrases[language].totals;
  if (clients === null) return words.manyClients;
  const { read, stored } = clients;
  return fill(words.clients, { read: number(language, read), stored: number(language, stored) });
}
