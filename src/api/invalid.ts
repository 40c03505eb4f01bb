import type { Hook } from '@hono/zod-openapi';
import { z } from 'zod';
import { ArrivageError } from '../errors.ts';
import type { Language } from '../model/tenant.ts';
import type { ApiEnv } from './context.ts';

/** What is wrong with one field of a request. */
export interface FieldFault {
  /** Where it came from: json, query or header. */
  in: string;
  /** Its path, such as `files.clients.pattern`. */
  field: string;
  message: string;
}

/** A request whose fields do not fit. */
export class InvalidRequest extends ArrivageError {
  readonly faults: readonly FieldFault[];

  constructor(faults: readonly FieldFault[]) {
    super('invalid_request', { why: faults.map(({ field, message }) => `${field}: ${message}`).join('; ') });
    this.faults = faults;
  }
}

const MOST_FAULTS = 20;
const texts = { fr: z.locales.fr().localeError, en: z.locales.en().localeError };

/**
 * Refuses what the schemas of a route do not take, naming each field in the reader's language.
 * @throws InvalidRequest, no_such_resource
 */
export const refuseInvalid: Hook<unknown, ApiEnv, string, void> = (result, c) => {
  if (result.success) return;
  // A path that names nothing that could exist is one of a thing that does not.
  if (result.target === 'param') throw new ArrivageError('no_such_resource');
  const { data } = result as { data?: unknown };
  const faults = result.error.issues.slice(0, MOST_FAULTS).map((issue) => ({
    in: result.target,
    field: issue.path.map(String).join('.') || '(body)',
    message: messageOf(issue, data, c.var.language),
  }));
  throw new InvalidRequest(faults);
};

/** zod words its issues in English while it parses; its catalogue of the language needs the input again. */
function messageOf(issue: z.core.$ZodIssue, data: unknown, language: Language): string {
  const text = texts[language]({ ...issue, input: valueAt(data, issue.path) } as z.core.$ZodRawIssue);
  return (typeof text === 'string' ? text : text?.message) ?? issue.message;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    data,
  );
}
