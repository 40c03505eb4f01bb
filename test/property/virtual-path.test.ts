import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import { baseName, isWithin, parentOf, resolvePath, root, segments } from '../../src/model/virtual-path.ts';

/** Pieces that paths go wrong on, mixed with anything at all. */
const piece = fc.oneof(
  fc.constantFrom('/', '//', '.', '..', '../', '/..', './', '~', '\\', '\0', '\r\n', '%2e%2e', '%2f', '\u2024\u2024'),
  fc.constantFrom(
    'e\u0301',
    '\u2215',
    '\uff0f',
    '\u202e',
    '\ud800',
    'C:',
    'reports',
    'a',
    ' ',
    '-rf',
    '*',
    'a'.repeat(254),
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const typed = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

/** What comes out, or `undefined` where it is refused by the catalogue. */
function resolved(folder: VirtualPath, text: string): VirtualPath | undefined {
  try {
    return resolvePath(folder, text);
  } catch (error) {
    if (error instanceof ArrivageError && error.code === 'path_refused') return undefined;
    throw error;
  }
}

describe('a virtual path', () => {
  it('never escapes, whatever is typed in whatever folder', () => {
    fc.assert(
      fc.property(fc.array(typed, { minLength: 1, maxLength: 4 }), (steps) => {
        let folder = root;
        for (const step of steps) {
          const path = resolved(folder, step);
          if (path === undefined) continue;
          const names = segments(path);
          expect(path.startsWith('/')).toBe(true);
          expect(names.every((name) => name !== '' && name !== '.' && name !== '..')).toBe(true);
          expect(path).not.toMatch(/[\0-\x1f\x7f-\x9f\\]/);
          expect(path.normalize('NFC')).toBe(path);
          expect(path.isWellFormed()).toBe(true);
          expect(Buffer.byteLength(path)).toBeLessThanOrEqual(1024);
          expect(names.length).toBeLessThanOrEqual(16);
          folder = path;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is the same whichever way it is written, and resolving it again changes nothing', () => {
    fc.assert(
      fc.property(typed, typed, (where, text) => {
        const folder = resolved(root, where);
        const path = folder && resolved(folder, text);
        if (!folder || !path) return;
        expect(resolved(root, path)).toBe(path);
        expect(resolved(folder, path)).toBe(path);
        expect(resolved(path, '.')).toBe(path);
        expect(resolved(path, '..')).toBe(parentOf(path));
        expect(isWithin(parentOf(path), path)).toBe(true);
        if (path !== root) expect(resolved(parentOf(path), `./${baseName(path)}`)).toBe(path);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['/', '../../etc/passwd', '/etc/passwd'],
    ['/in', '..', '/'],
    ['/in', '../../..', '/'],
    ['/in', '/out/./a//b/', '/out/a/b'],
    ['/', 'e\u0301te\u0301.csv', '/\u00e9t\u00e9.csv'],
    ['/', '~root', '/~root'],
    ['/', '%2e%2e/x', '/%2e%2e/x'],
  ])('in %s, %j is %s', (folder, text, path) => {
    expect(resolvePath(folder as VirtualPath, text)).toBe(path);
  });
});
