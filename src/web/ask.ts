import type { Caller } from '../model/api-key.ts';
import type { Membership } from '../model/person.ts';
import type { WebContext } from './context.ts';

/** The parts of problem details (RFC 9457) that a page shows. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  errors?: readonly { field: string; message: string }[];
}

/** What the API refused: a page shows why. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}`);
    this.problem = problem;
  }
}

interface Asking {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON; a stream as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  /** With the rights for one tenant only, where what is asked names none. The viewer has them. */
  as?: Membership;
}

/**
 * Asks the API within this process, with the rights of the viewer, of the tenant in whose pages they are: one way of
 * permission for pages and programs.
 * @param path below `/v1`
 * @throws Refused
 */
export async function ask<T>(c: WebContext, path: string, asking: Asking = {}): Promise<T> {
  const answer = await request(c, path, asking);
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
}

/** As `ask`, for what is no JSON. @throws Refused */
export async function request(
  c: WebContext,
  path: string,
  { method = 'GET', body, headers = {}, as }: Asking = {},
): Promise<Response> {
  const isStream = body instanceof ReadableStream;
  const asked = new Request(`http://arrivage/v1${path}`, {
    method,
    headers: {
      'accept-language': c.var.language,
      ...(body !== undefined && { 'content-type': isStream ? 'application/octet-stream' : 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && (isStream ? { body, duplex: 'half' } : { body: JSON.stringify(body) })),
    signal: c.req.raw.signal,
  });
  const answer = await c.var.options.api.fetch(asked, { principal: principalOf(c, as) });
  if (!answer.ok) throw new Refused((await answer.json()) as Problem);
  return answer;
}

function principalOf(c: WebContext, as: Membership | undefined): Caller {
  // What is open ends with the browser's sign-in, as with a key that is revoked.
  const { signedInId: keyId, email, isOperator } = c.var.viewer;
  const tenant = c.var.tenant as WebContext['var']['tenant'] | undefined;
  const name = `person:${email}`;
  if (as) return { keyId, name, scope: as.role, tenant: as.tenant };
  if (isOperator) return { keyId, name, scope: 'operator', tenant: null };
  // Without a tenant in the path nothing may be asked: the empty tenant has nothing.
  return { keyId, name, scope: tenant?.role ?? 'read', tenant: tenant?.id ?? '' };
}

/** What there may be or not; nothing also where the viewer may not see it. */
export async function orNone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refused && (error.problem.status === 404 || error.problem.status === 403)) return undefined;
    throw error;
  }
}
