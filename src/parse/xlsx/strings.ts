import { ArrivageError } from '../../errors.ts';
import { unescapeText } from './cells.ts';
import type { WorkbookTexts } from './texts.ts';
import type { XmlEvents } from './xml.ts';

const CHUNK = 2 * 1024 * 1024;
/** Longer texts are cut here: one byte more than a record may have, so that the record is refused. */
const MAX_TEXT = 1024 * 1024 + 1;
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_STRINGS = 16 * 1024 * 1024;

/** The shared strings as UTF-8, 8 bytes of index each: 600,000 texts of 15 bytes take 14 MB. */
export interface StringTable {
  add(text: string): void;
  readonly count: number;
  /** The bytes that hold text `i`, from `start` to `end`; valid until the next call. */
  locate(index: number): { bytes: Uint8Array; start: number; end: number } | undefined;
}

/** @throws xlsx_too_large beyond 256 MiB or 16 million texts */
export function stringTable(): StringTable {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [new Uint8Array(CHUNK)];
  let starts = new Uint32Array(4096);
  let lengths = new Uint32Array(4096);
  let count = 0;
  let at = 0;
  const place: { bytes: Uint8Array; start: number; end: number } = { bytes: new Uint8Array(), start: 0, end: 0 };

  function add(text: string): void {
    const room = Math.min(text.length * 3, MAX_TEXT + 3);
    if ((at % CHUNK) + room > CHUNK || chunks.length * CHUNK === at) {
      at = chunks.length * CHUNK;
      chunks.push(new Uint8Array(CHUNK));
    }
    if (at > MAX_BYTES || count === MAX_STRINGS) throw new ArrivageError('xlsx_too_large');
    if (count === starts.length) [starts, lengths] = [doubled(starts), doubled(lengths)];
    const chunk = chunks[chunks.length - 1] ?? place.bytes;
    const { written } = encoder.encodeInto(text, chunk.subarray(at % CHUNK, (at % CHUNK) + room));
    starts[count] = at;
    lengths[count++] = written;
    at += written;
  }

  function locate(index: number): typeof place | undefined {
    if (!(index >= 0 && index < count)) return undefined;
    const start = starts[index] ?? 0;
    place.bytes = chunks[Math.floor(start / CHUNK)] ?? place.bytes;
    place.start = start % CHUNK;
    place.end = place.start + (lengths[index] ?? 0);
    return place;
  }

  return {
    add,
    locate,
    get count() {
      return count;
    },
  };
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** Collects the text of `<si>` or `<is>`: all runs of rich text, without the phonetic ones (`<rPh>`). */
export function richText(): Omit<XmlEvents, 'open'> & { open(name: string): void; take(): string } {
  let collected = '';
  let inText = false;
  let phonetic = false;
  return {
    open(name) {
      if (name === 't') inText = !phonetic;
      else if (name === 'rPh') phonetic = true;
    },
    text(text) {
      if (inText && collected.length < MAX_TEXT) collected += text;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
    },
    take() {
      const text = collected;
      collected = '';
      return unescapeText(text);
    },
  };
}

/** Reads `sharedStrings.xml` into a table. */
export function stringsReader(table: StringTable, texts: WorkbookTexts): XmlEvents {
  const rich = richText();
  return {
    open: (name) => rich.open(name),
    text: (text) => rich.text(text),
    close(name) {
      if (name === 'si') table.add(texts.shared(rich.take()));
      else rich.close(name);
    },
  };
}
