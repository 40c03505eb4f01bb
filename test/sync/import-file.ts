import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Dataset } from '../../src/model/dataset.ts';
import type { Format, FormatPins } from '../../src/model/format.ts';
import type { Warning } from '../../src/model/rejection.ts';
import { stagingMeta } from '../../src/model/staging.ts';
import { readRecords } from '../../src/reader/records.ts';
import { headerJudge, isFec } from '../../src/validate/columns/judge.ts';
import { matchColumns } from '../../src/validate/columns/match.ts';
import { copyFields } from '../../src/validate/columns/record-of.ts';
import { createValidator, type Validator } from '../../src/validate/validator.ts';

export interface Imported {
  format: Format;
  /** Of the file as a whole and of its records. */
  warnings: Warning[];
  /** Column → value, of each row. */
  rows: Record<string, string | null>[];
  refused: number;
}

/** A file as the parsing thread reads it: survey, sniffer, reader, validator. */
export async function importFile(dataset: Dataset, content: Buffer | string, pins: FormatPins = {}): Promise<Imported> {
  const folder = await mkdtemp(join(tmpdir(), 'arrivage-file-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'file.csv');
  await writeFile(path, content);
  let copy = '';
  let format: Format | undefined;
  let validator: Validator | undefined;
  const found: Warning[] = [];
  const { defects, remarks } = await readRecords(
    { path, pins, judge: headerJudge({}, [dataset]) },
    {
      onFormat: (given, remarks) => {
        format = given;
        found.push(...remarks);
        validator = createValidator({
          match: matchColumns(dataset, given.header, {}, dataset === 'ecritures' && isFec(given.header)),
          mapping: {},
          tenant: { defaultCompany: '', fecAccounts: ['411'] },
          today: new Date('2026-06-15T12:00:00Z'),
          size: content.length,
          fileNo: 1,
          sink: {
            take: (bytes) => new Uint8Array(bytes),
            rows: (_, buffer, length) => (copy += Buffer.from(buffer.subarray(0, length)).toString()),
            rest: () => undefined,
            rejections: () => undefined,
            spared: () => undefined,
          },
        });
      },
      onRecord: (view) => void validator?.accept(view),
      onDefect: () => undefined,
      pause: () => Promise.resolve(),
    },
  );
  if (!validator || !format) throw new Error('no format');
  const { warnings, rejected } = validator.finish();
  const names = [...stagingMeta, ...(validator.layouts[0]?.columns ?? [])];
  return {
    format,
    warnings: [...found, ...remarks, ...warnings],
    refused: rejected + defects,
    rows: copy
      .split('\n')
      .slice(0, -1)
      .map((line) => Object.fromEntries(copyFields(line).map((field, i) => [names[i] ?? '', field]))),
  };
}
