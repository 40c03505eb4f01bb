import { ledgerCurrency } from '../../model/columns.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { RecordView } from '../../model/record.ts';
import { noSum, plus, type Sum, type Sums } from '../../model/totals.ts';
import { clientCounts, type ClientCounts } from './client-counts.ts';
import { HASH_SLACK } from '../output/hash.ts';
import type { KnownClients } from './known-clients.ts';
import { output } from '../output/output.ts';
import { newRow, type Row, TAB } from '../rows/row.ts';
import type { RowWriters } from '../rows/row-writers.ts';
import { addSums, addTo, type RunningSum, type RunningSums, runningSum, sumOf, sumsAsEvidence } from './sums.ts';
import { warnings } from '../cells/warnings.ts';

/** What the entries of one file come to. */
export interface ReadTotals {
  /** Over every record whose amount could be read, and over those of them that were refused. */
  read: Sums;
  refused: Sums;
  /** Refused records whose amount cannot be read. */
  unread: number;
  hasBalance: boolean;
  /** The file's own total, see `Totals`. */
  confirmed: number | null;
  /** How many entries each client has, of those read and of those refused: see `ClientCounts`; `null`: too many. */
  clients: { read: Uint8Array<ArrayBuffer>; refused: Uint8Array<ArrayBuffer> } | null;
}

/** What was summed up at another time. */
export interface KeptTotals {
  evidence: Evidence;
  /** See `ClientCounts`; `null`: too many. */
  clients: Uint8Array | null;
}

export interface ControlTotals {
  /** The row of an accepted record stands in `row.out`. @param isCounted whether `known` has counted its client's entry */
  accept(isCounted: boolean): void;
  /** A refused record, of which no cell has moved: its amount counts where it can be read. */
  refuse(view: RecordView): void;
  /** Its cells have moved: nobody knows which is the amount. */
  skip(): void;
  /** A line of an FEC that is no entry. */
  elsewhere(view: RecordView): void;
  /** Adds what need not be read: of all records then, without those that are gone or are read again. */
  keep(all: KeptTotals, removed: KeptTotals): void;
  evidence(): Evidence;
  /** What all lines of an FEC come to, where debits are not credits: it is damaged, or a part. */
  imbalance(): Sum | undefined;
  /** By currency, as far as it was read. */
  sums: () => Sums;
  /** @param known which clients it has counted */
  result(confirmed: number | null, known: KnownClients | undefined): ReadTotals;
}

interface Side {
  sums: RunningSums;
  clients: ClientCounts;
}

/**
 * Sums up the entries of a file: of an accepted record what its row says, of a refused one what `again` reads, writers
 * with a row of their own, so that its cells are not counted twice as evidence.
 */
