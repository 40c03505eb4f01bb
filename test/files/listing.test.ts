import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ChildRow } from '../../src/db/queries/uploads/view-files.ts';
import { byName, pageOf } from '../../src/files/listing.ts';
import type { Entry } from '../../src/files/view.ts';
import type { VirtualPath } from '../../src/model/path.ts';
import type { PartialInfo } from '../../src/spool/spool.ts';

const now = new Date(0);
const name = fc.constantFrom('a', 'b', 'B', 'ba', 'é', '\u{ffff}', '\u{1f600}', 'z', 'reports', '0');
const row = fc.record({ name, isFile: fc.boolean() });

/** As `viewChildren` does. */
function rowsAfter(all: readonly ChildRow[], after: string, limit: number): ChildRow[] {
  return all
    .filter((one) => byName(one.name, after) > 0)
    .sort((a, b) => byName(a.name, b.name))
    .slice(0, limit);
}

function listing(
  folder: VirtualPath,
  all: readonly ChildRow[],
  partials: readonly PartialInfo[],
  limit: number,
): Entry[] {
  const found: Entry[] = [];
  for (let after = ''; ;) {
    const rows = rowsAfter(all, after, limit);
    const page = pageOf({ folder, rows, isLast: rows.length < limit, partials, after, now }, limit);
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    found.push(...page.entries);
    if (!page.more) return found;
    expect(page.entries.length).toBeGreaterThan(0);
    after = found.at(-1)?.name ?? '';
  }
}

it('is the same in pages of any length: every name once, in its order', () => {
  const folders = fc.constantFrom('/', '/in') as fc.Arbitrary<VirtualPath>;
  const below = fc.array(fc.tuple(name, fc.boolean(), fc.boolean()), { maxLength: 8 });
  fc.assert(
    fc.property(folders, fc.uniqueArray(row, { selector: (one) => one.name }), below, (folder, found, arriving) => {
      const all = found.map((one) => ({ ...one, size: 1, modified: now, since: now }));
      const partials = arriving.map(([child, isDeep, complete], i) => ({
        ...{ id: String(i), size: 2, touched: now, modified: now, open: false, complete },
        path: `${folder === '/' ? '' : folder}/${child}${isDeep ? '/deep.csv' : ''}` as VirtualPath,
      }));
      const whole = listing(folder, all, partials, 1000);
      const names = whole.map((one) => one.name);
      expect(names).toEqual([...new Set(names)].sort(byName));
      for (const one of all) expect(names).toContain(one.name);
      for (const limit of [1, 2, 3]) expect(listing(folder, all, partials, limit)).toEqual(whole);
    }),
  );
});

it('has names in the order of their UTF-8 bytes, as the database has', () => {
  const any = fc.string({ unit: fc.oneof(name, fc.constantFrom('\ud7ff', '\ue000', '\u{10000}')), maxLength: 3 });
  fc.assert(
    fc.property(any, any, (a, b) => {
      expect(Math.sign(byName(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});
