import { describe, expect, it } from 'vitest';
import { datasetByMapping, datasetByUsualName, matchesName } from '../../src/intake/by-name.ts';

describe('file name patterns', () => {
  it.each([
    [['CLIENTS_*.csv'], 'clients_2026.CSV', true],
    [['CLIENTS_*.csv'], 'clients.csv', false],
    [['export?.txt'], 'export1.txt', true],
    [['*.done', 'fin.txt'], 'fin.txt', true],
    [['a.c'], 'abc', false],
    [['é?.csv'], 'É😀.csv', true],
    // As a regular expression this pattern would hold the server for hours.
    [['*a'.repeat(50) + 'b'], 'a'.repeat(250), false],
    [['[x](1).csv'], '[x](1).csv', true],
  ])('%j against %s: %s', (patterns, name, expected) => {
    expect(matchesName(patterns, name)).toBe(expected);
  });

  it('lets a tenant’s mapping claim a name that would mean something else', () => {
    expect(datasetByMapping('clients.csv', [{ dataset: 'contacts', version: 1, files: ['clients*'] }])).toBe(
      'contacts',
    );
  });

  it.each([
    ['Écritures comptables.csv', 'ecritures'],
    ['export_CLIENTS.xlsx', 'clients'],
    ['liste contacts.csv', 'contacts'],
    ['contacts clients.csv', undefined],
    ['export.csv', undefined],
  ])('knows what people call their exports: %s', (name, dataset) => {
    expect(datasetByUsualName(name)).toBe(dataset);
  });
});
