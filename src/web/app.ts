import { Hono, type MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { languageOf } from '../api/contract/language.ts';
import { requestId } from '../api/middleware/request-id.ts';
import { ArrivageError } from '../errors.ts';
import { connectionRoutes } from './connection/routes.tsx';
import { clientsRoutes } from './clients/routes.tsx';
import type { WebEnv, WebOptions, WebRouter } from './context.ts';
import { filesRoutes } from './files/routes.tsx';
import { firstFileRoutes } from './first-file/routes.tsx';
import { failure } from './frame/failure.tsx';
import { findAsset } from './frame/assets.ts';
import { rowsRoutes } from './rows/routes.tsx';
import { serverRoutes } from './server/routes.tsx';
import { settingsRoutes } from './settings/routes.tsx';
import { signInRoutes } from './sign-in/routes.tsx';
import { fromHere, inTenant, signedIn } from './signed-in.ts';
import { syncRoutes } from './sync/routes.tsx';
import { todayRoutes } from './today/routes.tsx';

/** Pages below `/t/{tenant}`. */
const ofTenant = [todayRoutes, syncRoutes, filesRoutes, rowsRoutes, connectionRoutes, firstFileRoutes, settingsRoutes];

/** The pages for people; `app.request()` drives them without a port. */
export function createWeb(options: WebOptions): WebRouter {
  const app = new Hono<WebEnv>();
  app.use(requestId as unknown as MiddlewareHandler<WebEnv>, safely, async (c, next) => {
    c.set('options', options);
    const chosen = getCookie(c, 'language');
    const asked = languageOf(c.req.header('accept-language'), options.language);
    c.set('language', chosen === 'fr' || chosen === 'en' ? chosen : asked);
    await next();
  });
  app.onError((error, c) => failure(error, c));
  app.notFound((c) => failure(new ArrivageError('no_such_resource'), c));
  app.get('/assets/:hash/:name', (c) => {
    const asset = findAsset(c.req.param('hash'), c.req.param('name'));
    if (!asset) throw new ArrivageError('no_such_resource');
    c.header('cache-control', 'public, max-age=31536000, immutable');
    return c.body(asset.body, 200, { 'content-type': asset.type });
  });
  app.use(fromHere);
  app.route('/', signInRoutes());
  app.use('/', signedIn);
  // Each of these matches its folder itself, too.
  app.use('/clients/*', signedIn);
  app.use('/server/*', signedIn);
  app.use('/t/:tenant/*', signedIn, inTenant);
  app.route('/', clientsRoutes());
  app.route('/', serverRoutes());
  for (const routes of ofTenant) app.route('/t/:tenant', routes());
  return app;
}

/** What the browser may load and where forms may go: here. TLS, and with it HSTS, is the proxy's. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const safely: MiddlewareHandler<WebEnv> = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  c.header('vary', 'Accept-Language, Cookie');
  if (c.req.method === 'HEAD') await c.res.body?.cancel();
};
