import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import yauzl from 'yauzl';
import { ArrivageError } from '../../errors.ts';

/** What an XLSX may cost. A sheet of 1,000,000 rows × 20 columns inflates to some 800 MB, at a ratio of 5 to 30. */
export interface XlsxLimits {
  entries: number;
  /** Bytes that all parts read may inflate to. */
  inflated: number;
  /** Inflated bytes per stored byte of one part, once it has passed `ratioFrom` bytes. */
  ratio: number;
  ratioFrom: number;
}

export const defaultLimits: Readonly<XlsxLimits> = {
  entries: 10_000,
  inflated: 2 * 1024 ** 3,
  ratio: 200,
  ratioFrom: 64 * 1024 ** 2,
};

/** The parts of an Office package (ECMA-376 part 2): a zip whose names ignore case. */
export interface Package {
  has(part: string): boolean;
  /** Names of all parts, as the archive writes them. */
  readonly names: readonly string[];
  /**
   * Inflates one part, counting what really comes out whatever the zip declares, and compares its checksum.
   * @throws xlsx_damaged, xlsx_too_large
   */
  read(part: string): AsyncIterable<Uint8Array>;
  /** Stored bytes read so far, for the progress bar. */
  consumed(): number;
  close(): void;
}

/**
 * Opens by the central directory alone: nothing is inflated that is not asked for, so that a bomb in a picture or a
 * nested zip stays asleep.
 * @throws xlsx_damaged (truncated, ambiguous names), password_protected, xlsx_too_large
 */
export async function openPackage(path: string, limits: Readonly<XlsxLimits> = defaultLimits): Promise<Package> {
  const zip = await yauzl.openPromise(path, { autoClose: false }).catch(damaged('zip'));
  try {
    return packageOf(zip, await directory(zip, limits), limits);
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function directory(zip: yauzl.ZipFile, limits: Readonly<XlsxLimits>): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > limits.entries) throw new ArrivageError('xlsx_too_large');
  const entries = new Map<string, yauzl.Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileName.toLowerCase();
      // Two parts of one name: readers disagree on which counts, which is how contents are smuggled.
      if (entries.has(name)) throw new ArrivageError('xlsx_damaged', { part: entry.fileName });
      if (entry.isEncrypted()) throw new ArrivageError('password_protected');
      entries.set(name, entry);
    }
  } catch (error) {
    return damaged('zip')(error);
  }
  return entries;
}

function packageOf(zip: yauzl.ZipFile, entries: Map<string, yauzl.Entry>, limits: Readonly<XlsxLimits>): Package {
  let inflated = 0;
  let consumed = 0;

  async function* read(part: string): AsyncGenerator<Uint8Array> {
    const entry = entries.get(part.toLowerCase());
    if (!entry?.canDecodeFileData()) throw new ArrivageError('xlsx_damaged', { part });
    const before = consumed;
    let size = 0;
    let checksum = 0;
    try {
      for await (const chunk of inflate(zip, entry)) {
        size += chunk.length;
        inflated += chunk.length;
        const steep = size > limits.ratioFrom && size > limits.ratio * entry.compressedSize;
        if (steep || inflated > limits.inflated) throw new ArrivageError('xlsx_too_large');
        consumed = before + Math.round(Math.min(1, size / entry.uncompressedSize) * entry.compressedSize);
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    } finally {
      // A part that is left early is read again.
      if (size < entry.uncompressedSize) consumed = before;
    }
    if (checksum !== entry.crc32) throw new ArrivageError('xlsx_damaged', { part });
  }

  return {
    has: (part) => entries.has(part.toLowerCase()),
    names: [...entries.values()].map(({ fileName }) => fileName),
    read,
    consumed: () => consumed,
    close: () => zip.close(),
  };
}

/** The thread pool inflates some chunks ahead while this thread parses the last one. */
const ahead = { chunkSize: 64 * 1024, readableHighWaterMark: 256 * 1024 };

/** yauzl's own inflater hands out 16 KB at a time; four times that costs a quarter of the trips to the thread pool. */
async function* inflate(zip: yauzl.ZipFile, entry: yauzl.Entry): AsyncGenerator<Uint8Array> {
  try {
    const stored = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    const done = () => undefined; // the error reaches this loop
    yield* entry.compressionMethod === 0 ? stored : pipeline(stored, createInflateRaw(ahead), done);
  } catch (error) {
    damaged(entry.fileName)(error);
  }
}

function damaged(part: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof ArrivageError ? error : new ArrivageError('xlsx_damaged', { part }, error);
  };
}
