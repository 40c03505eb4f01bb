import { ledgerCurrency } from '../model/columns.ts';
import { defaultMode, type LoadMode } from '../model/dataset.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Mapping } from '../model/mapping.ts';
import type { RecordView } from '../model/record.ts';
import type { Warning } from '../model/rejection.ts';
import type { FixedScope } from '../model/scope.ts';
import type { StagingLayout } from '../model/staging.ts';
import { decimalText } from '../model/totals.ts';
import type { Tenant } from '../model/tenant.ts';
import { noteCode } from './cells/cells.ts';
import { controlTotals, type KeptTotals, type ReadTotals } from './file/control-totals.ts';
import { tallyUsual } from './cells/date.ts';
import { namedCompanies } from './file/companies.ts';
import { copyText } from './cells/copy-text.ts';
import { decide, evidence } from './rows/decisions.ts';
import { bulkHead, directRows, directSlack, type DirectTarget } from './rows/direct.ts';
import { addEvidence, evidenceOf } from './columns/evidence.ts';
import { extraBytes } from './rows/extra.ts';
import { fecClients, fecClientsLayout } from './rows/fec-clients.ts';
import { halves } from './file/halves.ts';
import { knownClients } from './file/known-clients.ts';
import { lineCells, linesKey } from './columns/line-cells.ts';
import { fixedScope } from './file/fixed-scope.ts';
import { type ColumnMatch, withoutBalance, withSide } from './columns/match.ts';
import { foundOpenings, type Openings } from './file/openings.ts';
import { output, type ValidatorSink } from './output/output.ts';
import { parts } from './file/parts.ts';
import { writeRejection } from './rows/refusal.ts';
import { textOf } from './cells/remember.ts';
import { newRow, refuse, type Row } from './rows/row.ts';
import { compile } from './rows/row-writers.ts';
import { type Nature, recordShape } from './file/shape.ts';
import { sparing } from './rows/sparing.ts';
import { stagingRow } from './rows/staging-row.ts';
import type { Decisions } from './columns/verdict.ts';
import { type PreambleLine, totalLines } from './file/total-lines.ts';
import { sumLines } from './file/sum-lines.ts';
import { warnings } from './cells/warnings.ts';

export interface ValidatorOptions {
  match: ColumnMatch;
  mapping: Mapping;
  tenant: Pick<Tenant, 'defaultCompany' | 'fecAccounts'>;
  /** The date until which an entry is plausible is counted from here. */
  today: Date;
  /** Bytes of CSV text; for a spreadsheet about five times its size. Sizes the memory of keys. */
  size: number;
  fileNo: number;
  /** Fixed for files of this name; its company is that of rows that name none. */
  fixed?: FixedScope;
  /** What an earlier run over the same file decided. */
  decisions?: Decisions;
  /** Final rows go straight into the table, which is empty: see `directRows`. */
  direct?: DirectTarget;
  /** What stands above the header: its totals are compared with what the file holds. */
  preamble?: readonly PreambleLine[];
  /** The file is one. `date1904`: it counts its days from 1904. */
  workbook?: { date1904: boolean };
  sink: ValidatorSink;
}

export interface ValidatorResult {
  /** read = accepted + rejected + skipped. */
  read: number;
  accepted: number;
  rejected: number;
  skipped: number;
  /** How many of the accepted rows went straight into the table. */
  direct: number;
  /** Rows of the clients that an FEC names; not part of `accepted`. */
  fecClients: number;
  decisions: Decisions;
  /**
   * The rows were read by assumptions that the file refutes: discard them and run again with `decisions`, until there
   * were `mostRuns`.
   */
  refuted: boolean;
  /** The last line may have lost its end: its amount has fewer decimals than any other. */
  isCut: boolean;
  /** Whether the next file can do with the lines that differ: else doubts of this one would lose their examples. */
  needsAll: boolean;
  /** A total line of the file can only be judged where all lines are read, and some were not. */
  unsettled: boolean;
  warnings: Warning[];
  evidence: Evidence;
  /** The line on which something begins that cannot be told from another export: the file has to be put aside. */
  undecided: number | undefined;
  /** Sums of the entries; null for another dataset. */
  totals: ReadTotals | null;
  /** Which the accepted rows name, ascending; null where they are too many. */
  companies: readonly string[] | null;
  /** What an FEC opens its exercise with; null: the file is none. */
  openings: Openings | null;
  /** Canonical column → the header it was read from. */
  columns: Record<string, string>;
}

