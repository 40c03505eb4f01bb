import { ArrivageError } from '../../errors.ts';

/** Bytes from one position to another, both included. */
export interface ByteRange {
  from: number;
  to: number;
}

const ONE_RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/i;

/**
 * Pure: what a Range header asks of a file (RFC 9110, section 14.2), `bytes=5-9`, `bytes=5-` or `bytes=-5`. Undefined
 * is the whole: also for several ranges and for what cannot be read, which may be ignored.
 * @throws range_unsatisfiable
 */
export function byteRange(header: string | undefined, size: number): ByteRange | undefined {
  const [, first = '', last = ''] = ONE_RANGE.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from > to) throw new ArrivageError('range_unsatisfiable', { size });
  return { from, to };
}
