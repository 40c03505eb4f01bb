import { InvalidRequest } from '../contract/invalid.ts';

const SHA256 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/;

/**
 * The SHA-256 that a Content-Digest header promises (RFC 9530), in hexadecimal; undefined where it names none, since
 * other algorithms may be ignored. @throws InvalidRequest where it names one that cannot be read
 */
export function promisedSha256(header: string | undefined): string | undefined {
  if (header === undefined || !/(?:^|,)\s*sha-256=/.test(header)) return undefined;
  const digest = SHA256.exec(header)?.[1];
  if (digest === undefined)
    throw new InvalidRequest([{ in: 'header', field: 'Content-Digest', message: 'sha-256=:…: (RFC 9530)' }]);
  return Buffer.from(digest, 'base64').toString('hex');
}

/** As a header names it. @param sha256 hexadecimal */
export const digestHeader = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
