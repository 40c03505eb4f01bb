import { describe, expect, it } from 'vitest';
import { datasetByMapping, liesBeside } from '../../src/intake/by-name.ts';
import { besideByName } from '../../src/model/beside.ts';

describe('what lies beside an export is known by its name', () => {
  it.each([
    ['Thumbs.db', 'system_file'],
    ['THUMBS.DB', 'system_file'],
    ['ehthumbs_vista.db', 'system_file'],
    ['Desktop.ini', 'system_file'],
    ['.DS_Store', 'system_file'],
    ['._ecritures.csv', 'system_file'],
    ['Folder.jpg', 'system_file'],
    ['/@eaDir/ecritures.csv', 'system_file'],
    ['/compta/__MACOSX/._clients.csv', 'system_file'],
    ['Exports - Raccourci.lnk', 'system_file'],
    ['~$ecritures.xlsx', 'lock_file'],
    ['.~lock.ecritures.csv#', 'lock_file'],
    ['Database.laccdb', 'lock_file'],
    ['ecritures.csv.bak', 'backup_copy'],
    ['ECRITURES.OLD', 'backup_copy'],
    ['ecritures.csv~', 'backup_copy'],
    ['ecritures.csv.bak2', 'backup_copy'],
    ['écritures.bak'.normalize('NFD'), 'backup_copy'],
    ['ecritures.csv.md5', 'checksum_file'],
    ['ecritures.csv.SHA256', 'checksum_file'],
    ['SHA256SUMS', 'checksum_file'],
    ['ecritures.csv.ok', 'end_marker'],
    ['EXPORT.DONE', 'end_marker'],
    ['_SUCCESS', 'end_marker'],
    ['fin.txt', 'end_marker'],
  ])('%s: %s', (name, kind) => expect(besideByName(name)).toBe(kind));

  it.each([
    'ecritures.csv',
    'Clients.xlsx',
    'export',
    'backup.csv',
    'Thumbs.csv',
    'ok-ecritures.txt',
    'lock.csv',
    'FIN2026.csv',
    '123456789FEC20261231.txt',
    'folder.csv',
    '/bak/ecritures.csv',
    'desktop.csv',
  ])('%s may be an export', (name) => expect(besideByName(name)).toBeUndefined());

  it.each([
    ['ECRITURES*', 'ECRITURES.csv.md5', undefined],
    ['ECRITURES*', 'ECRITURES.log', 'ecritures'],
    ['*.csv', '._ECRITURES.csv', undefined],
    ['*.xlsx', '~$ecritures.xlsx', undefined],
    ['*.bak', 'ecritures.bak', 'ecritures'],
    ['*.OK', 'export.ok', 'ecritures'],
    ['*.bak', 'ecritures.ok', undefined],
    ['*.csv', 'ecritures.csv', 'ecritures'],
  ])('a mapping of %s and %s: %s', (pattern, name, dataset) =>
    expect(datasetByMapping(name, [{ dataset: 'ecritures', version: 1, files: [pattern] }])).toBe(dataset),
  );
});

describe('a file that could not be read', () => {
  it.each([
    ['facture-2026-001.pdf', 'no_table', true],
    ['Relevé clients.pdf', 'no_table', true],
    ['logo.png', 'no_table', true],
    ['ecritures.csv', 'no_table', false],
    ['export.csv', 'no_table', false],
    ['ecritures.pdf', 'no_table', false],
    ['export.csv', 'not_text', false],
    ['export.xls', 'legacy_xls', false],
    ['sauvegarde.zip', 'archive_file', false],
    ['ecritures.csv', 'empty_file', false],
    ['ecritures', 'empty_file', false],
    ['export.csv', 'empty_file', false],
    ['TRANSFERT_OK', 'empty_file', true],
    ['transfert_ok.txt', 'empty_file', true],
    ['export.log', 'unrecognised', true],
    ['export.log.1', 'unrecognised', true],
    ['LisezMoi.txt', 'unrecognised', true],
    ['README', 'unrecognised', true],
    ['notes.txt', 'unrecognised', false],
    ['readmes.csv', 'unrecognised', false],
  ])('%s (%s) lies beside the export: %s', (name, code, beside) => expect(liesBeside(name, code)).toBe(beside));
});
