import { describe, expect, it } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import type { Report } from '../../src/model/report.ts';
import { reportNames } from '../../src/report/report-name.ts';
import { type ReportSource, writeReports } from '../../src/report/write-reports.ts';
import { clients, ecritures, rejections, report, stream } from './sample.ts';

type Put = Parameters<typeof writeReports>[0];

/** Report files in memory; the `failAt`th does not fit. */
function shelf(failAt = Infinity): Put & { files: Map<string, string> } {
  const files = new Map<string, string>();
  let puts = 0;
  return {
    files,
    async put(_tenant, id, content) {
      let text = '';
      for await (const piece of content) text += piece.toString();
      if (++puts === failAt) throw new ArrivageError('disk_full');
      files.set(id, text);
      return { size: Buffer.byteLength(text) };
    },
    remove(_tenant, id) {
      files.delete(id);
      return Promise.resolve();
    },
  };
}

const source = (changes: Partial<Report> = {}, taken: string[] = []): ReportSource => ({
  report: { ...report, ...changes },
  rejectionsOf: (fileNos) => stream(rejections.filter(({ fileNo }) => fileNos.includes(fileNo))),
  taken: new Set(taken),
});

describe('report files', () => {
  it('are one report for each upload, and a list of rejections where there are some', async () => {
    const spool = shelf();
    const rows = await writeReports(spool, source());
    expect(rows.map(({ name }) => name)).toEqual([
      'CLIENTS.xlsx.20261124T081500Z.report.txt',
      'ECRITURES 2026.csv.20261124T081500Z.report.txt',
      'ECRITURES 2026.csv.20261124T081500Z.rejections.csv',
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({ tenantId: 'acme', syncId: 42, createdAt: report.finishedAt });
      expect(Buffer.byteLength(spool.files.get(row.id) ?? '')).toBe(row.size);
    }
    const text = spool.files.get(rows[1]?.id ?? '') ?? '';
    expect(text).toMatch(/^\ufeffCompte rendu/);
    expect(text).toContain('ECRITURES 2026.csv.20261124T081500Z.rejections.csv');
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });

  it('are one for an FEC, which is two files of the sync', async () => {
    const files = [{ ...clients, uploadId: ecritures.uploadId, name: ecritures.name }, ecritures];
    const rows = await writeReports(shelf(), source({ files }));
    expect(rows).toHaveLength(2);
  });

  it('never share a name: not with each other, not with those of an earlier sync', async () => {
    const files = [ecritures, { ...ecritures, fileNo: 3, uploadId: 'other' }];
    const first = await writeReports(shelf(), source({ files }));
    const second = await writeReports(
      shelf(),
      source(
        { files },
        first.map(({ name }) => name),
      ),
    );
    const names = [...first, ...second].map(({ name }) => name);
    expect(names).toHaveLength(8);
    expect(new Set(names).size).toBe(8);
  });

  it('leave nothing behind when the disk is full', async () => {
    const spool = shelf(3);
    await expect(writeReports(spool, source())).rejects.toMatchObject({ code: 'disk_full' });
    expect(spool.files.size).toBe(0);
  });
});

describe('a report file’s name', () => {
  const free = () => false;
  const time = new Date('2026-11-24T08:15:00Z');

  it('is safe on every system', () => {
    expect(reportNames('a:b*?"<>|\\c.csv', time, free).report).toBe('a_b_______c.csv.20261124T081500Z.report.txt');
    expect(reportNames('.caché', time, free).report).toBe('_caché.20261124T081500Z.report.txt');
  });

  it('fits into 255 bytes, cut between characters', () => {
    const { rejections: name } = reportNames('é'.repeat(127), time, free);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^é+\.20261124T081500Z\.rejections\.csv$/);
  });
});