export function controlTotals(row: Row, names: readonly string[], again: (row: Row) => RowWriters): ControlTotals {
  const read: Side = { sums: new Map(), clients: clientCounts() };
  const refused: Side = { sums: new Map(), clients: clientCounts() };
  const [company = -1, client = -1, currency = -1] = ['company', 'client_code', 'currency'].map((name) =>
    names.indexOf(name),
  );
  const others = runningSum();
  const whole = () => [...read.sums.values()].map(sumOf).reduce(plus, noSum);
  let unread = 0;
  let isOver = false;
  let code = 0;
  let last = sumFor(read.sums, ledgerCurrency);

  /** Most files have one currency: its sum is at hand. */
  const sumAt = (buffer: Uint8Array, at: number): RunningSum => {
    const letters = ((buffer[at] as number) << 16) | ((buffer[at + 1] as number) << 8) | (buffer[at + 2] as number);
    if (letters === code) return last;
    code = letters;
    return (last = sumFor(read.sums, currencyAt(buffer, at)));
  };
  const readAgain = rereader(again, { company, client, currency });

  return {
    accept(isCounted) {
      const { out, ranges } = row;
      const sum = currency < 0 ? last : sumAt(out.buffer, ranges.starts[currency] as number);
      addTo(sum, row.cents, row.balance);
      if (!isCounted) read.clients.add(out.view, ranges.starts[company] as number, ranges.ends[client] as number);
    },
    refuse(view) {
      const found = readAgain.record(view);
      if (found === undefined) {
        unread++;
        return;
      }
      for (const { sums, clients } of [read, refused]) {
        addTo(sumFor(sums, found.currency), found.cents, found.balance);
        if (found.end > 0) clients.add(found.bytes, 0, found.end);
      }
    },
    skip() {
      unread++;
    },
    elsewhere(view) {
      const cents = readAgain.amount(view);
      if (cents !== undefined) addTo(others, cents, 0);
    },
    imbalance() {
      if (others.rows === 0) return undefined;
      const ledger = plus(sumOf(others), whole());
      return ledger.debit === ledger.credit ? undefined : ledger;
    },
    keep(all, removed) {
      addSums(read.sums, all.evidence, removed.evidence);
      if (all.clients === null || removed.clients === null) isOver = true;
      else {
        read.clients.merge(all.clients, 1);
        read.clients.merge(removed.clients, -1);
      }
    },
    evidence: () => sumsAsEvidence(read.sums),
    sums: () => exact(read.sums),
    result(confirmed, known) {
      known?.countInto(read.clients);
      const [all, some] = [read.clients.toBytes(), refused.clients.toBytes()];
      return {
        ...{ read: exact(read.sums), refused: exact(refused.sums), unread, confirmed },
        hasBalance: names.includes('balance'),
        clients: isOver || all === null || some === null ? null : { read: all, refused: some },
      };
    },
  };
}

function sumFor(sums: RunningSums, currency: string): RunningSum {
  const found = sums.get(currency) ?? runningSum();
  sums.set(currency, found);
  return found;
}

const exact = (sums: RunningSums): Sums =>
  new Map([...sums].filter(([, { rows }]) => rows !== 0).map(([currency, sum]) => [currency, sumOf(sum)]));

const currencyAt = (buffer: Uint8Array, at: number): string =>
  String.fromCharCode(buffer[at] as number, buffer[at + 1] as number, buffer[at + 2] as number);

interface Cells {
  company: number;
  client: number;
  currency: number;
}

/** Company and code of the client (each at most 200 characters), or balance and currency. */
const ROOM = 4096;

/** Reads what counts of a record that is no row. `bytes` up to `end` name its client, as in a row; 0 where nothing does. */
function rereader(again: (row: Row) => RowWriters, { company, client, currency }: Cells) {
  const out = output(
    (bytes) => new Uint8Array(bytes),
    () => undefined,
  );
  const row = newRow(out, warnings());
  const { names, writers, before } = again(row);
  const [type, balance] = ['entry_type', 'balance'].map((name) => writers[names.indexOf(name)]);
  const begin = (view: RecordView): void => {
    out.at = 0;
    out.reserve((view.rawEnd - view.rawStart) * 4 + ROOM + HASH_SLACK);
  };

  const amount = (view: RecordView): number | undefined => {
    begin(view);
    return before?.(view) === true ? row.cents : undefined;
  };
  const record = (view: RecordView) => {
    row.balance = 0;
    if (amount(view) === undefined) return undefined;
    // A type may turn the sign of the amount, and the balance goes by it.
    type?.(view);
    balance?.(view);
    out.at = 0;
    const named = currency < 0 || writers[currency]?.(view) !== true ? ledgerCurrency : currencyAt(out.buffer, 0);
    out.at = 0;
    let end = 0;
    if (writers[company]?.(view) === true) {
      out.buffer[out.at++] = TAB;
      if (writers[client]?.(view) === true) end = out.at;
    }
    return { cents: row.cents, balance: row.balance, currency: named, bytes: out.view, end };
  };
  return { amount, record };
}
