import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { encodings, type Encoding } from '../../src/model/format.ts';
import { type Content, createEncodingSurvey } from '../../src/parse/encoding/encoding.ts';
import { createTranscoder } from '../../src/parse/encoding/transcode.ts';

function survey(bytes: Uint8Array, cut = bytes.length, pin?: Encoding): Content {
  const found = createEncodingSurvey();
  const chunk = Buffer.alloc(cut);
  for (let at = 0; at < bytes.length; at += cut) {
    // One buffer for all chunks, as a file is read.
    const length = Buffer.from(bytes).copy(chunk, 0, at, at + cut);
    found.write(chunk.subarray(0, length));
  }
  return found.result(pin);
}

function transcode(bytes: Uint8Array, encoding: Encoding, cut: number): string {
  const transcoder = createTranscoder(encoding);
  const parts: Buffer[] = [];
  const chunk = Buffer.alloc(cut);
  const put = (most: number, fill: (target: Uint8Array) => number) => {
    const target = Buffer.alloc(most);
    parts.push(target.subarray(0, fill(target)));
  };
  for (let at = 0; at < bytes.length; at += cut) {
    const piece = chunk.subarray(0, Buffer.from(bytes).copy(chunk, 0, at, at + cut));
    put(transcoder.bound(piece.length), (target) => transcoder.write(piece, target, 0));
  }
  put(transcoder.bound(0), (target) => transcoder.end(target, 0));
  return Buffer.concat(parts).toString();
}

describe('the survey of a file', () => {
  it('knows UTF-8 wherever the chunks cut its characters', () => {
    const bytes = Buffer.from('é€😀à'.repeat(20));
    for (let cut = 1; cut < 20; cut += 1) expect(survey(bytes, cut)).toMatchObject({ encoding: 'utf-8' });
  });

  it('sees the one byte at the end of the file that is no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.alloc(3_000_000, 'abc;'), Buffer.from('r\xe9gl\xe9\n', 'latin1')]);
    expect(survey(bytes, 1 << 20)).toMatchObject({ encoding: 'windows-1252' });
  });

  it('takes a last character that was cut for a truncation, not for another encoding', () => {
    expect(survey(Buffer.from('Échéance réglée €').subarray(0, -1))).toMatchObject({ encoding: 'utf-8' });
  });

  it.each([
    ['windows-1252', 'Société Générale – 12 € d’intérêts'],
    ['windows-1252', 'cœur'],
    ['windows-1252', '1\u00a0234,56'],
    ['iso-8859-15', 'Société à 12 € du cœur'],
    ['cp850', 'Société Générale, réglé où çà'],
    ['cp850', 'ÉTÉ'],
    ['cp850', 'Frédéric'],
  ] as const)('tells %s from its likes by "%s"', (encoding, text) => {
    expect(survey(iconv.encode(text, encoding))).toMatchObject({ encoding });
  });

  it('need not see the rest of a file that is no text', () => {
    const found = createEncodingSurvey();
    found.write(Buffer.alloc(100_000, 'réglé;', 'latin1'));
    expect(found.decided).toBe(false);
    const page = createEncodingSurvey();
    page.write(Buffer.from('<html>'.padEnd(10_000)));
    expect(page.decided).toBe(true);
  });
});

describe('transcoding', () => {
  it.each(encodings)('%s: gives back any text it can write, however it is cut', (encoding) => {
    const letter = fc.constantFrom('a', 'é', ';', '€', 'œ', '’', '😀', '\n', '0', 'ç');
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 80 }), fc.integer({ min: 1, max: 11 }), (letters, cut) => {
        const bytes = iconv.encode(letters.join(''), encoding);
        // iconv-lite knows the MacRoman of before the euro.
        const text = iconv.decode(bytes, encoding);
        expect(transcode(bytes, encoding, cut)).toBe(encoding === 'macroman' ? text.replaceAll('¤', '€') : text);
      }),
    );
  });

  it('drops the mark and nothing else', () => {
    for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const)
      for (let cut = 1; cut < 6; cut += 1)
        expect(transcode(iconv.encode('é;€', encoding, { addBOM: true }), encoding, cut)).toBe('é;€');
  });

  it('replaces what a pinned UTF-8 cannot be', () => {
    expect(transcode(Buffer.from('r\xe9gl\xe9;\xe2\x82', 'latin1'), 'utf-8', 3)).toMatch(/^r\ufffdgl\ufffd;\ufffd+$/);
  });
});
