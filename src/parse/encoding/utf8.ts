/**
 * Where a character that the end of a chunk cuts in two begins: `end` if none is cut. A sequence of UTF-8 holds at
 * most four bytes (RFC 3629), so at most three are looked at.
 */
export function wholeCharacters(bytes: Uint8Array, end: number): number {
  for (let back = 1; back <= 3 && back <= end; back += 1) {
    const byte = bytes[end - back] as number;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? end - back : end;
    if (byte < 0x80) return end;
  }
  return end;
}

/** Bytes of the sequence that a lead byte opens; 1 for what leads none. */
export function sequenceLength(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
