import type { ColumnMatch } from '../columns/match.ts';
import type { CellWriter, Row } from './row.ts';
import { writeBytes, writeNull } from '../output/copy.ts';
import { Cell, openCell, writeText } from '../cells/text.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;

/** COPY text of `"name":"`. */
function keyText(name: string): Uint8Array {
  return Buffer.from(JSON.stringify(name).replaceAll('\\', '\\\\') + ':"');
}

/** Writes the cells that the data model does not know as one JSON object, without those that hold nothing. */
export function extraWriter(match: ColumnMatch, row: Row): CellWriter {
  const cells = match.extras.map(({ name, position }) => ({ key: keyText(name), position }));
  const { out, span } = row;
  return (view) => {
    const { buffer } = out;
    let at = out.at;
    for (const { key, position } of cells) {
      if (openCell(view, position, span) !== Cell.value) continue;
      buffer[at] = at === out.at ? 0x7b : COMMA;
      at = writeBytes(key, buffer, at + 1);
      at = writeText(view.bytes, span.start, span.end, buffer, at, true);
      buffer[at++] = QUOTE;
    }
    if (at === out.at) at = writeNull(buffer, at);
    else buffer[at++] = 0x7d;
    out.at = at;
    return true;
  };
}

/** Bytes that the names take in each row. */
export const extraBytes = (match: ColumnMatch): number =>
  match.extras.reduce((bytes, { name }) => bytes + keyText(name).length + 4, 4);
