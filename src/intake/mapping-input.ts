import { z } from 'zod';
import { inEnglish } from '../errors/reasons.ts';
import { type Dataset, datasets } from '../model/dataset.ts';
import { delimiterForm, encodings, escapes, quotes } from '../model/format.ts';
import { entryTypes, type Mapping } from '../model/mapping.ts';
import type { FixedScope } from '../model/scope.ts';
import { hasYear } from '../model/storable.ts';
import { columns } from '../validate/columns/columns.ts';

/** What people may write as a mapping, on the command line and over the API. */

const text = z.string().min(1).max(200);

/** As a file would name it. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, inEnglish('no_control_characters'));

/** What may be fixed for a file. */
export const fixed = {
  company: name.optional(),
  journal: name.optional(),
  from: z.iso.date().refine(hasYear, inEnglish('year_from_one')).optional(),
  whole: z.literal(true).optional(),
};
type Fixed = { [K in keyof FixedScope]?: FixedScope[K] | undefined };

const saysSomething = ({ company, journal, from, whole }: Fixed): boolean =>
  [company, journal, from, whole].some((each) => each !== undefined);
const fitsTogether = ({ company, whole }: Fixed): boolean => company === undefined || whole === undefined;
const missing = inEnglish('scope_part');
const contrary = inEnglish('company_or_whole');

/** What a connector may fix for the files that it fetches. */
export const fixedScopeInput = z.strictObject(fixed).refine(saysSomething, missing).refine(fitsTogether, contrary);

const scopeRule = z
  .strictObject({ files: z.array(text).min(1).max(50).optional(), ...fixed })
  .refine(saysSomething, missing)
  .refine(fitsTogether, contrary);

/** Which columns a mapping may name, for the API's document. */
const nameable = datasets
  .map((dataset) => `Of ${dataset}: ${columns[dataset].map((column) => column.name).join(', ')}.`)
  .join(' ');

export const mappingInput = z.strictObject({
  files: z.array(text).max(50).optional(),
  format: z
    .strictObject({
      encoding: z.enum(encodings).optional(),
      delimiter: z.string().regex(delimiterForm).optional(),
      quote: z.enum(quotes).optional(),
      escape: z.enum(escapes).optional(),
      headerLine: z.int().min(0).max(1_000_000).optional(),
      sheet: text.optional(),
    })
    .optional(),
  columns: z
    .record(text, z.union([text, z.int().min(1).max(10_000)]))
    .describe(`Column → header text in the file, or a position from 1 where it has no header. ${nameable}`)
    .optional(),
  mode: z.enum(['snapshot', 'delta']).optional(),
  dateOrder: z.enum(['dmy', 'mdy', 'ymd']).optional(),
  decimalMark: z.enum([',', '.']).optional(),
  entryTypes: z.record(text, z.enum(entryTypes)).optional(),
  scopes: z.array(scopeRule).max(200).optional(),
});

/** Which of a mapping's columns the dataset has not, and which it has. */
export function strangeColumns(
  mapping: Pick<Mapping, 'columns'>,
  dataset: Dataset,
): { strange: string[]; known: string[] } {
  const known = columns[dataset].map(({ name }) => name);
  return { strange: Object.keys(mapping.columns ?? {}).filter((name) => !known.includes(name)), known };
}

/** Only entries have a journal and a date. */
export const strangeScope = (scope: Fixed, dataset: Dataset): boolean =>
  dataset !== 'ecritures' && (scope.journal !== undefined || scope.from !== undefined);
