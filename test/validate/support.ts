import type { Dataset } from '../../src/model/dataset.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import type { RecordView } from '../../src/model/record.ts';
import { sparedColumns, stagingMeta } from '../../src/model/staging.ts';
import { matchColumns } from '../../src/validate/columns/match.ts';
import { copyFields, recordOf } from '../../src/validate/columns/record-of.ts';
import {
  createValidator,
  type Kept,
  type ValidatorOptions,
  type ValidatorResult,
} from '../../src/validate/validator.ts';
import { settledRun } from '../../src/validate/columns/verdict.ts';

export const today = new Date('2026-06-15T12:00:00Z');

type Fields = Record<string, string | null>;

export interface Outcome {
  result: ValidatorResult;
  rows: Fields[];
  clients: Fields[];
  rejections: Fields[];
  /** What refused records name. */
  spared: Fields[];
  /** `code` or `code column`, in order. */
  refused: string[];
  /** `code column`, without counts. */
  warned: string[];
  copy: string;
  rejectionCopy: string;
}

export interface Input extends Partial<Omit<ValidatorOptions, 'match' | 'sink'>> {
  kept?: Kept;
  fec?: boolean;
  header: string[];
  rows: (string[] | RecordView)[];
}

/** Validates a small file held in memory, and reads the COPY text back. */
export function validate(
  dataset: Dataset,
  { fec = false, header, rows, mapping = {}, kept, ...options }: Input,
): Outcome {
  const text = { clients: '', ecritures: '', contacts: '', rejections: '', spared: '' };
  const add = (name: keyof typeof text, buffer: Uint8Array, length: number) => {
    text[name] += Buffer.from(buffer.subarray(0, length)).toString('utf8');
  };
  const validator = createValidator({
    match: matchColumns(dataset, header, mapping, fec),
    mapping,
    tenant: { defaultCompany: '', fecAccounts: ['411'] },
    today,
    size: 1000,
    fileNo: 1,
    ...options,
    sink: {
      take: (bytes) => new Uint8Array(bytes),
      rows: (name, buffer, length) => add(name, buffer, length),
      rejections: (buffer, length) => add('rejections', buffer, length),
      rest: () => undefined,
      spared: (buffer, length) => add('spared', buffer, length),
    },
  });
  const first = header.length === 0 ? 1 : 2;
  for (const [i, row] of rows.entries()) validator.accept(Array.isArray(row) ? recordOf(row, i + first) : row);
  const result = validator.finish(kept);
  const read = (copy: string, names: readonly string[]): Fields[] =>
    copy
      .split('\n')
      .slice(0, -1)
      .map((line) => Object.fromEntries(copyFields(line).map((field, i) => [names[i] ?? `surplus ${i}`, field])));
  const columnsOf = (i: number) => [...stagingMeta, ...(validator.layouts[i]?.columns ?? [])];
  const rejections = read(text.rejections, ['file_no', 'line', 'column', 'code', 'value', 'raw']);
  return {
    result,
    rows: read(text[dataset], columnsOf(0)),
    clients: fec ? read(text.clients, columnsOf(1)) : [],
    rejections,
    spared: read(text.spared, sparedColumns),
    refused: rejections.map(({ code, column }) => [code, column].filter((part) => part !== null).join(' ')),
    warned: result.warnings.map(({ code, column }) => [code, column].filter((part) => part !== null).join(' ')),
    copy: text[dataset],
    rejectionCopy: text.rejections,
  };
}

/** As the pipeline does: again where assumptions were refuted. */
export function validateTwice(dataset: Dataset, input: Input): Outcome {
  return settledRun((decisions) => validate(dataset, { ...input, ...(decisions && { decisions }) }));
}

const entryHeader = ['Code client', 'Pièce', 'Date', 'Montant'];

/** Écritures that differ in their amounts (or dates) only. */
export const entries = (amounts: string[], mapping: Mapping = {}): Outcome =>
  validateTwice('ecritures', {
    header: entryHeader,
    mapping,
    rows: amounts.map((amount, i) => ['C1', `F${i}`, '20260131', amount]),
  });

export const dated = (dates: string[], mapping: Mapping = {}): Outcome =>
  validateTwice('ecritures', {
    header: entryHeader,
    mapping,
    rows: dates.map((date, i) => ['C1', `F${i}`, date, '12,00']),
  });

/** One écriture with more columns. */
export const entry = (more: Record<string, string>, options: Partial<Input> = {}): Outcome =>
  validateTwice('ecritures', {
    header: [...entryHeader, ...Object.keys(more)],
    rows: [['C1', 'F1', '31/01/2026', '100,00', ...Object.values(more)]],
    ...options,
  });

/** One client with more columns. */
export const client = (more: Record<string, string>, options: Partial<Input> = {}): Outcome =>
  validate('clients', {
    header: ['Code client', 'Raison sociale', ...Object.keys(more)],
    rows: [['C1', 'Dupont', ...Object.values(more)]],
    ...options,
  });
