/**
 * Buffers for the packets of uploads, used again once their bytes are written: a new one for every 256 KiB of a file
 * costs more in page faults and collections than copying into it does.
 */
import { MAX_PACKET } from './protocol.ts';

/** Kept for reuse over all connections: 8 MiB. */
const MAX_IDLE = 32;
/** Smaller packets are cheaper to allocate than to keep. */
const LEAST = 64 * 1024;

const idle: Buffer[] = [];

export function takePacket(length: number): Buffer {
  if (length < LEAST) return Buffer.allocUnsafe(length);
  return (idle.pop() ?? Buffer.allocUnsafeSlow(MAX_PACKET)).subarray(0, length);
}

/** Only for a packet that nothing refers to any more. Others than ours are ignored. */
export function givePacketBack(packet: Buffer): void {
  const isOurs = packet.length >= LEAST && packet.byteOffset === 0 && packet.buffer.byteLength === MAX_PACKET;
  if (isOurs && idle.length < MAX_IDLE) idle.push(Buffer.from(packet.buffer));
}
