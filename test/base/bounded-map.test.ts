import { expect, it } from 'vitest';
import { boundedMap } from '../../src/base/bounded-map.ts';

it('a bounded map forgets what was set longest ago, and nothing before it is full', () => {
  const map = boundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect([map.get('a'), map.get('b')]).toEqual([1, 2]);
  map.set('a', 3);
  map.set('c', 4);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
});

it('a bounded map has room again for what was deleted, and remembers undefined as a value like others', () => {
  const map = boundedMap<string | undefined, string | undefined>(2);
  map.set(undefined, 'oldest');
  map.set('b', undefined);
  expect([map.delete('b'), map.delete('b')]).toEqual([true, false]);
  map.set('c', 'c');
  expect(map.get(undefined)).toBe('oldest');
  map.set('d', 'd');
  expect([map.get(undefined), map.get('c'), map.get('d')]).toEqual([undefined, 'c', 'd']);
});
