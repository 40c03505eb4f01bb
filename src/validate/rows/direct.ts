import { copyLine } from '../../model/copy-line.ts';
import { bulkMeta, bulkTail } from '../../model/staging.ts';
import { isNull } from './identity.ts';
import type { Output } from '../output/output.ts';
import { type Row, writeFlag, writeHead } from './row.ts';

/** What makes a row of an empty table final before any other row of it is known. */
export interface DirectTarget {
  tenant: string;
  syncId: number;
  /** When what is paid was settled, as Postgres reads it. */
  now: string;
  /** Lines of COPY text: company and client_code of every client. */
  clients: Uint8Array;
}

const ZERO = 0x30;
const INVOICE = 0x69;

/**
 * Rows of entries that nothing else can change any more go straight into their table, as bulk rows (`bulkMeta`);
 * the others go to staging. A row is final whose client is known, whose key has not been seen, whose due date need not be
 * derived, and which is open or settled by its balance, or by neither balance nor letter.
 * @returns finishes the row that stands in `row.out` from `begin`, of a client who is known or not, and says whether it
 * is final
 */
export function directRows(
  names: readonly string[],
  row: Row,
  rest: Output,
  fileNo: number,
  target: DirectTarget,
): (line: number, begin: number, isKnown: boolean) => boolean {
  const { out } = row;
  const cell = (name: string): number => names.indexOf(name);
  const [type, due, balance, letter] = [cell('entry_type'), cell('due_date'), cell('balance'), cell('letter')];
  const open = tailOf({ ...openTail, tenant_id: target.tenant });
  const settled = tailOf({
    tenant_id: target.tenant,
    status: 'settled',
    settled_by_sync: target.syncId,
    settled_at: target.now,
  });

  const isEmpty = (at: number): boolean => at < 0 || isNull(out, row.ranges, at);
  const start = (at: number): number => row.ranges.starts[at] as number;
  const end = (at: number): number => row.ranges.ends[at] as number;
  const isFinal = (): boolean =>
    row.repeat === 0 &&
    (out.buffer[start(type)] !== INVOICE || !isEmpty(due)) &&
    (isEmpty(letter) || !isEmpty(balance));
  /** `0.00`: amounts are written with two decimals. */
  const isPaid = (): boolean => {
    if (balance < 0 || end(balance) - start(balance) !== 4) return false;
    const { buffer } = out;
    const at = start(balance);
    return buffer[at] === ZERO && buffer[at + 2] === ZERO && buffer[at + 3] === ZERO;
  };

  return (line, begin, isKnown) => {
    if (isKnown && isFinal()) {
      // `due_date_derived`: of a final row it is not.
      writeFlag(out, row.seal, 0);
      const tail = isPaid() ? settled : open;
      // In the place of the LF.
      out.buffer.set(tail, out.at - 1);
      out.at += tail.length - 1;
      return true;
    }
    rest.reserve(out.at - row.seal + 32);
    writeHead(rest, fileNo, line);
    rest.buffer.set(out.buffer.subarray(row.seal, out.at), rest.at);
    rest.at += out.at - row.seal;
    out.at = begin;
    return false;
  };
}

/** Bytes that a final row takes besides those of staging. */
export const directSlack = ({ tenant }: DirectTarget): number => 2 * Buffer.byteLength(tenant) + 128;

/** What stands before the key of every bulk row. */
export function bulkHead({ syncId }: DirectTarget): Uint8Array {
  const values: Readonly<Record<string, number>> = { first_seen: syncId, last_changed: syncId };
  const names = bulkMeta.slice(0, bulkMeta.indexOf('key'));
  return Buffer.from(names.map((name) => `${String(values[name])}\t`).join(''));
}

type Tail = Record<(typeof bulkTail)[number], string | number | null>;

const openTail = { status: 'open', settled_by_sync: null, settled_at: null };

/** What stands behind the file's columns, from the tab on. */
const tailOf = (values: Tail): Uint8Array => Buffer.from(`\t${copyLine(bulkTail.map((name) => values[name]))}`);
