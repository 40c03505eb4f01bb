import { describe, expect, test } from 'vitest';
import type { RemoteFile } from '../../src/model/connector.ts';
import { chooseFiles, datasetByRule, type TakenFile, type Wish } from '../../src/pull/choose.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));
const file = (name: string, hour: number | null = 8, size = 10): RemoteFile => ({
  name,
  size,
  modified: hour === null ? null : at(hour),
});
const taken = (name: string, hour: number | null = 8, bySync = false): TakenFile => ({ ...file(name, hour), bySync });
const wish = (files: Wish['files'], more: Partial<Wish> = {}): Wish => ({
  files,
  doneFile: null,
  datasets: null,
  force: false,
  ...more,
});
const newest = (pattern: string) => ({ pattern, take: 'newest' as const });
const all = (pattern: string) => ({ pattern, take: 'all' as const });
const namesOf = (given: Wish, listing: RemoteFile[], before: TakenFile[] = []) =>
  chooseFiles(given, listing, before).files.map(({ file: { name } }) => name);

describe('of several files that match, the newest', () => {
  const rule = wish({ ecritures: newest('ecritures_{yyyyMMdd}.csv') });

  test('is told by the date in its name, whatever its time', () => {
    const listing = [file('ecritures_20261124.csv', 1), file('ecritures_20261123.csv', 9), file('ecritures_x.csv', 10)];
    expect(namesOf(rule, listing)).toEqual(['ecritures_20261124.csv']);
  });

  test('is told by its time where the name holds no date', () => {
    const listing = [file('gl_b.csv', 7), file('gl_a.csv', 9), file('gl_c.csv', 8)];
    expect(namesOf(wish({ ecritures: newest('gl_*.csv') }), listing)).toEqual(['gl_a.csv']);
  });

  test('is told by its number where the server tells no times', () => {
    const listing = [file('gl_9.csv', null), file('gl_10.csv', null)];
    expect(namesOf(wish({ ecritures: newest('gl_*.csv') }), listing)).toEqual(['gl_10.csv']);
  });

  test('is not taken twice, and what lies behind it never comes back as the latest state', () => {
    const listing = [file('ecritures_20261123.csv'), file('ecritures_20261124.csv')];
    const before = [taken('ecritures_20261124.csv')];
    expect(namesOf(rule, listing, before)).toEqual([]);
    // Moved away or deleted once it was read.
    expect(namesOf(rule, listing.slice(0, 1), before)).toEqual([]);
    expect(chooseFiles(rule, listing.slice(0, 1), before).missing).toEqual([]);
  });

  test('of a fixed name is whatever is there now, be it older', () => {
    const rules = wish({ clients: newest('clients.csv') });
    expect(namesOf(rules, [file('clients.csv', 7)], [taken('clients.csv', 8)])).toEqual(['clients.csv']);
    expect(namesOf(rules, [file('clients.csv', 8, 11)], [taken('clients.csv', 8)])).toEqual(['clients.csv']);
    expect(namesOf(rules, [file('clients.csv', 8)], [taken('clients.csv', 8)])).toEqual([]);
  });

  test('is read again and compared where the server tells no times', () => {
    const rules = wish({ clients: newest('clients.csv') });
    expect(namesOf(rules, [file('clients.csv', null)], [taken('clients.csv', null)])).toEqual(['clients.csv']);
    expect(namesOf(rules, [file('clients.csv', null)], [taken('clients.csv', null, true)])).toEqual([]);
  });
});

describe('all new files', () => {
  const rule = wish({ ecritures: all('jour_{yyyyMMdd}.csv') });
  const listing = [file('jour_20261103.csv'), file('jour_20261101.csv'), file('jour_20261102.csv')];

  test('come oldest first, without those taken before', () => {
    expect(namesOf(rule, listing)).toEqual(['jour_20261101.csv', 'jour_20261102.csv', 'jour_20261103.csv']);
    expect(namesOf(rule, listing, [taken('jour_20261102.csv')])).toEqual(['jour_20261101.csv', 'jour_20261103.csv']);
  });
});

describe('what is missing', () => {
  const rules = { clients: newest('clients.csv'), ecritures: newest('ecritures.csv') };

  test('is each dataset of which no file is there', () => {
    expect(chooseFiles(wish(rules), [file('clients.csv')], []).missing).toEqual(['ecritures']);
    expect(chooseFiles(wish(rules), [], []).missing).toEqual(['clients', 'ecritures']);
  });

  test('is not what was taken before, nor what this sync took and moved away', () => {
    expect(chooseFiles(wish(rules), [file('clients.csv')], [taken('clients.csv')]).missing).toEqual(['ecritures']);
    expect(chooseFiles(wish(rules), [file('clients.csv')], [taken('ecritures.csv', 8, true)]).missing).toEqual([]);
  });

  test('is asked only of the datasets wanted, and named where they have no rule', () => {
    const chosen = chooseFiles(wish(rules, { datasets: ['clients', 'contacts'] }), [file('clients.csv')], []);
    expect(chosen.files.map(({ dataset }) => dataset)).toEqual(['clients']);
    expect(chosen.missing).toEqual(['contacts']);
  });
});

