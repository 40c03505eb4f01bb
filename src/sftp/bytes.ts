import iconv from 'iconv-lite';
import { ArrivageError, because } from '../errors.ts';

/** Reads the fields of one SFTP packet in their order. Every method throws bad_request past the end. */
export interface FieldReader {
  byte(): number;
  uint32(): number;
  /** Up to 2^53 - 1: larger offsets and sizes are refused. */
  uint64(): number;
  /** A view into the packet, not a copy. */
  bytes(): Buffer;
  text(): string;
  /** Whether all fields were read. */
  atEnd(): boolean;
}

export function readFields(packet: Buffer): FieldReader {
  let at = 0;
  const advance = (count: number): number => {
    if (at + count > packet.length) throw new ArrivageError('bad_request', { why: because('packet_truncated') });
    at += count;
    return at - count;
  };
  const uint32 = (): number => packet.readUInt32BE(advance(4));
  const bytes = (): Buffer => {
    const length = uint32();
    const from = advance(length);
    return packet.subarray(from, from + length);
  };
  return {
    byte: () => packet.readUInt8(advance(1)),
    uint32,
    uint64: () => {
      const value = uint32() * 2 ** 32 + uint32();
      if (!Number.isSafeInteger(value)) throw new ArrivageError('bad_request', { why: because('number_too_large') });
      return value;
    },
    bytes,
    text: () => decodeName(bytes()),
    atEnd: () => at === packet.length,
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * SFTP v3 names no encoding: clients send UTF-8, older Windows clients their code page. Reading the latter as UTF-8
 * would make every accented letter U+FFFD, so that two names become one.
 */
export function decodeName(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return iconv.decode(Buffer.from(bytes), 'windows-1252');
  }
}
