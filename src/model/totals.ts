/** What some entries come to, in cents. */
export interface Sum {
  rows: number;
  /** Amounts above zero, and those below, without their sign. */
  debit: bigint;
  credit: bigint;
  /** What the file's own column says is left to pay. */
  balance: bigint;
}

/** By currency: an amount in dollars is none in euros. */
export type Sums = ReadonlyMap<string, Sum>;

export const noSum: Readonly<Sum> = { rows: 0, debit: 0n, credit: 0n, balance: 0n };

/** A sum as it is stored and shown: amounts are decimal text (`-1234.50`), exact whatever their size. */
export interface ShownSum {
  rows: number;
  debit: string;
  credit: string;
  /** Debits without credits. */
  amount: string;
  balance: string;
}

/** What the entries of a file come to in one currency; `read` is the sum of the three others. */
export interface CurrencyTotals {
  currency: string;
  /** Every entry whose amount could be read. */
  read: ShownSum;
  /** Parts of `read`: refused, left out because they stood there twice, and kept in the table. */
  refused: ShownSum;
  duplicate: ShownSum;
  stored: ShownSum;
}

/** The control totals of a file of entries, to compare with the ledger. */
export interface Totals {
  /** The most used first, at most `mostCurrencies`. */
  currencies: CurrencyTotals[];
  /** Entries in other currencies. */
  others: number;
  /** Refused records whose amount cannot be read: in no sum. */
  unread: number;
  /** The file has a column of balances. */
  hasBalance: boolean;
  /** Clients that the entries name; `null`: more than are counted. */
  clients: { read: number; stored: number } | null;
  /** The line of the file's own total that agrees with what was read, if there is one. */
  confirmed: number | null;
}

export const mostCurrencies = 10;

/** Cents → `-1234.50`. */
export function decimalText(cents: bigint): string {
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
  return `${cents < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** What two sums come to, or what is left of `a` without `b`. */
export const plus = (a: Sum, b: Sum): Sum => ({
  rows: a.rows + b.rows,
  debit: a.debit + b.debit,
  credit: a.credit + b.credit,
  balance: a.balance + b.balance,
});
export const minus = (a: Sum, b: Sum): Sum => ({
  rows: a.rows - b.rows,
  debit: a.debit - b.debit,
  credit: a.credit - b.credit,
  balance: a.balance - b.balance,
});
