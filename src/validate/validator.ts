import { defaultMode, type LoadMode } from '../model/dataset.ts';
import type { Mapping } from '../model/mapping.ts';
import type { RecordView } from '../model/record.ts';
import type { Warning } from '../model/rejection.ts';
import type { StagingLayout } from '../model/staging.ts';
import type { Tenant } from '../model/tenant.ts';
import { decide, type Decisions, evidence } from './decisions.ts';
import { extraBytes } from './extra.ts';
import { fecClients, fecClientsLayout } from './fec-clients.ts';
import { murmur128 } from './hash.ts';
import { columnsSeed, keyWriter } from './identity.ts';
import type { ColumnMatch } from './match.ts';
import { output, type ValidatorSink } from './output.ts';
import { isHeader, isNoise, writeRejection } from './refusal.ts';
import { type CellWriter, columnsAt, newRow, openRow, refuse, sealRow, TAB } from './row.ts';
import { compile } from './row-writers.ts';
import { seenBefore } from './seen.ts';
import { Cell, openCell, writeText } from './text.ts';
import { warnings } from './warnings.ts';

export interface ValidatorOptions {
  match: ColumnMatch;
  mapping: Mapping;
  tenant: Pick<Tenant, 'defaultCompany' | 'fecAccounts'>;
  /** The date until which an entry is plausible is counted from here. */
  today: Date;
  /** Bytes of CSV text; for a spreadsheet about five times its size. Sizes the memory of keys. */
  size: number;
  fileNo: number;
  /** What an earlier run over the same file decided. */
  decisions?: Decisions;
  /** The workbook counts its days from 1904. */
  date1904?: boolean;
  sink: ValidatorSink;
}

export interface ValidatorResult {
  /** read = accepted + rejected + skipped. */
  read: number;
  accepted: number;
  rejected: number;
  skipped: number;
  /** Rows of the clients that an FEC names; not part of `accepted`. */
  fecClients: number;
  decisions: Decisions;
  /** The rows were read by assumptions that the file refutes: discard them and run again with `decisions`. */
  refuted: boolean;
  warnings: Warning[];
  /** Canonical column → the header it was read from. */
  columns: Record<string, string>;
}

export interface Validator {
  /** Of the rows that go to the sink: the dataset's own, and for an FEC those of its clients. */
  layouts: readonly StagingLayout[];
  /** Takes one record; the view may be reused afterwards. */
  accept(view: RecordView): void;
  /** Hands over what is left. Call it once. */
  finish(): ValidatorResult;
}

/** Of an usual row; shorter ones only make the memory of keys less sure. */
const BYTES_PER_ROW = 100;
/** More than any number, date or hash takes in COPY text. */
const COLUMN_BYTES = 64;
/** For each byte of a record: two in COPY text, four inside JSON. */
const BYTES_PER_BYTE = 4;

/**
 * Compiles the validation of one file: each record given to `accept` becomes one COPY line of staging, one of
 * `rejectionColumns`, or is skipped (blank, total or repeated header; an FEC's other accounts). Synchronous, and an
 * accepted record allocates nothing. Memory is bounded: two buffers, the filter of keys, 200,000 client codes of an FEC.
 */
