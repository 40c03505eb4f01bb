import { sep } from 'node:path';
import { ArrivageError, verbatim } from '../errors.ts';
import type { VirtualPath } from '../model/path.ts';
import type { TenantId } from '../model/tenant.ts';
import { isTemporary, resolvePath, root } from '../model/virtual-path.ts';

/** Ends the name of the note that tells why a file was left lying. */
export const NOTE = '.refused.txt';

/** Where a file of the drop folder belongs: its first folder names the tenant, the rest is its path there. */
export interface Place {
  tenant: TenantId;
  path: VirtualPath;
}

/**
 * @param relative path below the drop folder, as the system writes it
 * @returns `undefined` for what is no delivery: a file beside the tenants' folders, a temporary name, a note of ours
 * @throws path_refused
 */
export function placeOf(relative: string): Place | undefined {
  const [tenant, ...names] = relative.split(sep);
  if (tenant === undefined || names.length === 0) return undefined;
  // Separators, and with them `..`, are gone: what a name holds besides is refused, never interpreted.
  if (names.some((name) => name.includes('/') || name === '..'))
    throw new ArrivageError('path_refused', { why: verbatim('..') });
  const path = resolvePath(root, '/' + names.join('/'));
  return isTemporary(path) || path.endsWith(NOTE) ? undefined : { tenant, path };
}
