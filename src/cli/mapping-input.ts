import type { Dataset } from '../model/dataset.ts';
import { mappingInput, strangeColumns, strangeScope } from '../intake/mapping-input.ts';
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
  const { strange, known } = strangeColumns(mapping, dataset);
  if (strange.length > 0)
    throw new CommandFailure(`No column of ${dataset}: ${strange.join(', ')}. They are: ${known.join(', ')}`);
  if (mapping.scopes?.some((scope) => strangeScope(scope, dataset)))
    throw new CommandFailure(
      `Scopes of ${dataset} are of a company or of all: only entries have a journal and a date.`,
    );
  return mapping;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new CommandFailure(`This is no JSON: ${(error as Error).message}`);
  }
}