export function createValidator(options: ValidatorOptions): Validator {
  const { match, mapping, fileNo, sink } = options;
  const { dataset } = match;
  const remarks = warnings();
  const rows = output(
    (bytes) => sink.take(bytes),
    (buffer, length) => sink.rows(dataset, buffer, length),
  );
  const refusals = output(
    (bytes) => sink.take(bytes),
    (buffer, length) => sink.rejections(buffer, length),
  );
  const clientRows = output(
    (bytes) => sink.take(bytes),
    (buffer, length) => sink.rows('clients', buffer, length),
  );
  const row = newRow(rows, remarks);
  const readers = evidence(mapping, options.decisions ?? {}, { fec: match.fec, date1904: options.date1904 ?? false });
  const company = copyText(options.tenant.defaultCompany);
  const { names, writers, before, needed } = compile({ match, mapping, row, company, today: options.today, readers });
  const writeKey = keyWriter(dataset, names);
  const seed = columnsSeed(dataset, names);
  const seen = seenBefore(options.size / BYTES_PER_ROW);
  const identified = dataset !== 'ecritures' || names.includes('entry_id');
  const width = match.header.length === 0 ? Number.MAX_SAFE_INTEGER : match.header.length;
  const slack = names.length * COLUMN_BYTES + extraBytes(match) + company.length;
  const named = match.positions.get(match.fec ? 'account' : 'client_code') ?? 0;
  const headerBytes = Buffer.byteLength(match.header[named]?.trim() ?? '');
  const isEntry = match.fec ? accountFilter(match, options.tenant.fecAccounts) : undefined;
  const addClient = match.fec ? fecClients(match, clientRows, remarks, fileNo, company) : undefined;
  const ranges = { starts: new Int32Array(names.length), ends: new Int32Array(names.length) };
  const key = new Int32Array(4);
  const hash = new Int32Array(4);
  const email = names.indexOf('email');
  const identity = ['last_name', 'first_name', 'email'].map((name) => names.indexOf(name)).filter((i) => i >= 0);
  const count = { read: 0, accepted: 0, rejected: 0, skipped: 0, fecClients: 0 };

  function accept(view: RecordView): void {
    count.read++;
    if (isEntry !== undefined && !isEntry(view)) {
      count.skipped++;
      return;
    }
    const bytes = recordBytes(view) * BYTES_PER_BYTE + slack;
    rows.reserve(bytes);
    const begin = rows.at;
    if (repeatsHeader(view)) count.skipped++;
    else if (fits(view) && write(view)) {
      count.accepted++;
      if (addClient?.(view, bytes) === true) count.fecClients++;
    } else {
      rows.at = begin;
      if (isNoise(match, view)) count.skipped++;
      else {
        count.rejected++;
        writeRejection(refusals, fileNo, row, view);
      }
    }
  }

  /** A client whose code is "Code client" would pass every rule. */
  function repeatsHeader(view: RecordView): boolean {
    const length = (view.ends[named] as number) - (view.starts[named] as number);
    return length >= headerBytes && length <= headerBytes + 2 && named < view.count && isHeader(match, view);
  }

  function fits(view: RecordView): boolean {
    if (match.fec && openCell(view, named, row.span) !== Cell.value)
      return refuse(row, 'missing_value', 'account', named);
    for (let i = width; i < view.count; i++)
      if (openCell(view, i, row.span) !== Cell.empty) return refuse(row, 'too_many_cells', null, i);
    if (view.count >= width) return true;
    for (const position of needed) if (position >= view.count) return refuse(row, 'too_few_cells', null, -1);
    return true;
  }

  function write(view: RecordView): boolean {
    const seal = openRow(rows, fileNo, view.line);
    row.dueDate = 0;
    if (before !== undefined && !before(view)) return false;
    const { starts, ends } = ranges;
    const { buffer } = rows;
    for (let i = 0; i < writers.length; i++) {
      starts[i] = rows.at;
      if (!(writers[i] as CellWriter)(view)) return false;
      const end = rows.at;
      ends[i] = end;
      buffer[end] = TAB;
      rows.at = end + 1;
    }
    if (dataset === 'contacts' && !isSomeone()) return false;
    const form = writeKey(rows, ranges, key);
    if (form === 1 && identified && dataset === 'ecritures') remarks.add('empty_entry_id', 'entry_id', view, -1);
    murmur128(rows.view, columnsAt(seal), rows.at, seed, hash);
    sealRow(rows, seal, key, hash, seen(key));
    for (const position of match.unnamed)
      if (openCell(view, position, row.span) !== Cell.empty) remarks.add('unnamed_column', null, view, position);
    return true;
  }

  /** A contact has a name, or an e-mail that has the form of one. */
  function isSomeone(): boolean {
    const given = identity.filter((i) => !isNull(i));
    if (given.length === 0) return refuse(row, 'no_identity', null, -1);
    if (given.length > 1 || given[0] !== email || row.emailValid) return true;
    return refuse(row, 'invalid_email', 'email', match.positions.get('email') ?? -1);
  }

  const isNull = (i: number): boolean =>
    ranges.ends[i] === (ranges.starts[i] as number) + 2 && rows.buffer[ranges.starts[i] as number] === 0x5c;

  const mode: LoadMode = mapping.mode ?? defaultMode[dataset];
  const layout: StagingLayout = { dataset, mode, columns: names, identified };
  return {
    layouts: match.fec ? [layout, fecClientsLayout] : [layout],
    accept,
    finish() {
      for (const out of [rows, clientRows, refusals]) out.flush();
      const verdict = decide(readers.found, mapping);
      return {
        ...count,
        decisions: verdict.decisions,
        // What was decided over the whole file stands: a second run is the last.
        refuted: verdict.refuted && options.decisions === undefined,
        warnings: [...match.warnings, ...verdict.warnings, ...remarks.list()],
        columns: Object.fromEntries([...match.positions].map(([name, i]) => [name, match.header[i] ?? String(i + 1)])),
      };
    },
  };
}

function recordBytes(view: RecordView): number {
  let bytes = 0;
  for (let i = 0; i < view.count; i++) bytes += (view.ends[i] as number) - (view.starts[i] as number);
  return bytes;
}

function copyText(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const into = new Uint8Array(bytes.length * 2);
  return into.slice(0, writeText(bytes, 0, bytes.length, into, 0));
}

/** Whether a line of an FEC is on one of the accounts that the tenant follows; a line without an account is, to be refused. */
function accountFilter(match: ColumnMatch, accounts: readonly string[]): (view: RecordView) => boolean {
  const position = match.positions.get('account') ?? 0;
  const prefixes = accounts.map((account) => Buffer.from(account));
  const span = { start: 0, end: 0 };
  return (view) => {
    if (openCell(view, position, span) !== Cell.value) return true;
    return prefixes.some((prefix) =>
      prefix.every((c, i) => span.start + i < span.end && view.bytes[span.start + i] === c),
    );
  };
}
