import type { Dice } from '../torture/dice.ts';
import { type Attack, Fault, type Field, inTime, shown } from './attack.ts';
import { mutateText } from './mutate.ts';
import { type Schema, anyValue } from './schema-values.ts';

const AT_ONCE = 8;

interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  required?: boolean;
  schema: Schema;
}

interface Operation {
  method: string;
  path: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema } | undefined> };
  responses: Record<string, unknown>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
}

/** Every operation of the OpenAPI document with anything in its places, and with what earlier answers named. */
export const api: Attack = {
  name: 'the API',
  share: 20,
  async begin(field, dice) {
    const known = await whatIsThere(field);
    return {
      async round() {
        await Promise.all(Array.from({ length: AT_ONCE }, () => ask(field, known, dice)));
        return AT_ONCE;
      },
      close: () => undefined,
    };
  },
};

/** What a request may name. */
interface Known {
  operations: Operation[];
  /** Ids and cursors of earlier answers. */
  names: Map<string, string[]>;
  /** Without it there would be no attack any more. */
  own: string;
}

async function whatIsThere(field: Field): Promise<Known> {
  const document = await json<Document>(field, '/openapi.json');
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  const { items } = await json<{ items: { id: string }[] }>(field, '/v1/keys');
  return { operations, names: new Map(), own: items.map(({ id }) => id).join() };
}

async function json<T>({ ports, key }: Field, path: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${ports.http}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return (await answer.json()) as T;
}

async function ask({ ports, key, leaving }: Field, known: Known, dice: Dice): Promise<void> {
  const operation = dice.pick(known.operations);
  const { method } = operation;
  const { path, query, headers } = filled(operation, known, leaving, dice);
  const body = bodyOf(operation, dice);
  const url = `http://127.0.0.1:${ports.http}${path}${query === '' ? '' : `?${query}`}`;
  const what = () => `${method} ${path}?${query} ${shown(body?.bytes ?? '')}`;
  const over = new AbortController();
  const answer = await inTime(
    fetch(url, {
      ...{ method, redirect: 'manual', signal: over.signal },
      headers: { ...headers, authorization: `Bearer ${key}`, ...(body && { 'content-type': body.type }) },
      ...(body && { body: body.bytes }),
    }),
    what,
  );
  const { status } = answer;
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    over.abort();
    return;
  }
  const text = await inTime(answer.text(), what);
  if (status >= 500 && status !== 503) throw new Fault(`${status} for ${what()}: ${text.slice(0, 500)}`);
  if (!(String(status) in operation.responses)) throw new Fault(`${status} is not in the document: ${what()}`);
  if (answer.headers.get('content-type')?.includes('json')) harvest(JSON.parse(text), known);
}

/** Header values that a client may send at all. */
const sendable = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();

function filled({ path, parameters = [] }: Operation, known: Known, tenants: readonly string[], dice: Dice) {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  let place = path;
  for (const parameter of parameters) {
    const { name } = parameter;
    if (parameter.in !== 'path' && !parameter.required && dice.below(3) > 0) continue;
    const value = valueOf(parameter, known, tenants, dice);
    if (parameter.in === 'path') place = place.replace(`{${name}}`, encodeURIComponent(value));
    else if (parameter.in === 'query') query.append(name, value);
    else headers[name] = sendable(value);
  }
  return { path: place, query: query.toString(), headers };
}

function valueOf({ name, schema }: Parameter, { names, own }: Known, tenants: readonly string[], dice: Dice): string {
  // Other attackers need their tenants.
  if (name === 'tenant') return dice.below(8) === 0 ? wild('zz', dice) : dice.pick(tenants);
  const heard = names.get(name === 'cursor' || name === 'since' ? 'next' : name === 'sync' ? 'number' : 'id') ?? [];
  const value = heard.length > 0 && dice.below(3) > 0 ? dice.pick(heard) : asText(anyValue(schema, dice));
  if (value.includes(own)) return 'x';
  return dice.below(8) === 0 ? wild(value, dice) : value;
}

/** A URL has no lone surrogates. */
const wild = (text: string, dice: Dice): string => mutateText(text, dice).slice(0, 2000).toWellFormed();

const asText = (value: unknown): string => (typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value));

function bodyOf({ requestBody }: Operation, dice: Dice): { type: string; bytes: string } | undefined {
  if (!requestBody) return undefined;
  const [type, media] = dice.pick(Object.entries(requestBody.content));
  if (type !== 'application/json') return { type, bytes: mutateText(table, dice) };
  const bytes = JSON.stringify(anyValue(media?.schema ?? {}, dice));
  return { type, bytes: dice.below(10) === 0 ? mutateText(bytes, dice) : bytes };
}

const table = 'code client;nom;email\nC1;Un;a@un.example\nC2;Deux;b@deux.example\n';
const MOST_NAMES = 200;

/** Whatever an answer calls `id` or `next`: numbers are of syncs. */
function harvest(value: unknown, known: Known): void {
  if (Array.isArray(value)) value.forEach((one) => harvest(one, known));
  if (typeof value !== 'object' || value === null) return;
  for (const [name, one] of Object.entries(value)) {
    if ((name === 'id' || name === 'next') && typeof one === 'string') keep(known, name, one);
    else if (name === 'id' && typeof one === 'number') keep(known, 'number', String(one));
    else harvest(one, known);
  }
}

function keep({ names }: Known, name: string, value: string): void {
  const kept = names.get(name) ?? [];
  names.set(name, [value, ...kept].slice(0, MOST_NAMES));
}