export interface Validator {
  /** Layouts of the rows that go to the sink: the dataset's own, and for an FEC those of its clients. */
  layouts: readonly StagingLayout[];
  /**
   * Takes one record; the view may be reused afterwards.
   * @returns whether it was accepted without remark
   */
  accept(view: RecordView): boolean;
  /** The header stands again on this line, which is no record. */
  header(line: number): void;
  /**
   * A line that could not be read as a record. @param isCell no delimiter is in it: it may be half of a cell
   * @returns whether it is of the export that is imported
   */
  defect(line: number, raw: string, isCell: boolean): boolean;
  /** Hands over what is left. Call it once. @param isOpen the file does not end with a line end */
  finish(kept?: Kept, isOpen?: boolean): ValidatorResult;
}

/** Records of the file that need not be read, since they were accepted without remark at another time. */
export interface Kept {
  rows: number;
  /** What all records said then, and those of them that are not in the file any more or are read again. */
  all: KeptTotals;
  removed: KeptTotals;
}

/** Columns of money, of which the last may be cut; so many amounts with decimals show that all have them. */
const money = ['amount', 'debit', 'credit', 'balance'];
const ENOUGH_CENTS = 3;

/** More than any number, date or hash takes in COPY text. */
const COLUMN_BYTES = 64;
/** For each byte of a record: two in COPY text, four inside JSON. */
const BYTES_PER_BYTE = 4;

/**
 * Compiles the validation of one file: each record given to `accept` becomes one COPY line of staging, one of
 * `rejectionColumns` (of a snapshot also one or a few of `sparedColumns`), or is skipped (blank, total or repeated
 * header; an FEC's other accounts). Synchronous, and an
 * accepted record allocates nothing. Memory is bounded: four buffers, the filter of keys, 200,000 client codes of an FEC.
 */
