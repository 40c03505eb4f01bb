import { stat } from 'node:fs/promises';
import type { Dataset } from '../../src/model/dataset.ts';
import type { Finding, Warning } from '../../src/model/rejection.ts';
import { rejectionColumns, stagingMeta } from '../../src/model/staging.ts';
import { isFilesFault } from '../../src/sync/file-fault.ts';
import { identify } from '../../src/reader/thread-identify.ts';
import type { Stream } from '../../src/reader/thread-protocol.ts';
import { readFile } from '../../src/reader/thread-read.ts';
import { type Decisions, mostRuns } from '../../src/validate/columns/verdict.ts';
import { copyFields } from '../../src/validate/columns/record-of.ts';
import { today } from './ledger.ts';

/** What the import makes of a file before the database is asked. */
export interface Understood {
  /** Why the whole file was put aside, if it was. */
  aside?: string;
  dataset?: string;
  rows: { line: number; values: Record<string, string | null> }[];
  rejections: Finding[];
  warnings: Warning[];
}

const nothing = { rows: [], rejections: [], warnings: [] };

/** Identifies, reads and, where the first assumptions are refuted, reads again, as a sync does. */
export async function understand(path: string, name: string, expected: Dataset): Promise<Understood> {
  const { size } = await stat(path);
  try {
    const { content } = await identify({ kind: 'identify', file: { path, name, size }, mappings: [] });
    if (content === 'unknown') return { ...nothing, aside: 'unrecognised' };
    if (content !== expected) return { ...nothing, dataset: content, aside: `taken for ${content}` };
    let found = await readOnce(path, name, size, expected);
    for (let runs = 1; found.refuted && runs < mostRuns; runs++)
      found = await readOnce(path, name, size, expected, found.decisions);
    return found;
  } catch (error) {
    if (!isFilesFault(error)) throw error;
    return { ...nothing, aside: String((error as { code?: unknown }).code) };
  }
}

async function readOnce(path: string, name: string, size: number, dataset: Dataset, decisions?: Decisions) {
  const texts: Partial<Record<Stream, string>> = {};
  let columns: readonly string[] = [];
  const outbox = {
    take: (bytes: number) => new Uint8Array(Math.max(bytes, 65_536)),
    give: (stream: Stream, buffer: Uint8Array, length: number) => {
      texts[stream] = (texts[stream] ?? '') + Buffer.from(buffer.subarray(0, length)).toString('utf8');
    },
    ready: () => Promise.resolve(),
    returned: () => undefined,
  };
  const options = {
    dataset,
    mapping: { dataset, version: 0 },
    fixed: {},
    fileNo: 1,
    tenant: { defaultCompany: '', fecAccounts: ['411'] },
    today: today.getTime(),
    plan: { kind: 'whole' as const, ...(decisions && { decisions }) },
  };
  const result = await readFile({ kind: 'read', file: { path, name, size }, options }, outbox, (message) => {
    if (message.kind === 'opened') columns = message.opened.layout.columns;
  });
  const fieldsOf = (stream: Stream) => (texts[stream] ?? '').split('\n').slice(0, -1).map(copyFields);
  const at = (fields: readonly (string | null)[], column: (typeof rejectionColumns)[number]) =>
    fields[rejectionColumns.indexOf(column)] ?? null;
  return {
    rows: fieldsOf('rows').map((fields) => ({
      line: Number(fields[stagingMeta.indexOf('line')]),
      values: Object.fromEntries(columns.map((column, i) => [column, fields[i + stagingMeta.length] ?? null])),
    })),
    rejections: fieldsOf('rejections').map((fields) => ({
      line: Number(at(fields, 'line')),
      column: at(fields, 'column_name'),
      code: at(fields, 'code') ?? '',
      value: at(fields, 'value'),
    })),
    warnings: result.warnings,
    refuted: result.refuted,
    decisions: result.decisions,
  };
}
