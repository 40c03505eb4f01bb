import type { Dice } from '../torture/dice.ts';

/** Bytes and texts on which readers stumble. */
const tokens: readonly Buffer[] = [
  ...[
    '\0',
    '\n',
    '\r\n',
    '\r',
    ';',
    ',',
    '\t',
    '"',
    '""',
    "'",
    '|',
    '\\',
    '../',
    '%00',
    '%2e%2e/',
    '{{',
    '<![CDATA[',
    '&#0;',
  ],
  ...[
    '-1',
    '0',
    '1e999',
    '99999999999999999999',
    '-0,00',
    '31/02/2026',
    '0000-00-00',
    'NaN',
    '=1+1',
    '\u202e',
    '\ufeff',
    'é',
  ],
  ...['a'.repeat(5000), ';'.repeat(3000), '"\n'.repeat(500)],
]
  .map((text) => Buffer.from(text))
  .concat(
    [
      ...['00000000', 'ffffffff', '7fffffff', '80000000', 'ffffffffffffffff', 'ff', 'fe', 'c0af', 'eda080', 'f4908080'],
      ...['fff4fff2', '504b0304', '504b0506', '1f8b08', 'd0cf11e0a1b11ae1', '16030100', 'efbbbf', 'fffe', 'feff'],
    ].map((hex) => Buffer.from(hex, 'hex')),
  );

type Change = (bytes: Buffer, dice: Dice) => Buffer;

const changes: readonly Change[] = [
  function flip(bytes, dice) {
    const copy = Buffer.from(bytes);
    for (let i = 1 + dice.below(4); i > 0 && copy.length > 0; i--) {
      const at = dice.below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8));
    }
    return copy;
  },
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice) => splice(bytes, dice.below(bytes.length + 1), 0, dice.pick(tokens)),
  (bytes, dice) => splice(bytes, dice.below(bytes.length + 1), dice.below(64), dice.pick(tokens)),
  (bytes, dice) => splice(bytes, dice.below(bytes.length + 1), 1 + dice.below(64), Buffer.alloc(0)),
  function repeat(bytes, dice) {
    const from = dice.below(bytes.length + 1);
    const part = bytes.subarray(from, from + 1 + dice.below(256));
    return splice(bytes, from, 0, Buffer.concat(Array.from({ length: 1 + dice.below(8) }, () => part)));
  },
];

function splice(bytes: Buffer, at: number, remove: number, insert: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
}

/** The same bytes with one to four faults. */
export function mutate(bytes: Buffer, dice: Dice): Buffer {
  let mutated = bytes;
  for (let i = 1 + dice.below(4); i > 0; i--) mutated = dice.pick(changes)(mutated, dice);
  return mutated;
}

/** A text that is sometimes what is asked for, and sometimes anything. */
export function mutateText(text: string, dice: Dice): string {
  return mutate(Buffer.from(text), dice).toString();
}
