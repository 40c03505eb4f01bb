import type { Format, FormatPins } from '../model/format.ts';
import { inferMapping, type InferredMapping } from '../validate/columns/infer.ts';
import { formatOf } from './format-of.ts';
import { sampleOf } from './sample.ts';

const SAMPLE_ROWS = 1000;

export interface Proposal extends InferredMapping {
  /** How the sample was read. */
  format: Format;
}

/** Proposes a mapping from a sample file; what was pinned is part of it. @throws what `parse/` refuses */
export async function propose(path: string, pins: FormatPins, today: Date): Promise<Proposal> {
  const format = await formatOf(path, pins);
  const sample = await sampleOf(path, format, pins, SAMPLE_ROWS);
  const inferred = inferMapping(format.header, sample, today);
  const { decimalMark, ...others } = inferred.mapping;
  const mapping = {
    ...(Object.keys(pins).length > 0 && { format: pins }),
    ...others,
    // The numbers of a workbook have no mark; as texts of the sample they have a dot.
    ...(decimalMark && format.kind !== 'xlsx' && { decimalMark }),
  };
  return { ...inferred, mapping, format };
}
