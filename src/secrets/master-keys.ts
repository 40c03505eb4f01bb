import { randomBytes } from 'node:crypto';
import type { MasterKey } from './seal.ts';

/** The first one seals; the others still open what they sealed. */
export type MasterKeys = readonly [MasterKey, ...MasterKey[]];

const KEY_BYTES = 32;
const ID_BYTES = 4;

/** Reads `id:base64,id:base64`, which the configuration has checked. */
export function parseMasterKeys(text: string): MasterKeys {
  const [first, ...others] = text.trim().split(',').map(parseMasterKey);
  if (!first) throw new Error('a split text has a first part');
  return [first, ...others];
}

function parseMasterKey(text: string): MasterKey {
  const [id = '', base64 = ''] = text.split(':');
  return { id, key: Buffer.from(base64, 'base64') };
}

export const writeMasterKeys = (keys: MasterKeys): string =>
  keys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join(',') + '\n';

export const makeMasterKey = (): MasterKey => ({
  id: randomBytes(ID_BYTES).toString('hex'),
  key: randomBytes(KEY_BYTES),
});
