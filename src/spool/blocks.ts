export const BLOCK_BYTES = 4096;

/**
 * What a file of that many bytes counts towards a quota: whole blocks, and one where it is empty. A file costs at least
 * that much on the disk, and a row in the database: a million empty ones must not come for nothing.
 */
export function inBlocks(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / BLOCK_BYTES)) * BLOCK_BYTES;
}
