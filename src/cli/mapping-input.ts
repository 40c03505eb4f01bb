import { refuseStrange, StrangeMapping } from '../admin/mappings.ts';
import { mappingInput } from '../intake/mapping-input.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Mapping } from '../model/mapping.ts';
import { CommandFailure } from './failure.ts';

/** Reads a mapping as JSON. @throws CommandFailure naming what is wrong */
export function parseMapping(json: string, dataset: Dataset): Mapping {
  const result = mappingInput.safeParse(parsed(json));
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the mapping'}: ${message}`);
    throw new CommandFailure(`This is no mapping: ${problems.join('; ')}`);
  }
  // zod types what is optional as possibly undefined; JSON knows no undefined.
  const mapping = result.data as Mapping;
  try {
    refuseStrange(mapping, dataset);
  } catch (error) {
    throw error instanceof StrangeMapping ? new CommandFailure(strangeText(error, dataset)) : error;
  }
  return mapping;
}

const strangeText = ({ strange, known }: StrangeMapping, dataset: Dataset): string =>
  strange.length > 0
    ? `No column of ${dataset}: ${strange.join(', ')}. They are: ${known.join(', ')}`
    : `Scopes of ${dataset} are of a company or of all: only entries have a journal and a date.`;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new CommandFailure(`This is no JSON: ${(error as Error).message}`);
  }
}
