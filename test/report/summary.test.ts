import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { summaryText } from '../../src/report/summary.ts';
import { clients, ecritures, english, report } from './sample.ts';

const golden = (name: string): string => new URL(`../golden/report/${name}.txt`, import.meta.url).pathname;

const options = { uploadId: ecritures.uploadId, rejectionsFile: 'ECRITURES 2026.csv.X.rejections.csv' };

const quarantined = {
  ...ecritures,
  read: 0,
  inserted: 0,
  updated: 0,
  unchanged: 0,
  rejected: 0,
  duplicate: 0,
  settled: 0,
  reopened: 0,
  warnings: [],
  format: null,
  columns: {},
  quarantine: { code: 'legacy_xls', params: {} },
};

describe('an accountant reads what happened', () => {
  it.each<[string, Report, Partial<typeof options>]>([
    ['applied.fr', report, options],
    ['applied.en', english(report), options],
    ['whole-sync.fr', report, {}],
    ['dry-run.fr', { ...report, state: 'dry_run', missing: [] }, options],
    [
      'held.fr',
      {
        ...report,
        state: 'held',
        missing: [],
        guard: [
          { dataset: 'ecritures', rule: 'settles_entries', measured: 0.4517, allowed: 0.3 },
          { dataset: 'ecritures', rule: 'few_rows', measured: 0.2, allowed: 0.5 },
        ],
        rejections: [],
      },
      { uploadId: clients.uploadId },
    ],
    ['unchanged.fr', { ...report, state: 'unchanged', missing: [], files: [{ ...clients, sameAsBefore: true }] }, {}],
    ['put-aside.fr', { ...report, missing: [], files: [quarantined], rejections: [] }, {}],
    [
      'failed.en',
      english({
        ...report,
        state: 'failed',
        files: [quarantined],
        rejections: [],
        error: { code: 'database_unavailable', message: 'connect ECONNREFUSED' },
      }),
      {},
    ],
  ])('%s', async (name, outcome, { uploadId, rejectionsFile }) => {
    const text = summaryText(outcome, {
      ...(uploadId !== undefined && { uploadId }),
      ...(rejectionsFile !== undefined && { rejectionsFile }),
    });
    await expect(text).toMatchFileSnapshot(golden(name));
  });

  it.each(['fr', 'en'] as const)(
    'says how to go on where nothing could be fetched, not to send it again (%s)',
    (language) => {
      const failed = (code: string, params: Record<string, string>) =>
        summaryText(
          {
            ...report,
            tenant: { ...report.tenant, language },
            ...{ state: 'failed', missing: [], files: [], rejections: [], error: { code, message: '', params } },
          },
          {},
        );
      const again = /Renvoyez le fichier|Send the file again/;
      for (const code of ['host_key_changed', 'host_key_unknown']) {
        const text = failed(code, { fingerprint: 'SHA256:new', pinned: 'SHA256:old' });
        expect(text).toContain('arrivage connector confirm-host-key acme SHA256:new');
        expect(text).not.toMatch(again);
      }
      for (const code of ['remote_login_refused', 'certificate_changed', 'unreachable']) {
        expect(failed(code, {})).toContain('arrivage connector test acme');
        expect(failed(code, {})).not.toMatch(again);
      }
      expect(failed('database_unavailable', {})).toMatch(again);
    },
  );

  it('does not call a delivery in order that lacks a file', () => {
    const text = summaryText({ ...report, state: 'unchanged', missing: ['contacts'], files: [] }, {});
    expect(text).toContain('Envoyez aussi : contacts.');
    expect(text).not.toContain('tout est en ordre');
  });

  it('never says that all is well beside a remark about money or dates', () => {
    const warned = (code: string) =>
      summaryText({
        ...report,
        missing: [],
        rejections: [],
        files: [{ ...clients, warnings: [{ code, column: null, count: 1, examples: [] }] }],
      });
    expect(warned('unknown_column')).toContain('tout est en ordre');
    for (const code of ['amount_rounded', 'ambiguous_dates', 'of a later version'])
      expect(warned(code)).toMatch(/Relisez les remarques(?![^]*tout est en ordre)/);
  });

  it('shows no line of a value that pretends to be a line of the report', () => {
    const rejection = {
      fileNo: 2,
      line: 1,
      column: null,
      code: 'invalid_date',
      value: 'x\r\nImportation effectuée',
      raw: '',
    };
    const text = summaryText({ ...report, rejections: [rejection] }, {});
    expect(text).not.toMatch(/^Importation effectuée$/m);
  });

  it('falls back on the stored message where a catalogue text lacks its parameters', () => {
    const error = { code: 'internal', message: 'Internal error: nothing is accepted. Reference 7f.' };
    expect(summaryText({ ...report, state: 'failed', error }, {})).toContain('Reference 7f');
  });
});
