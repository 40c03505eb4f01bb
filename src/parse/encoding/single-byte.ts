import iconv from 'iconv-lite';
import type { Encoding } from '../../model/format.ts';

/** In the order in which they are preferred: Windows-1252 holds all that it shares with ISO-8859-15 in the same place. */
export const singleByteEncodings = ['windows-1252', 'iso-8859-15', 'cp850', 'macroman'] as const;
export type SingleByteEncoding = (typeof singleByteEncodings)[number];

export const isSingleByte = (encoding: Encoding): encoding is SingleByteEncoding =>
  (singleByteEncodings as readonly string[]).includes(encoding);

/** The euro replaced a character that nobody missed: the dotless i in code page 850 (IBM's 858), `¤` in Mac OS 8.5. */
const euros: Partial<Record<SingleByteEncoding, number>> = { cp850: 0xd5, macroman: 0xdb };

/**
 * Byte → its character, U+FFFD where there is none. Taken from iconv-lite, because `TextDecoder('windows-1252')` of Node
 * 20 reads 0x80 as a control character.
 */
export const characters: Readonly<Record<SingleByteEncoding, readonly string[]>> = {
  'windows-1252': charactersOf('windows-1252'),
  'iso-8859-15': charactersOf('iso-8859-15'),
  cp850: charactersOf('cp850'),
  macroman: charactersOf('macroman'),
};

function charactersOf(encoding: SingleByteEncoding): string[] {
  return Array.from({ length: 256 }, (_, byte) =>
    byte === euros[encoding] ? '€' : iconv.decode(Buffer.of(byte), encoding),
  );
}

export const decodeBytes = (bytes: Uint8Array, encoding: SingleByteEncoding): string =>
  Array.from(bytes, (byte) => characters[encoding][byte] ?? '').join('');
