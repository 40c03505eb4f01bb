import { Hono } from 'hono';
import type { Registry } from 'prom-client';
import { ArrivageError } from '../errors.ts';
import type { Log } from '../log.ts';
import { health, type Check } from './routes/health.ts';
import { metrics } from './routes/metrics.ts';

export interface ApiOptions {
  /** What must be well for `/readyz`, by name. */
  checks: Readonly<Record<string, Check>>;
  registry: Registry;
  log: Log;
}

/** The HTTP side of arrivage; `app.request()` drives it without a port. */
export function createApi({ checks, registry, log }: ApiOptions): Hono {
  const app = new Hono();
  app.route('/', health(checks));
  app.route('/', metrics(registry));
  app.notFound((c) => c.json({ code: 'not_found', path: c.req.path }, 404));
  app.onError((error, c) => {
    if (error instanceof ArrivageError)
      return Response.json({ code: error.code, message: error.message }, { status: error.entry.http });
    log.error({ err: error, path: c.req.path }, 'request failed');
    return c.json({ code: 'internal' }, 500);
  });
  return app;
}
