import { expect, it } from 'vitest';
import type { VirtualPath } from '../../src/model/path.ts';
import { openKnownPartials } from '../../src/spool/known-partials.ts';

const partial = (id: string, size = 0) => {
  const touched = new Date(0);
  return {
    id,
    path: `/${id}.csv` as VirtualPath,
    complete: false,
    size,
    touched,
    modified: touched,
    open: false as const,
  };
};

/** A folder that takes 100 ms to look through, and lets the test happen in the middle of a look. */
function folder(...ids: string[]) {
  const disk = new Map(ids.map((id) => [id, partial(id)]));
  const clock = { ms: 0 };
  let looks = 0;
  let meanwhile: () => void = () => undefined;
  const known = openKnownPartials(
    async () => {
      looks++;
      const found = [...disk.values()];
      await Promise.resolve();
      clock.ms += 100;
      meanwhile();
      return found;
    },
    () => clock.ms,
  );
  const idsOf = async (tenant = 'acme') => (await known.of(tenant)).map(({ id }) => id);
  return { known, disk, clock, idsOf, looks: () => looks, during: (act: () => void) => (meanwhile = act) };
}

it('looks through the folder once for a thousand questions, and knows at once what this process does', async () => {
  const { known, idsOf, looks } = folder('a', 'b');
  for (let i = 0; i < 1000; i++) expect(await idsOf()).toEqual(['a', 'b']);
  known.change('acme', 'c', () => partial('c'));
  known.change('acme', 'a', () => undefined);
  known.change('acme', 'b', (info) => info && { ...info, size: 7 });
  expect(await known.of('acme')).toMatchObject([
    { id: 'b', size: 7 },
    { id: 'c', size: 0 },
  ]);
  const [first] = await known.of('acme');
  expect((await known.of('acme'))[0]).toBe(first);
  expect(looks()).toBe(1);
});

it('sees what other nodes do, without looking for more than a twentieth of the time', async () => {
  const { disk, clock, idsOf, looks } = folder('a');
  await idsOf();
  disk.set('z', partial('z'));
  clock.ms += 1999;
  expect(await idsOf()).toEqual(['a']);
  clock.ms += 1;
  expect(await idsOf()).toEqual(['a', 'z']);
  expect(looks()).toBe(2);
});

it('trusts what it did itself more than a look that began before', async () => {
  const { known, idsOf, during, clock } = folder('a', 'b');
  await idsOf();
  clock.ms += 60_000;
  during(() => {
    known.change('acme', 'a', () => undefined);
    known.change('acme', 'c', () => partial('c'));
  });
  expect(await idsOf()).toEqual(['b', 'c']);
});

it('looks once for all who ask at the same time, and again after a look that failed', async () => {
  const { idsOf, looks, during } = folder('a');
  during(() => {
    throw new Error('EIO');
  });
  await expect(idsOf()).rejects.toThrow('EIO');
  during(() => undefined);
  expect(await Promise.all([idsOf(), idsOf(), idsOf()])).toEqual([['a'], ['a'], ['a']]);
  expect(looks()).toBe(2);
});
