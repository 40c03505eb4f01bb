import { z } from 'zod';
import type { Dataset } from '../model/dataset.ts';
import { delimiterForm, encodings, escapes, quotes } from '../model/format.ts';
import { entryTypes, type Mapping } from '../model/mapping.ts';
import { columns } from '../validate/columns.ts';

/** What people may write as a mapping, on the command line and over the API. */

const text = z.string().min(1).max(200);

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
  columns: z.record(text, z.union([text, z.int().min(1).max(10_000)])).optional(),
  mode: z.enum(['snapshot', 'delta']).optional(),
  dateOrder: z.enum(['dmy', 'mdy', 'ymd']).optional(),
  decimalMark: z.enum([',', '.']).optional(),
  entryTypes: z.record(text, z.enum(entryTypes)).optional(),
});

/** Which of a mapping's columns the dataset has not, and which it has. */
export function strangeColumns(
  mapping: Pick<Mapping, 'columns'>,
  dataset: Dataset,
): { strange: string[]; known: string[] } {
  const known = columns[dataset].map(({ name }) => name);
  return { strange: Object.keys(mapping.columns ?? {}).filter((name) => !known.includes(name)), known };
}
