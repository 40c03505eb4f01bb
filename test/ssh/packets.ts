import { string, uint32 } from '../sftp/packets.ts';

/** SSH packets built by hand, independently of the code under test. */

export interface Offered {
  kex: string[];
  hostKey?: string[];
  cipher?: string[];
  mac?: string[];
  guesses?: boolean;
}

/** The payload of a KEXINIT (RFC 4253, section 7.1), with the same algorithms both ways. */
export function kexInit(offered: Offered): Buffer {
  const { kex, hostKey = ['rsa-sha2-512'], cipher = ['aes128-gcm@openssh.com'], mac = ['hmac-sha2-256'] } = offered;
  const lists = [kex, hostKey, cipher, cipher, mac, mac, ['none'], ['none'], [], []];
  const names = lists.map((list) => string(list.join(',')));
  const guess = Buffer.from([offered.guesses === true ? 1 : 0]);
  return Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 7), ...names, guess, uint32(0)]);
}

/** A payload as it travels before there are keys (section 6). */
export function unencrypted(payload: Buffer): Buffer {
  const padding = 8 - ((payload.length + 5) % 8) + 8;
  const length = uint32(1 + payload.length + padding);
  return Buffer.concat([length, Buffer.from([padding]), payload, Buffer.alloc(padding)]);
}

/** The payloads of what came before there are keys, after the first line. */
export function payloadsOf(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let at = bytes.indexOf('\n') + 1;
  while (at > 0 && at + 5 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    found.push(bytes.subarray(at + 5, end - bytes.readUInt8(at + 4)));
    at = end;
  }
  return found;
}
