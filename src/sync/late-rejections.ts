import type { TransactionSql } from 'postgres';
import { lateLines, lateRejections, openLateRaws, type LateFile } from '../load/late.ts';
import type { Format } from '../model/format.ts';
import { copyLine } from '../model/copy-line.ts';
import type { Reader } from '../reader/reader.ts';
import type { ScratchFile } from './scratch-file.ts';

export interface LateContext {
  tx: TransactionSql;
  reader: Reader;
  rejects: ScratchFile;
  signal: AbortSignal;
}

interface RefusedFile extends LateFile {
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
export async function addLateRejections(context: LateContext, file: RefusedFile): Promise<LateFindings> {
  const found = { count: 0, unknownClients: 0 };
  const lines = await lateLines(context.tx, file);
  if (lines.length === 0) return found;
  await stageRaws(context, file, lines);
  for await (const page of lateRejections(context.tx, file)) {
    const text = page.map(({ line, column, code, value, raw }) => {
      found.count++;
      if (code === 'unknown_client') found.unknownClients++;
      return copyLine([file.fileNo, line, column, code, value, raw]);
    });
    await context.rejects.append(Buffer.from(text.join('')));
  }
  return found;
}

async function stageRaws({ tx, reader, signal }: LateContext, file: RefusedFile, lines: Int32Array): Promise<void> {
  const { path, name, size, format } = file;
  const copy = await openLateRaws(tx);
  try {
    await reader.run(
      { kind: 'raws', file: { path, name, size }, format, lines },
      { opened: () => Promise.resolve(), chunk: (_stream, bytes) => copy.write(bytes), progress: () => undefined },
      signal,
    );
    await copy.end();
  } catch (error) {
    await copy.abort('the file could not be read again');
    throw error;
  }
}
