import type { Dataset } from '../model/dataset.ts';

/**
 * The datasets that a complete delivery holds from now on: a tenant that takes contacts expects them too, unless it
 * is said otherwise. @returns undefined where nothing changes
 */
export function expectedOf(
  change: { expected?: readonly Dataset[] | undefined; multiContact?: boolean | undefined },
  before: readonly Dataset[],
): Dataset[] | undefined {
  const { expected, multiContact } = change;
  if (expected === undefined && multiContact === undefined) return undefined;
  const wanted = new Set<Dataset>(expected ?? before);
  if (multiContact === true) wanted.add('contacts');
  if (multiContact === false && expected === undefined) wanted.delete('contacts');
  return [...wanted];
}
