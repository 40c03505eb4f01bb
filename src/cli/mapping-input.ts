import { z } from 'zod';
import type { Dataset } from '../model/dataset.ts';
import { encodings } from '../model/format.ts';
import { entryTypes, type Mapping } from '../model/mapping.ts';
import { columns } from '../validate/columns.ts';
import { CommandFailure } from './failure.ts';

const text = z.string().min(1).max(200);

const schema = z.strictObject({
  files: z.array(text).max(50).optional(),
  format: z
    .strictObject({
      encoding: z.enum(encodings).optional(),
      delimiter: z.string().length(1).optional(),
      quote: z.enum(['"', 'none']).optional(),
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

/** Reads a mapping as JSON. @throws CommandFailure naming what is wrong */
export function parseMapping(json: string, dataset: Dataset): Mapping {
  const result = schema.safeParse(parsed(json));
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the mapping'}: ${message}`);
    throw new CommandFailure(`This is no mapping: ${problems.join('; ')}`);
  }
  const unknown = Object.keys(result.data.columns ?? {}).filter(
    (name) => !columns[dataset].some((column) => column.name === name),
  );
  if (unknown.length > 0)
    throw new CommandFailure(
      `No column of ${dataset}: ${unknown.join(', ')}. They are: ${columns[dataset].map(({ name }) => name).join(', ')}`,
    );
  // zod types what is optional as possibly undefined; JSON knows no undefined.
  return result.data as Mapping;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new CommandFailure(`This is no JSON: ${(error as Error).message}`);
  }
}