export function createValidator(options: ValidatorOptions): Validator {
  const { mapping, fileNo, sink, fixed = {} } = options;
  const match = settledMatch(options);
  const { dataset } = match;
  const take = (bytes: number) => sink.take(bytes);
  const rows = output(take, (buffer, length) => sink.rows(dataset, buffer, length));
  const clientRows = output(take, (buffer, length) => sink.rows('clients', buffer, length));
  const refusals = output(take, (buffer, length) => sink.rejections(buffer, length));
  const names = output(take, (buffer, length) => sink.spared(buffer, length));
  const row = newRow(rows, warnings());
  const date1904 = options.workbook?.date1904 ?? false;
  const columns = () => evidence(mapping, options.decisions ?? {}, { fec: match.fec, date1904, today: options.today });
  const readers = columns();
  const ownCompany = fixed.company ?? options.tenant.defaultCompany;
  const company = copyText(ownCompany);
  const journal = fixed.journal === undefined ? undefined : copyText(fixed.journal);
  const compileFor = (into: Row, columns: typeof readers) =>
    compile({ match, mapping, row: into, company, journal, today: options.today, readers: columns });
  const compiled = compileFor(row, readers);
  const named = match.positions.has('company') ? namedCompanies(compiled.names.indexOf('company')) : undefined;
  const openings = match.fec ? foundOpenings(match, compiled.names, row) : undefined;
  const fits = fixedScope(match, compiled.names, row, fixed);
  const totals =
    dataset === 'ecritures' ? controlTotals(row, compiled.names, (into) => compileFor(into, columns())) : undefined;
  const clientCodes = dataset === 'clients' ? readers.found.codes.get('client_code') : undefined;
  const clientCodeAt = match.positions.get('client_code') ?? -1;
  const sumsOf = totals && !match.fec ? sumLines(match) : undefined;
  const decided = options.decisions?.[linesKey] ?? {};
  // In a workbook no cell is missing and none has moved.
  const cells = options.workbook ? undefined : lineCells(match.header.length, decided.cells);
  const shape = recordShape(match, row, compiled.needed, { accounts: options.tenant.fecAccounts, cells });
  const cut = cells && halves(match);
  const last = { line: 0, width: 0, isAccepted: false };
  let halfLines = 0;
  const exported = parts(compiled.names.indexOf('entry_date'));
  const from = decided.from ?? 0;
  let before = 0;
  let otherTable: number | undefined;
  const headings = new Set<string>();
  // Those of an FEC are about all accounts.
  const stated = totalLines(match, (column) => readers.found.amounts.get(column)?.mark ?? ',');
  stated.preamble(options.preamble ?? []);
  const { direct } = options;
  const write = stagingRow(match, row, compiled, { fileNo, size: options.size, bulkHead: direct && bulkHead(direct) });
  const rest = output(take, (buffer, length) => sink.rest(buffer, length));
  const known = direct && knownClients(direct.clients);
  const [companyAt, clientAt] = [compiled.names.indexOf('company'), compiled.names.indexOf('client_code')];
  const isFinal = direct && directRows(compiled.names, row, rest, fileNo, direct);
  const addClient = match.fec
    ? fecClients(match, clientRows, { warnings: row.warnings, fileNo, company, decisions: options.decisions })
    : undefined;
  const mode: LoadMode = mapping.mode ?? defaultMode[dataset];
  // A delta's silence says nothing, and a client does not vanish.
  const spare =
    mode === 'snapshot' && dataset !== 'clients' ? sparing(match, names, company, options.decisions) : undefined;
  const given = company.length + (journal?.length ?? 0);
  const slack = (direct ? directSlack(direct) : 0) + compiled.names.length * COLUMN_BYTES + extraBytes(match) + given;
  const count = { read: 0, accepted: 0, rejected: 0, skipped: 0, direct: 0, fecClients: 0 };

  function accept(view: RecordView): boolean {
    count.read++;
    last.line = view.line;
    last.width = view.count;
    last.isAccepted = false;
    if (!concernsUs(view)) {
      count.skipped++;
      return false;
    }
    const nature = shape.nature(view, count);
    if (nature !== 'record') return leaveOut(view, nature);
    const remarks = row.warnings.total;
    const bytes = recordBytes(view) * BYTES_PER_BYTE + slack;
    rows.reserve(bytes);
    const begin = rows.at;
    if (shape.fits(view) && isWhole(view) && write(view) && (fits === undefined || fits(view))) {
      count.accepted++;
      cells?.note(view, false);
      cut?.note(view);
      last.isAccepted = true;
      if (clientCodes) noteCode(clientCodes, view, clientCodeAt);
      exported.note(view.line, row);
      const { starts, ends } = row.ranges;
      const isKnown = known?.note(rows.buffer, starts[companyAt] as number, ends[clientAt] as number) ?? false;
      if (totals) sumsOf?.note(view, row.cents, totals.sums);
      totals?.accept(isKnown);
      named?.count(rows, row.ranges);
      openings?.note(view);
      if (isFinal?.(view.line, begin, isKnown) === true) count.direct++;
      if (addClient?.(view, bytes) === true) count.fecClients++;
      return row.warnings.total === remarks;
    }
    rows.at = begin;
    if (row.code === 'too_many_cells' && shape.endsWithHeader(view)) exported.header(view.line);
    return leaveOut(view, shape.natureOfRefused(view, count.accepted));
  }

  function concernsUs(view: RecordView): boolean {
    if (view.line <= from) before++;
    else if (shape.isHeaderAgain(view)) exported.header(view.line);
    else if (shape.concernsUs(view)) return true;
    else {
      compiled.elsewhere(view);
      totals?.elsewhere(view);
    }
    return false;
  }

  const isWhole = (view: RecordView): boolean => cut?.isRest(view) !== true || refuse(row, 'too_few_cells', null, -1);

  /** A delimiter inside a label has moved what follows it. */
  const hasMoved = (view: RecordView): boolean =>
    options.workbook === undefined && match.header.length > 0 && view.count > match.header.length;

  function leaveOut(view: RecordView, nature: Nature): false {
    if (nature === 'heading') {
      const words = textOf(view.raw, view.rawStart, view.rawEnd);
      // A heading of two lines may stand on each page.
      if (count.accepted === 0) headings.add(words);
      else if (!headings.has(words)) {
        exported.header(view.line);
        if (!shape.namesSame(view)) otherTable ??= view.line;
      }
    }
    if (nature === 'heading' || nature === 'none') {
      count.skipped++;
      if (nature === 'none' && totals) stated.note(view, totals.sums);
    } else {
      count.rejected++;
      const isShort = row.code === 'too_few_cells';
      cells?.note(view, isShort);
      // Of a line broken inside its first or last cell, the other half has all its cells, and a text that is cut.
      if (cells && view.count === 1 && match.header.length > 1) {
        row.warnings.add('broken_text', null, view, 0);
        cut?.cut(view);
        halfLines++;
      }
      writeRejection(refusals, fileNo, row, view);
      if (hasMoved(view)) totals?.skip();
      else totals?.refuse(view);
      spare?.(view);
    }
    return false;
  }

  /** What the file as a whole says of its lines. @returns what to decide, and whether it was read otherwise */
  function decideLines(kept: Kept | undefined) {
    const width = cells?.decide(kept !== undefined);
    const isByBlocks = width?.isByBlocks === true;
    // How codes are written is known where all lines are read.
    const needsOthers = cut !== undefined && halfLines > 0;
    const known = kept?.all.evidence[linesKey]?.['headers'] ?? 0;
    const headers = exported.headers + (kept ? known - (kept.removed.evidence[linesKey]?.['headers'] ?? 0) : 0);
    // Whether the rows between are those of another export is seen only where all are read.
    if (kept)
      return { lines: {}, headers, isByBlocks, refuted: headers !== known || width?.refuted === true || needsOthers };
    const verdict = exported.verdict();
    if (verdict.kind === 'undecided') otherTable ??= verdict.from;
    const begin = verdict.kind === 'later' ? verdict.from : from;
    return {
      lines: { ...(width && { cells: { least: width.least, most: width.most } }), ...(begin > 0 && { from: begin }) },
      headers,
      isByBlocks,
      refuted: begin > from || width?.refuted === true,
    };
  }

  /** The last column, of money, if but one of its cells has not all its cents. */
  function cutColumn(): string | undefined {
    const name = money.find((each) => match.positions.get(each) === match.header.length - 1);
    const column = name === undefined ? undefined : readers.found.amounts.get(name);
    return column?.bare === 1 && column.comma + column.dot >= ENOUGH_CENTS ? name : undefined;
  }

  /** `12,` or `1` on a last line that does not end. */
  function perhapsCut(name: string): Warning[] {
    const column = readers.found.amounts.get(name);
    if (!column || column.decimals > 1 || !last.isAccepted || last.width < match.header.length) return [];
    const value = decimalText(BigInt(column.cents));
    return [{ code: 'perhaps_cut', column: name, count: 1, examples: [{ line: last.line, value }] }];
  }

  function imbalance(): Warning[] {
    const ledger = match.fec ? totals?.imbalance() : undefined;
    if (ledger === undefined) return [];
    const value = `${decimalText(ledger.debit)} ≠ ${decimalText(ledger.credit)}`;
    return [{ code: 'fec_unbalanced', column: null, count: 1, examples: [{ line: 0, value }] }];
  }

  const identified = dataset !== 'ecritures' || compiled.names.includes('entry_id');
  const layout: StagingLayout = { dataset, mode, columns: compiled.names, identified };
  return {
    layouts: match.fec ? [layout, fecClientsLayout] : [layout],
    accept,
    header: (line) => {
      if (line > from) exported.header(line);
    },
    defect(line, raw, isCell) {
      const isOurs = line > from;
      if (isOurs && isCell && match.header.length > 1) row.warnings.addText('broken_text', line, raw);
      return isOurs;
    },
    finish(kept, isOpen = false) {
      for (const out of [rows, rest, clientRows, refusals, names]) out.flush();
      for (const column of readers.found.dates.values()) tallyUsual(column);
      if (kept) {
        addEvidence(readers.found, kept.all.evidence, kept.removed.evidence);
        cells?.add(kept.all.evidence, kept.removed.evidence);
        totals?.keep(kept.all, kept.removed);
      }
      const accepted = count.accepted + (kept?.rows ?? 0);
      const companies = named && countsOf(COMPANIES, named.rows(), kept);
      const opened = openings && countsOf(OPENINGS, openings.counts(), kept);
      const isAgain = options.decisions !== undefined;
      const about = {
        today: options.today,
        isWorkbook: options.workbook !== undefined,
        isAgain,
        inEuro: totals?.sums().has(ledgerCurrency) === true,
      };
      const verdict = decide(readers.found, mapping, about, kept?.all.evidence);
      const { lines, headers, isByBlocks, refuted } = decideLines(kept);
      const records = count.read + (kept?.rows ?? 0) - before;
      const counted = { entries: records - (count.skipped - before), records };
      const mayBeCut = isOpen ? cutColumn() : undefined;
      // Only where all lines are read, the last one is among them.
      const cutSaid = mayBeCut !== undefined && !kept ? perhapsCut(mayBeCut) : [];
      const sumsSaid = sumsOf?.warnings() ?? [];
      const own = totals && !match.fec ? stated.judge(totals.sums(), counted, kept !== undefined) : undefined;
      const left: Warning[] =
        from > 0
          ? [{ code: 'earlier_export', column: null, count: before, examples: [{ line: from, value: `${from}` }] }]
          : [];
      return {
        ...count,
        read: count.read + (kept?.rows ?? 0),
        accepted,
        evidence: {
          ...evidenceOf(readers.found),
          [linesKey]: { ...cells?.evidence(), headers },
          ...(companies && { [COMPANIES]: companies }),
          ...(opened && { [OPENINGS]: opened }),
          ...totals?.evidence(),
        },
        openings: openings?.found(Object.keys(opened ?? {})) ?? null,
        companies: named ? (companies ? Object.keys(companies).toSorted() : null) : accepted > 0 ? [ownCompany] : [],
        totals: totals?.result(own?.confirmed ?? null, known) ?? null,
        decisions: { ...merged(options.decisions, verdict.decisions), [linesKey]: isAgain ? decided : lines },
        isCut: cutSaid.length > 0,
        needsAll: verdict.needsAll || cutSaid.length > 0 || sumsSaid.length > 0 || own?.needsAll === true || isByBlocks,
        unsettled:
          kept !== undefined && (own?.needsAll === true || sumsOf?.hasNamed() === true || mayBeCut !== undefined),
        // Columns may say more once others let more records pass; what lines are stands.
        refuted: verdict.refuted || (refuted && !isAgain),
        undecided: isAgain ? undefined : otherTable,
        warnings: [
          ...left,
          ...match.warnings,
          ...verdict.warnings,
          ...cutSaid,
          ...sumsSaid,
          ...(own?.warnings ?? []),
          ...imbalance(),
          ...row.warnings.list(),
          ...(named && !companies ? [tooMany] : []),
        ],
        columns: Object.fromEntries([...match.positions].map(([name, i]) => [name, match.header[i] ?? String(i + 1)])),
      };
    },
  };
}

