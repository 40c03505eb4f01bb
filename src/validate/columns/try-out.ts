import type { Mapping } from '../../model/mapping.ts';
import type { Finding } from '../../model/rejection.ts';
import { rejectionColumns, stagingMeta } from '../../model/staging.ts';
import { createValidator, type ValidatorResult } from '../validator.ts';
import type { ColumnMatch } from './match.ts';
import { copyFields, recordOf } from './record-of.ts';
import { settledRun } from './verdict.ts';

/** A record of a sample, as texts. */
export interface SampleRow {
  /** Physical line (CSV) or row (XLSX), from 1. */
  line: number;
  cells: readonly string[];
}

export interface TriedOut {
  result: ValidatorResult;
  /** Those that were accepted, as they would be stored: by canonical column. */
  rows: { line: number; stored: Record<string, string | null> }[];
  rejections: Finding[];
}

/** Validates a sample as a file would be, more than once where the first assumptions turn out wrong. */
export function tryOut(match: ColumnMatch, mapping: Mapping, sample: readonly SampleRow[], today: Date): TriedOut {
  const run = (decisions?: ValidatorResult['decisions']) => {
    const texts = { rows: '', rejections: '' };
    const text = (buffer: Uint8Array, length: number) => Buffer.from(buffer.subarray(0, length)).toString('utf8');
    const validator = createValidator({
      ...{ match, mapping, today },
      tenant: { defaultCompany: '', fecAccounts: ['411'] },
      size: 0,
      fileNo: 1,
      ...(decisions && { decisions }),
      sink: {
        take: (bytes) => new Uint8Array(bytes),
        rows(of, buffer, length) {
          if (of === match.dataset) texts.rows += text(buffer, length);
        },
        rejections(buffer, length) {
          texts.rejections += text(buffer, length);
        },
        rest: () => undefined,
        spared: () => undefined,
      },
    });
    for (const { line, cells } of sample) validator.accept(recordOf(cells, line));
    return { result: validator.finish(), names: validator.layouts[0]?.columns ?? [], ...texts };
  };
  const { result, names, rows, rejections } = settledRun(run);
  const lines = (text: string) => text.split('\n').slice(0, -1).map(copyFields);
  return {
    result,
    rows: lines(rows).map((fields) => ({
      line: Number(fields[stagingMeta.indexOf('line')]),
      stored: Object.fromEntries(names.map((name, i) => [name, fields[i + stagingMeta.length] ?? null])),
    })),
    rejections: lines(rejections).map((fields) => findingOf(fields)),
  };
}

function findingOf(fields: readonly (string | null)[]): Finding {
  const at = (name: (typeof rejectionColumns)[number]) => fields[rejectionColumns.indexOf(name)] ?? null;
  return { line: Number(at('line')), column: at('column_name'), code: at('code') ?? '', value: at('value') };
}
