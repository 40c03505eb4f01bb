import type { TransactionSql } from 'postgres';
import { openCopy } from '../load/copy.ts';
import { lateRejections } from '../load/late.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Format } from '../model/format.ts';
import { copyLine } from '../model/copy-line.ts';
import type { Reader } from './reader.ts';
import type { ScratchFile } from './scratch-file.ts';

export interface LateContext {
  tx: TransactionSql;
  reader: Reader;
  rejects: ScratchFile;
  signal: AbortSignal;
}

export interface LateFile {
  dataset: Dataset;
  fileNo: number;
  path: string;
  name: string;
  size: number;
  format: Format;
}

export interface LateFindings {
  count: number;
  unknownClients: number;
}

/**
 * Rejections that only the database could decide come without the line as it stood in the file. It is read again, and
 * they join the others.
 */
export async function addLateRejections(context: LateContext, file: LateFile): Promise<LateFindings> {
  const lines = await refusedLines(context, file);
  if (lines.length === 0) return { count: 0, unknownClients: 0 };
  await stageRaws(context, file, lines);
  const found = { count: 0, unknownClients: 0 };
  for await (const page of lateRejections(context.tx, file)) {
    const raws = await rawsOf(context.tx, file.fileNo, page[0]?.line ?? 0, page.at(-1)?.line ?? 0);
    const text = page.map(({ line, column, code, value }) => {
      found.count++;
      if (code === 'unknown_client') found.unknownClients++;
      return copyLine([file.fileNo, line, column, code, value, raws.get(line) ?? '']);
    });
    await context.rejects.append(Buffer.from(text.join('')));
  }
  return found;
}

async function refusedLines({ tx }: LateContext, file: LateFile): Promise<Int32Array> {
  const lines: number[] = [];
  for await (const page of lateRejections(tx, file)) for (const { line } of page) lines.push(line);
  return Int32Array.from(lines);
}

async function stageRaws({ tx, reader, signal }: LateContext, file: LateFile, lines: Int32Array): Promise<void> {
  await tx.unsafe('drop table if exists late_raws');
  await tx.unsafe('create temp table late_raws (file_no integer, line integer, raw text) on commit drop');
  const copy = await openCopy(tx, 'late_raws', ['file_no', 'line', 'raw']);
  try {
    await reader.run(
      {
        kind: 'raws',
        file: { path: file.path, name: file.name, size: file.size },
        fileNo: file.fileNo,
        format: file.format,
        lines,
      },
      { opened: () => Promise.resolve(), chunk: (_stream, bytes) => copy.write(bytes), progress: () => undefined },
      signal,
    );
    await copy.end();
  } catch (error) {
    await copy.abort('the file could not be read again');
    throw error;
  }
  await tx.unsafe('create index on late_raws (line)');
}

async function rawsOf(tx: TransactionSql, fileNo: number, from: number, to: number): Promise<Map<number, string>> {
  const rows = await tx<{ line: number; raw: string }[]>`
    select line, raw from late_raws where file_no = ${fileNo} and line between ${from} and ${to}`;
  return new Map(rows.map(({ line, raw }) => [line, raw]));
}
