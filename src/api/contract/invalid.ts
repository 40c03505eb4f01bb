import { z } from 'zod';
import { readReason, reasonText } from '../../errors/reasons.ts';
import { ArrivageError, verbatim } from '../../errors.ts';
import type { Language } from '../../model/tenant.ts';

/** What is wrong with one field of a request. */
export interface FieldFault {
  /** Where it came from: json, query or header. */
  in: string;
  /** Its path, such as `files.clients.pattern`. */
  field: string;
  message: string;
}

const MOST_FAULTS = 20;

/** A request whose fields do not fit. It tells the first of them: a body of a megabyte may hold many thousands. */
export class InvalidRequest extends ArrivageError {
  readonly faults: readonly FieldFault[];

  constructor(all: readonly FieldFault[]) {
    const faults = all.slice(0, MOST_FAULTS);
    super('invalid_request', { why: verbatim(faults.map(({ field, message }) => `${field}: ${message}`).join('; ')) });
    this.faults = faults;
  }
}

/** What the hook of a route is told; `data` is what was validated. */
type Validated = { target: string } & ({ success: true } | { success: false; error: z.core.$ZodError; data?: unknown });

const texts = { fr: z.locales.fr().localeError, en: z.locales.en().localeError };

/**
 * Refuses what the schemas of a route do not take, naming each field in the reader's language.
 * @throws InvalidRequest, no_such_resource
 */
export function refuseInvalid(result: Validated, c: { var: { language: Language } }): void {
  if (result.success) return;
  // A path that names nothing that could exist is one of a thing that does not.
  if (result.target === 'param') throw new ArrivageError('no_such_resource');
  const { data } = result;
  const faults = result.error.issues.slice(0, MOST_FAULTS).map((issue) => ({
    in: result.target,
    field: issue.path.map(String).join('.') || '(body)',
    message: messageOf(issue, data, c.var.language),
  }));
  throw new InvalidRequest(faults);
}

/**
 * zod words its issues in English while it parses. Its catalogue of another language needs the input again; a message
 * of a schema's own is among our reasons.
 */
function messageOf(issue: z.core.$ZodIssue, data: unknown, language: Language): string {
  // What the text of a query was turned into, where it is no number.
  const inputs = [valueAt(data, issue.path), Number.NaN];
  const raws = inputs.map((input) => ({ ...issue, input }) as z.core.$ZodRawIssue);
  const raw = raws.find((each) => said(texts.en(each)) === issue.message);
  const reason = readReason(issue.message);
  return (raw && said(texts[language](raw))) ?? (reason ? reasonText(reason, language) : issue.message);
}

const said = (text: ReturnType<z.core.$ZodErrorMap>): string | undefined =>
  typeof text === 'string' ? text : text?.message;

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    data,
  );
}
