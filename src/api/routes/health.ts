import { Hono } from 'hono';
import { within } from '../../base/within.ts';

/** Resolves when all is well; what it throws is the reason why not. */
export type Check = () => Promise<void>;

const CHECK_MS = 3000;

/** `/healthz`: the process lives. `/readyz`: it can take files, or 503 with each reason. */
export function health(checks: Readonly<Record<string, Check>>): Hono {
  const app = new Hono();
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const results: Record<string, string> = {};
    await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        results[name] = await outcome(check);
      }),
    );
    const isReady = Object.values(results).every((result) => result === 'ok');
    return c.json({ status: isReady ? 'ok' : 'unavailable', checks: results }, isReady ? 200 : 503);
  });
  return app;
}

async function outcome(check: Check): Promise<string> {
  try {
    await within(CHECK_MS, check(), () => {
      throw new Error(`no answer within ${CHECK_MS} ms`);
    });
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
