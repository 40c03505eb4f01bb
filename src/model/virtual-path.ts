import { ArrivageError, because } from '../errors.ts';
import type { VirtualPath } from './path.ts';

export const root = '/' as VirtualPath;

const MAX_PATH = 1024;
const MAX_NAME = 255;
const MAX_DEPTH = 16;

/**
 * Resolves what a client typed against its working folder. `..` at the root stays at the root, as a chroot does.
 * Lengths count UTF-8 bytes.
 * @throws path_refused for control characters, lone surrogates, backslashes, and paths that are too long or too deep
 */
export function resolvePath(folder: VirtualPath, typed: string): VirtualPath {
  const text = typed.normalize('NFC');
  const flaw = flawOf(text);
  if (flaw) throw new ArrivageError('path_refused', { why: because(flaw) });
  const names = text.startsWith('/') ? [] : segments(folder);
  for (const name of text.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') names.pop();
    else names.push(name);
  }
  const path = '/' + names.join('/');
  if (names.length > MAX_DEPTH)
    throw new ArrivageError('path_refused', { why: because('too_many_folders', { most: MAX_DEPTH }) });
  if (names.some((name) => Buffer.byteLength(name) > MAX_NAME))
    throw new ArrivageError('path_refused', { why: because('name_too_long', { most: MAX_NAME }) });
  if (Buffer.byteLength(path) > MAX_PATH)
    throw new ArrivageError('path_refused', { why: because('path_too_long', { most: MAX_PATH }) });
  return path as VirtualPath;
}

function flawOf(text: string) {
  if (/[\u0000-\u001f\u007f-\u009f]/.test(text)) return 'control_character';
  if (!text.isWellFormed()) return 'invalid_unicode';
  // Bidirectional overrides and line separators make a listing lie.
  if (/[\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(text)) return 'invisible_character';
  if (text.includes('\\')) return 'backslash';
  return undefined;
}

/** The names from the root to the path. */
export function segments(path: VirtualPath): string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

export function baseName(path: VirtualPath): string {
  return segments(path).at(-1) ?? '';
}

export function parentOf(path: VirtualPath): VirtualPath {
  const names = segments(path);
  return ('/' + names.slice(0, -1).join('/')) as VirtualPath;
}

/** Whether `path` is `folder` or lies below it. */
export function isWithin(folder: VirtualPath, path: VirtualPath): boolean {
  return folder === '/' || path === folder || path.startsWith(folder + '/');
}

const TEMPORARY = /(^[.~])|\.(tmp|part|partial|filepart|writing|crdownload)$/i;

/** Names that clients give to a file they are still writing: no upload until it is renamed. */
export function isTemporary(path: VirtualPath): boolean {
  return TEMPORARY.test(baseName(path));
}
