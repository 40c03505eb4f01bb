import { open, type FileHandle } from 'node:fs/promises';
import { ArrivageError } from '../errors.ts';
import type { CsvFormat, FormatPins, HeaderJudge } from '../model/format.ts';
import type { Warning } from '../model/rejection.ts';
import { createEncodingSurvey, type PlacedRemark } from '../parse/encoding/encoding.ts';
import { lineCounter } from '../parse/line-counter.ts';
import { sniffCsv } from '../parse/csv/sniff.ts';
import { createTranscoder } from '../parse/encoding/transcode.ts';
import { shorten } from '../validate/cells/warnings.ts';

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
  if (content.kind === 'refused') throw new ArrivageError(content.code, content.params);
  if (content.kind === 'zip') return { kind: 'zip' };
  const { format, remarks, placed } = sniffCsv(head, content, judge, pins);
  return { kind: 'text', format, remarks: [...remarks, ...(await withLines(path, format, placed))] };
}

const LONGEST_VALUE = 200;

/** Lines are counted only where something is said of them. */
async function withLines(path: string, format: CsvFormat, placed: readonly PlacedRemark[]): Promise<Warning[]> {
  if (placed.length === 0) return [];
  const offsets = placed.flatMap(({ examples }) => examples.map(({ offset }) => offset)).sort((a, b) => a - b);
  const line = lineCounter(offsets, format.lineEnds);
  for await (const bytes of textOf(path, format)) if (line.pass(bytes)) break;
  return placed.map(({ code, count, examples }) => ({
    ...{ code, column: null, count },
    examples: examples
      .map(({ offset, value }) => ({ line: line.at(offset), value: shorten(value, LONGEST_VALUE) }))
      .filter((each, i, all) => all.findIndex((other) => other.line === each.line) === i),
  }));
}

/** A text in the bytes that offsets are counted in: UTF-16 as UTF-8. */
async function* textOf(path: string, { encoding }: CsvFormat): AsyncGenerator<Uint8Array> {
  if (!encoding.startsWith('utf-16')) {
    yield* chunksOf(path);
    return;
  }
  const transcoder = createTranscoder(encoding);
  for await (const chunk of chunksOf(path)) {
    const target = new Uint8Array(transcoder.bound(chunk.length));
    yield target.subarray(0, transcoder.write(chunk, target, 0));
  }
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
