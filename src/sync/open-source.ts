import { open, type FileHandle } from 'node:fs/promises';
import { ArrivageError } from '../errors.ts';
import type { CsvFormat, FormatPins, HeaderJudge } from '../model/format.ts';
import type { Warning } from '../model/rejection.ts';
import { createEncodingSurvey } from '../parse/encoding.ts';
import { sniffCsv } from '../parse/sniff.ts';

/** `remarks`: what had to be assumed of the file as a whole. No part of the format, which tells equal readings. */
export type Source = { kind: 'text'; format: CsvFormat; remarks: readonly Warning[] } | { kind: 'zip' };

const CHUNK = 1 << 20;
/** What the sniffer sees of a file. */
const HEAD_BYTES = 65_536;

/**
 * Finds out how a file is to be read. `whole`: looks at every byte for the encoding, as an import must; otherwise only
 * at the head, which is enough to see the header.
 * @throws what `parse/` refuses: empty_file, not_text, legacy_xls, …
 */
export async function openSource(
  path: string,
  pins: FormatPins,
  judge: HeaderJudge,
  { whole }: { whole: boolean },
): Promise<Source> {
  const survey = createEncodingSurvey();
  let head = Buffer.alloc(0);
  for await (const chunk of chunksOf(path, whole ? CHUNK : HEAD_BYTES)) {
    if (head.length === 0) head = Buffer.from(chunk.subarray(0, HEAD_BYTES));
    survey.write(chunk);
    if (!whole || survey.decided) break;
  }
  const content = survey.result(pins.encoding);
  if (content.kind === 'refused') throw new ArrivageError(content.code);
  if (content.kind === 'zip') return { kind: 'zip' };
  return { kind: 'text', ...sniffCsv(head, content, judge, pins) };
}

/** The file in chunks; one buffer is reused, so a chunk is good until the next. */
export async function* chunksOf(path: string, size = CHUNK): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(size);
    for (;;) {
      const length = await fill(file, buffer);
      if (length > 0) yield buffer.subarray(0, length);
      if (length < size) return;
    }
  } finally {
    await file.close();
  }
}

async function fill(file: FileHandle, buffer: Buffer): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