describe('by force', () => {
  const force = { force: true };

  test('the newest comes again, once in a sync', () => {
    const rules = wish({ clients: newest('clients.csv') }, force);
    expect(namesOf(rules, [file('clients.csv')], [taken('clients.csv')])).toEqual(['clients.csv']);
    expect(namesOf(rules, [file('clients.csv')], [taken('clients.csv', 8, true)])).toEqual([]);
  });

  test('what lies behind a newest that was moved away still does not come back', () => {
    const rules = wish({ ecritures: newest('ecritures_{yyyyMMdd}.csv') }, force);
    const before = [taken('ecritures_20261124.csv')];
    expect(namesOf(rules, [file('ecritures_20261123.csv')], before)).toEqual([]);
    expect(namesOf(rules, [file('ecritures_20261124.csv')], before)).toEqual(['ecritures_20261124.csv']);
  });

  test('of a series the new ones come, or the last one again: not all that ever came', () => {
    const rules = wish({ ecritures: all('j*.csv') }, force);
    const listing = [file('j1.csv', 1), file('j2.csv', 2)];
    expect(namesOf(rules, listing, [taken('j1.csv', 1)])).toEqual(['j2.csv']);
    expect(namesOf(rules, listing, [taken('j1.csv', 1), taken('j2.csv', 2)])).toEqual(['j2.csv']);
  });
});

describe('a done-file', () => {
  const rules = wish({ ecritures: newest('e.csv') }, { doneFile: 'FIN*.txt' });

  test('lets what was written before it be taken, and has the rest wait', () => {
    expect(chooseFiles(rules, [file('e.csv', 8)], [])).toMatchObject({ files: [], awaited: [{ name: 'e.csv' }] });
    expect(namesOf(rules, [file('e.csv', 8), file('fin.txt', 8)])).toEqual(['e.csv']);
  });

  test('of the day before does not speak for a file that is being written', () => {
    const chosen = chooseFiles(rules, [file('e.csv', 20), file('fin.txt', 8)], []);
    expect(chosen).toMatchObject({ files: [], awaited: [{ name: 'e.csv' }] });
  });

  test('that the server gives no time speaks for all', () => {
    expect(namesOf(rules, [file('e.csv', null), file('fin.txt', null)])).toEqual(['e.csv']);
  });
});

test('a file under a temporary name is still being written', () => {
  const listing = [file('e.csv.part'), file('.e.csv'), file('~e.csv')];
  expect(chooseFiles(wish({ ecritures: all('*e.csv*') }), listing, [])).toMatchObject({
    files: [],
    missing: ['ecritures'],
  });
});

test('a file that two rules mean is taken once, and clients come before entries', () => {
  const rules = wish({ ecritures: all('*.csv'), clients: newest('clients.csv') });
  const chosen = chooseFiles(rules, [file('clients.csv'), file('b.csv')], []);
  expect(chosen.files).toMatchObject([
    { dataset: 'clients', file: { name: 'clients.csv' } },
    { dataset: 'ecritures', file: { name: 'b.csv' } },
  ]);
});

test('a rule names the dataset of the files that it alone means', () => {
  const rules = {
    clients: { pattern: '*.csv', take: 'all' },
    ecritures: { pattern: 'GL_*.csv', take: 'all' },
  } as const;
  expect(datasetByRule('tiers.csv', rules)).toBe('clients');
  expect(datasetByRule('gl_1.csv', rules)).toBeUndefined();
  expect(datasetByRule('gl_1.txt', rules)).toBeUndefined();
});

test('a folder of 20,000 files that were all taken keeps nobody waiting', () => {
  const listing = Array.from({ length: 20_000 }, (_, i) => file(`export_${(i * 7919) % 20_000}.csv`));
  const before = listing.map((each) => ({ ...each, bySync: false }));
  const began = performance.now();
  const all = wish({ clients: { pattern: '*.csv', take: 'all' } }, { doneFile: '*.csv' });
  expect(chooseFiles(all, listing, before).files).toEqual([]);
  expect(chooseFiles(all, listing, []).files).toHaveLength(20_000);
  expect(performance.now() - began).toBeLessThan(15_000);
});
