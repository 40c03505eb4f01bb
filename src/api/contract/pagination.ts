import { z } from '@hono/zod-openapi';
import { InvalidRequest } from './invalid.ts';

const USUAL = 50;
const MOST = 200;

/** The query of every list. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MOST).default(USUAL).openapi({ description: 'Items on a page.' }),
  cursor: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'Where the page begins: `next` of the page before. Opaque.' }),
});

export interface Page<T> {
  items: T[];
  /** The cursor of the next page; null on the last. */
  next: string | null;
}

export const pageOf = <S extends z.ZodType>(item: S) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().openapi({ description: 'Cursor of the next page; null on the last.' }),
  });

/**
 * Cuts a page from rows of which one more was read than it holds.
 * @param position what tells the last row from those behind it: names and numbers, in the order of the list
 */
export function cutPage<T>(rows: readonly T[], limit: number, position: (last: T) => readonly Key[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(position(last)) : null };
}

type Key = string | number | null;

const cursorOf = (position: readonly Key[]): string => Buffer.from(JSON.stringify(position)).toString('base64url');

/** The position in a cursor. @throws InvalidRequest where it is none of ours */
export function positionIn<S extends z.ZodType>(cursor: string | undefined, schema: S): z.infer<S> | undefined {
  if (cursor === undefined) return undefined;
  const position = schema.safeParse(parsed(cursor));
  if (!position.success) throw strangeCursor();
  return position.data;
}

export const strangeCursor = (): InvalidRequest =>
  new InvalidRequest([{ in: 'query', field: 'cursor', message: 'cursor' }]);

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
