import { z } from '@hono/zod-openapi';
import { inEnglish } from '../../errors/reasons.ts';
import { datasets } from '../../model/dataset.ts';
import { hasYear } from '../../model/storable.ts';
import { grammar } from '../../model/tenant.ts';

/** Shapes that several resources share. */

export const tenantId = z
  .string()
  .regex(grammar.tenantId)
  .openapi({ description: '2 to 40 lower-case letters, digits and dashes, first a letter.', example: 'acme' });

/** The tenant in a path. An id that cannot exist is one that does not: 404 and no fault of the request. */
export const tenantPath = z.object({ tenant: z.string().openapi({ param: { in: 'path' }, example: 'acme' }) });

/** As people call something. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);
export const dataset = z.enum(datasets);

export const day = z.iso.date().refine(hasYear, inEnglish('year_from_one'));
export const moment = z.iso.datetime().refine(hasYear, inEnglish('year_from_one'));
export const language = z.enum(['fr', 'en']);

/** Why something was put aside or failed: a code for programs, a text for people. */
export const reason = z.object({ code: z.string(), message: z.string() });

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** JSON knows no undefined: what zod types as optional is there or not. */
export const given = <T extends object>(body: T): Given<T> => body as Given<T>;
