import type { Evidence } from '../../model/evidence.ts';
import type { Sum } from '../../model/totals.ts';

/** A sum under way, in cents. What exceeds 2^50 is carried into `…Carry`: a sum of any length loses no cent. */
export interface RunningSum {
  rows: number;
  debit: number;
  debitCarry: number;
  credit: number;
  creditCarry: number;
  balance: number;
  balanceCarry: number;
}

const CARRY = 2 ** 50;

export const runningSum = (): RunningSum => ({
  rows: 0,
  ...{ debit: 0, debitCarry: 0, credit: 0, creditCarry: 0, balance: 0, balanceCarry: 0 },
});

/** Adds one entry. Each amount is below 10^15 cents, and so below what is carried. */
export function addTo(sum: RunningSum, cents: number, balance: number): void {
  sum.rows++;
  if (cents > 0) {
    sum.debit += cents;
    if (sum.debit >= CARRY) carry(sum, 'debit');
  } else {
    sum.credit -= cents;
    if (sum.credit >= CARRY) carry(sum, 'credit');
  }
  sum.balance += balance;
  if (sum.balance >= CARRY || sum.balance <= -CARRY) carry(sum, 'balance');
}

function carry(sum: RunningSum, name: 'debit' | 'credit' | 'balance'): void {
  const whole = Math.trunc(sum[name] / CARRY);
  sum[name] -= whole * CARRY;
  sum[`${name}Carry`] += whole;
}

export const sumOf = (sum: RunningSum): Sum => ({
  rows: sum.rows,
  debit: exact(sum.debit, sum.debitCarry),
  credit: exact(sum.credit, sum.creditCarry),
  balance: exact(sum.balance, sum.balanceCarry),
});

const exact = (low: number, high: number): bigint => BigInt(high) * BigInt(CARRY) + BigInt(low);

/** Sums by currency. */
export type RunningSums = Map<string, RunningSum>;

const kinds = Object.keys(runningSum()) as (keyof RunningSum)[];
const PREFIX = 'sum ';

/** The sums as evidence: they add up and may be taken off, part by part. */
export const sumsAsEvidence = (sums: RunningSums): Evidence =>
  Object.fromEntries([...sums].map(([currency, sum]) => [PREFIX + currency, { ...sum }]));

/** Adds what was summed up at another time: `more`, without what is in `less`. */
export function addSums(sums: RunningSums, more: Evidence, less: Evidence): void {
  for (const name of new Set([...Object.keys(more), ...Object.keys(less)])) {
    if (!name.startsWith(PREFIX)) continue;
    const currency = name.slice(PREFIX.length);
    const sum = sums.get(currency) ?? runningSum();
    sums.set(currency, sum);
    for (const kind of kinds) sum[kind] += (more[name]?.[kind] ?? 0) - (less[name]?.[kind] ?? 0);
  }
}