/** The match, with what an earlier run decided about columns as a whole. */
function settledMatch({ match, decisions = {} }: ValidatorOptions): ColumnMatch {
  const position = decisions['side']?.position;
  const sided = position === undefined ? match : withSide(match, position);
  return decisions['balance']?.running ? withoutBalance(sided) : sided;
}

/** What an earlier run decided stays where this one says nothing of it: a column that was left out shows nothing. */
function merged(before: Decisions = {}, now: Decisions): Decisions {
  const columns = Object.entries(now).map(([name, decision]) => [name, { ...before[name], ...decision }]);
  return { ...before, ...(Object.fromEntries(columns) as Decisions) };
}

function recordBytes(view: RecordView): number {
  let bytes = 0;
  for (let i = 0; i < view.count; i++) bytes += (view.ends[i] as number) - (view.starts[i] as number);
  return bytes;
}

const tooMany: Warning = { code: 'too_many_companies', column: 'company', count: 1, examples: [] };

/** Where the evidence counts rows by company, and those of an FEC that carry something forward by date. */
const COMPANIES = 'companies';
const OPENINGS = 'openings';

/** With those of the lines that need not be read. Undefined where they are too many. */
function countsOf(
  what: string,
  rows: ReadonlyMap<string, number> | undefined,
  kept: Kept | undefined,
): Record<string, number> | undefined {
  if (!rows) return undefined;
  const counts = new Map(rows);
  const add = (more: Evidence | undefined, sign: number) => {
    for (const [name, n] of Object.entries(more?.[what] ?? {})) counts.set(name, (counts.get(name) ?? 0) + sign * n);
  };
  add(kept?.all.evidence, 1);
  add(kept?.removed.evidence, -1);
  return Object.fromEntries([...counts].filter(([, n]) => n > 0));
}
