import type { Dice } from '../torture/dice.ts';
import { mutateText } from './mutate.ts';

/** What is used here of a JSON Schema. */
export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  example?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema | undefined>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** Mostly a value of the schema, sometimes none. */
export function anyValue(schema: Schema, dice: Dice, depth = 0): unknown {
  if (dice.below(12) === 0) return dice.pick(strange);
  if (schema.enum) return dice.pick(schema.enum);
  if (schema.example !== undefined && dice.below(2) === 0) return schema.example;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return anyValue(dice.pick(choices), dice, depth);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((one) => anyValue(one, dice, depth))) as unknown;
  const type = Array.isArray(schema.type) ? dice.pick(schema.type) : schema.type;
  if (depth > 6) return null;
  switch (type) {
    case 'object':
      return anyObject(schema, dice, depth);
    case 'array':
      return Array.from({ length: dice.below(4) }, () => anyValue(schema.items ?? {}, dice, depth + 1));
    case 'integer':
    case 'number':
      return anyNumber(schema, dice);
    case 'boolean':
      return dice.below(2) === 0;
    case 'null':
      return null;
    case undefined:
    default:
      return anyText(schema, dice);
  }
}

function anyObject({ properties = {}, required = [], additionalProperties }: Schema, dice: Dice, depth: number) {
  const made: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(properties))
    if (schema && (required.includes(name) || dice.below(2) === 0)) made[name] = anyValue(schema, dice, depth + 1);
  if (typeof additionalProperties === 'object')
    for (let i = dice.below(4); i > 0; i--) made[dice.pick(names)] = anyValue(additionalProperties, dice, depth + 1);
  if (dice.below(10) === 0) made[mutateText('name', dice)] = 1;
  return made;
}

function anyNumber({ minimum = -1000, maximum = 1000 }: Schema, dice: Dice): number {
  const edges = [minimum - 1, minimum, minimum + 1, maximum - 1, maximum, maximum + 1, 0, 1.5, 2 ** 31, 2 ** 53];
  return dice.below(2) === 0 ? dice.pick(edges) : minimum + dice.below(Math.min(1000, maximum - minimum + 1));
}

function anyText({ format }: Schema, dice: Dice): string {
  const known = format === undefined ? undefined : formats[format];
  const text = known ? dice.pick(known) : dice.pick(texts);
  return dice.below(6) === 0 ? mutateText(text, dice) : text;
}

const formats: Record<string, string[] | undefined> = {
  uuid: ['00000000-0000-4000-8000-000000000000', 'not-a-uuid', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
  date: ['2026-11-29', '0000-01-01', '9999-12-31', '2026-02-30', '0001-01-01', '-2026-01-01'],
  'date-time': [
    '2026-11-29T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2026-11-29T00:00:00+14:00',
  ],
};
const names = ['a', 'N° pièce', 'clients', 'amount', '__proto__', 'constructor', 'toString', 'x'.repeat(300), ''];
const texts = [
  ...[
    '',
    ' ',
    'acme',
    'C1',
    'é',
    '\0',
    'a\nb',
    '\u202eabc',
    '\ud800',
    '😀',
    "'; drop table clients; --",
    '../../etc/passwd',
    '%',
    '_',
  ],
  ...[
    'x'.repeat(300),
    '127.0.0.1',
    'localhost',
    'https://127.0.0.1:9/',
    'http://[::1]/',
    'a@b.example',
    '* * * * *',
    '0 0 30 2 *',
  ],
  ...[
    'Europe/Paris',
    'Mars/Phobos',
    '10',
    '1e9',
    'true',
    'null',
    '{yyyyMMdd}.csv',
    '(a+)+$',
    '*'.repeat(50),
    '2026-11-29',
    '123456',
  ],
  ...[
    'SHA256:AAAA',
    'ssh-ed25519 AAAA',
    'utf-8',
    ';',
    '#N/A',
    '=cmd()',
    'bytes=0-',
    'bytes=9-1',
    'sha-256=:AAAA:',
    '"1"',
    'W/"1"',
    '*',
  ],
];
const strange: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  '',
  [],
  {},
  [[[[]]]],
  'x'.repeat(10_000),
  { a: { b: {} } },
  '\0',
];
