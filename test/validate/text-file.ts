import { sniffCsv } from '../../src/parse/csv/sniff.ts';
import type { Dataset } from '../../src/model/dataset.ts';
import { headerJudge, isFec } from '../../src/validate/columns/judge.ts';
import { matchColumns } from '../../src/validate/columns/match.ts';
import { createCsvReader } from '../../src/parse/csv/csv.ts';
import { createEncodingSurvey } from '../../src/parse/encoding/encoding.ts';
import { createValidator } from '../../src/validate/validator.ts';
import { mostRuns } from '../../src/validate/columns/verdict.ts';
import { copyFields } from '../../src/validate/columns/record-of.ts';
import { stagingMeta } from '../../src/model/staging.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import { today } from './support.ts';

type Fields = Record<string, string | null>;

export interface TextOutcome {
  rows: Fields[];
  /** `line code`, in the order of lines. */
  refused: string[];
  warned: string[];
  skipped: number;
  read: number;
  /** How often the file was read. */
  runs: number;
  /** The line from which on there is a second export that cannot be told from the first. */
  undecided: number | undefined;
}

/** A text the whole way from bytes to rows, as often as the pipeline would read it. */
export function readText(dataset: Dataset, text: string | Buffer, mapping: Mapping = {}): TextOutcome {
  const bytes = Buffer.from(text as string);
  const survey = createEncodingSurvey();
  survey.write(bytes);
  const content = survey.result();
  if (content.kind !== 'text') throw new Error(content.kind);
  const { format } = sniffCsv(bytes, content, headerJudge({ [dataset]: mapping }, [dataset]), mapping.format ?? {});
  const run = (decisions?: NonNullable<Parameters<typeof createValidator>[0]['decisions']>) => {
    const out = { rows: '', rejections: '' };
    const validator = createValidator({
      match: matchColumns(dataset, format.header, mapping, dataset === 'ecritures' && isFec(format.header)),
      mapping,
      tenant: { defaultCompany: '', fecAccounts: ['411'] },
      today,
      size: bytes.length,
      fileNo: 1,
      ...(decisions && { decisions }),
      sink: {
        take: (length) => new Uint8Array(length),
        rows: (name, buffer, length) => {
          if (name === dataset) out.rows += Buffer.from(buffer.subarray(0, length)).toString();
        },
        rejections: (buffer, length) => (out.rejections += Buffer.from(buffer.subarray(0, length)).toString()),
        rest: () => undefined,
        spared: () => undefined,
      },
    });
    const defects: [number, string][] = [];
    const reader = createCsvReader(format, {
      onRecord: (view) => validator.accept(view),
      onHeader: (line) => validator.header(line),
      onDefect: ({ line, code, raw }) =>
        validator.defect(line, raw, !raw.includes(format.delimiter)) && defects.push([line, code]),
    });
    reader.write(bytes);
    reader.end();
    const result = validator.finish();
    const fields = (copy: string) => copy.split('\n').slice(0, -1).map(copyFields);
    const names = [...stagingMeta, ...(validator.layouts[0]?.columns ?? [])];
    const rejected = fields(out.rejections).map(([, line, , code]): [number, string] => [Number(line), code ?? '']);
    return {
      result,
      rows: fields(out.rows).map((row) => Object.fromEntries(row.map((field, i) => [names[i] ?? '', field]))),
      refused: [...rejected, ...defects].sort((a, b) => a[0] - b[0]).map(([line, code]) => `${line} ${code}`),
    };
  };
  const first = run();
  let [last, runs] = [first, 1];
  for (; last.result.refuted && runs < mostRuns; runs++) last = run(last.result.decisions);
  return {
    rows: last.rows.sort((a, b) => Number(a['line']) - Number(b['line'])),
    refused: last.refused,
    warned: last.result.warnings.map(({ code }) => code),
    skipped: last.result.skipped,
    read: last.result.read,
    runs,
    undecided: first.result.undecided,
  };
}

/** The values of some columns, row by row. */
export const seen = ({ rows }: TextOutcome, ...columns: string[]) =>
  rows.map((row) => columns.map((column) => row[column]));
