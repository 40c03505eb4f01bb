import type { MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { forwardedAddress, forwardedByTls } from '../base/forwarded.ts';
import { hashToken, makeToken } from '../auth/token.ts';
import { membershipsOf } from '../db/queries/access/people.ts';
import { addSignedIn, signOut, whoIs } from '../db/queries/access/signed-in.ts';
import { findTenant } from '../db/queries/tenants/tenants.ts';
import { reachable } from '../db/client.ts';
import { countRequest } from '../db/queries/access/request-counts.ts';
import { ArrivageError } from '../errors.ts';
import { grammar } from '../model/tenant.ts';
import { peerOf, type WebContext, type WebEnv } from './context.ts';

/** Whether the browser came by TLS: only then may the cookie demand it. */
export function isSecure(c: WebContext): boolean {
  const { publicUrl, trustedProxies } = c.var.options;
  return (
    publicUrl?.startsWith('https:') === true ||
    forwardedByTls(peerOf(c), c.req.header('x-forwarded-proto'), trustedProxies)
  );
}

/** Where the browser is, also behind a trusted proxy. */
export const addressOf = (c: WebContext): string =>
  forwardedAddress(peerOf(c), c.req.header('x-forwarded-for'), c.var.options.trustedProxies);

/** A name that begins so is refused by browsers from anywhere but here, by TLS, for all paths (RFC 6265bis, 4.1.3.2). */
const cookieName = (c: WebContext): string => (isSecure(c) ? '__Host-arrivage' : 'arrivage');
const cookieOf = (c: WebContext) => ({ httpOnly: true, sameSite: 'Lax', path: '/', secure: isSecure(c) }) as const;

const LONGEST_BROWSER = 200;

/** Signs somebody in, in this browser. Whatever it had is closed, so that nobody goes on with a token they chose. */
export async function signIn(c: WebContext, person: string): Promise<void> {
  const { database, auditLog } = c.var.options;
  const { token, hash } = makeToken();
  const [address, browser] = [addressOf(c), (c.req.header('user-agent') ?? '').slice(0, LONGEST_BROWSER)];
  await endHere(c);
  const email = await database.db.transaction((tx) => addSignedIn(tx, { person, hash, address, browser }));
  setCookie(c, cookieName(c), token, cookieOf(c));
  auditLog.add({
    tenantId: '',
    actor: `person:${email}`,
    action: 'sign_in',
    detail: { door: 'http', protocol: 'page', address },
  });
}

/** Signs out, in this browser. */
export async function endHere(c: WebContext): Promise<void> {
  const { db } = c.var.options.database;
  const who = await whoHas(c);
  if (who) await signOut(db, who.id, { id: who.signedInId });
  deleteCookie(c, cookieName(c), cookieOf(c));
}

async function whoHas(c: WebContext) {
  const token = getCookie(c, cookieName(c));
  if (token === undefined || token.length > 100) return undefined;
  return reachable(whoIs(c.var.options.database.db, hashToken(token)));
}

/** Only for who is signed in; anybody else signs in first, and comes back. */
export const signedIn: MiddlewareHandler<WebEnv> = async (c, next) => {
  const who = await whoHas(c);
  if (!who) {
    const back = c.req.method === 'GET' ? `?back=${encodeURIComponent(pathOf(c))}` : '';
    // A part of a page cannot become a page: the browser goes there whole.
    if (c.req.header('x-part') !== undefined) return c.body(null, 401);
    return c.redirect(`/sign-in${back}`, 303);
  }
  await limitRate(c, who.id);
  const memberships = who.isOperator ? [] : await membershipsOf(c.var.options.database.db, who.id);
  c.set('viewer', { ...who, memberships });
  c.set('language', who.language);
  return next();
};

/** Counts the pages of one person within a minute, over all processes. @throws rate_limited */
async function limitRate(c: WebContext, person: string): Promise<void> {
  const { database, requestsPerMinute: limit } = c.var.options;
  const [counted] = await reachable(countRequest(database, [`person ${person}`]));
  if (!counted || counted.used <= limit) return;
  c.header('Retry-After', String(Math.ceil(counted.seconds)));
  throw new ArrivageError('rate_limited', { limit, seconds: Math.ceil(counted.seconds) });
}

const pathOf = (c: WebContext): string => {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
};

/** Finds the tenant that the path names, where the viewer may see it: else it is as if there were none. */
export const inTenant: MiddlewareHandler<WebEnv> = async (c, next) => {
  const id = c.req.param('tenant') ?? '';
  const { isOperator, memberships } = c.var.viewer;
  const role = isOperator ? 'manage' : memberships.find(({ tenant }) => tenant === id)?.role;
  const known = grammar.tenantId.test(id) && role !== undefined;
  const found = known ? await findTenant(c.var.options.database.db, id) : undefined;
  if (!found || !role) throw new ArrivageError('no_such_resource');
  c.set('tenant', { id, name: found.name, state: found.state, role });
  return next();
};

/** Only for operators: for anybody else it is as if there were nothing. @throws no_such_resource */
export const operatorsOnly: MiddlewareHandler<WebEnv> = async (c, next) => {
  if (!c.var.viewer.isOperator) throw new ArrivageError('no_such_resource');
  return next();
};

/**
 * A change must come from a page of this server (OWASP, Cross-Site Request Forgery Prevention: verifying origin). Who says
 * neither where they come from nor that it is here is refused.
 */
export const fromHere: MiddlewareHandler<WebEnv> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const isHere =
    origin === undefined ? site === 'same-origin' : isOwn(c, origin) && (site ?? 'same-origin') === 'same-origin';
  if (!isHere) throw new ArrivageError('strange_origin');
  return next();
};

function isOwn(c: WebContext, origin: string): boolean {
  const { publicUrl } = c.var.options;
  if (origin === publicUrl) return true;
  const scheme = isSecure(c) ? 'https' : 'http';
  return origin === `${scheme}://${c.req.header('host') ?? ''}`;
}
