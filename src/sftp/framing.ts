import { ArrivageError, because } from '../errors.ts';
import { takePacket } from './packet-pool.ts';
import { MAX_PACKET } from './protocol.ts';

/**
 * Cuts the bytes of a channel into SFTP packets (length field removed). Pull-based: what is fed stays here until it is
 * asked for, so that a caller who is over its bounds simply stops asking. Holds the chunk that was fed last and one
 * unfinished packet.
 */
export interface PacketReader {
  feed(chunk: Buffer): void;
  /** @throws bad_request for a length of 0 or over 256 KiB: nothing after it can be understood */
  next(): Buffer | undefined;
}

export function packetReader(): PacketReader {
  let rest: Buffer = Buffer.alloc(0);
  let header = partial(4);
  let body: Partial | undefined;

  /** A packet that lies whole in one chunk is a view of it; only one that spans chunks is copied. */
  const takeWhole = (length: number): Buffer => {
    const packet = rest.subarray(0, length);
    rest = rest.subarray(length);
    header = partial(4);
    return packet;
  };

  const fill = (part: Partial): boolean => {
    const used = rest.copy(part.bytes, part.filled);
    part.filled += used;
    rest = rest.subarray(used);
    return part.filled === part.bytes.length;
  };

  return {
    feed: (chunk) => void (rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])),
    next() {
      if (!body) {
        if (!fill(header)) return undefined;
        const length = checkedLength(header.bytes);
        if (rest.length >= length) return takeWhole(length);
        body = partial(length);
      }
      if (!fill(body)) return undefined;
      const packet = body.bytes;
      body = undefined;
      header = partial(4);
      return packet;
    },
  };
}

interface Partial {
  bytes: Buffer;
  filled: number;
}

const partial = (length: number): Partial => ({ bytes: takePacket(length), filled: 0 });

function checkedLength(header: Buffer): number {
  const length = header.readUInt32BE(0);
  if (length === 0 || length > MAX_PACKET)
    throw new ArrivageError('bad_request', { why: because('packet_length', { bytes: length }) });
  return length;
}
