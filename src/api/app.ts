import type { MiddlewareHandler } from 'hono';
import { keysWithoutAccess } from '../db/queries/access/api-keys.ts';
import { ArrivageError } from '../errors.ts';
import { watchRevocation } from '../auth/revocation.ts';
import { authenticate } from './middleware/authenticate.ts';
import { createRouter, type ApiOptions, type Router } from './contract/context.ts';
import { languageOf } from './contract/language.ts';
import { describeApi } from './contract/openapi.ts';
import { problem } from './contract/problem.ts';
import { limitRate } from './middleware/rate-limit.ts';
import { requestId } from './middleware/request-id.ts';
import { banRoutes } from './routes/bans.ts';
import { connectorRoutes } from './routes/connector.ts';
import { credentialRoutes } from './routes/credentials.ts';
import { docs } from './routes/docs.ts';
import { eventRoutes } from './routes/events.ts';
import { feedRoutes } from './routes/feed.ts';
import { health } from './routes/health.ts';
import { keyRoutes } from './routes/keys.ts';
import { mappingRoutes } from './routes/mappings.ts';
import { metrics } from './routes/metrics.ts';
import { operationRoutes } from './routes/operation.ts';
import { overdueRoutes } from './routes/overdue.ts';
import { peopleRoutes } from './routes/people.ts';
import { previewRoutes } from './routes/previews.ts';
import { rowRoutes } from './routes/rows.ts';
import { recipientRoutes } from './routes/recipients.ts';
import { scheduleRoutes } from './routes/schedule.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { serverRoutes } from './routes/server.ts';
import { syncRoutes } from './routes/syncs.ts';
import { syncOutcomeRoutes } from './routes/sync-outcome.ts';
import { tenantRoutes } from './routes/tenants.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** The resources under `/v1`. */
const resources = [
  tenantRoutes,
  keyRoutes,
  credentialRoutes,
  mappingRoutes,
  connectorRoutes,
  scheduleRoutes,
  webhookRoutes,
  recipientRoutes,
  peopleRoutes,
  operationRoutes,
  serverRoutes,
  banRoutes,
  rowRoutes,
  overdueRoutes,
  feedRoutes,
  uploadRoutes,
  previewRoutes,
  syncRoutes,
  syncOutcomeRoutes,
  eventRoutes,
];

/** The HTTP side of arrivage; `app.request()` drives it without a port. */
export function createApi(options: ApiOptions): Router {
  const app = createRouter();
  app.use(requestId, safely, async (c, next) => {
    c.set('options', options);
    c.header('vary', 'Accept-Language');
    c.set('language', languageOf(c.req.header('accept-language'), options.language));
    await next();
  });
  app.onError(problem);
  app.notFound((c) => problem(new ArrivageError('no_such_resource'), c));
  app.route('/', health(options.checks));
  app.route('/', metrics(options.registry));
  app.route('/', docs());
  const revocation = watchRevocation((ids) => keysWithoutAccess(options.database.db, ids), options.log);
  options.stopping.addEventListener('abort', () => revocation.close());
  app.use('/v1/*', async (c, next) => {
    c.set('revocation', revocation);
    await next();
  });
  app.use('/v1/*', unstored, authenticate(options), limitRate(options));
  for (const routes of resources) app.route('/v1', routes(options));
  // A tenth of a start, for what few ask for.
  let document: ReturnType<typeof describeApi> | undefined;
  app.get('/openapi.json', (c) => c.json((document ??= describeApi(app))));
  return app;
}

/** Answers are data, not pages. TLS, and with it HSTS, is the proxy's. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const safely: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) if (!c.res.headers.has(name)) c.header(name, value);
  // Hono answers HEAD as a GET whose body nobody reads: whatever makes that body would wait for ever.
  if (c.req.method === 'HEAD') await c.res.body?.cancel();
};

const unstored: MiddlewareHandler = async (c, next) => {
  c.header('cache-control', 'no-store');
  await next();
};
