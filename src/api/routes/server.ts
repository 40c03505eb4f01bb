import { z } from '@hono/zod-openapi';
import { version } from '../../base/version.ts';
import { serverFacts } from '../../db/queries/server.ts';
import { anyNodeLives } from '../../queue/node.ts';
import { createRouter, type ApiOptions, type Router } from '../contract/context.ts';
import { endpoint, json } from '../contract/endpoint.ts';
import { moment } from '../contract/schemas.ts';

const serverSchema = z
  .object({
    version: z.string(),
    workerRunning: z.boolean().openapi({ description: 'Some server imports.' }),
    freeBytes: z.int().openapi({ description: 'On the disk of the data folder.' }),
    database: z.object({ version: z.string(), bytes: z.int() }),
    nodes: z
      .array(z.object({ id: z.int(), startedAt: moment }))
      .openapi({ description: 'Workers of the queue, of all processes; one that died is forgotten within a minute.' }),
    running: z
      .array(z.object({ tenant: z.string(), syncId: z.int(), startedAt: moment.nullable() }))
      .openapi({ description: 'The longest first, at most 100.' }),
    queued: z.int().openapi({ description: 'Syncs that wait for their turn.' }),
  })
  .openapi('Server');
export type ServerShape = z.infer<typeof serverSchema>;

const read = endpoint('operator', {
  method: 'get',
  path: '/server',
  tags: ['operation'],
  operationId: 'readServer',
  summary: 'Which processes run, on what, and what they do',
  responses: { 200: json(serverSchema, 'The state of this moment.') },
});

export function serverRoutes({ database, freeBytes }: ApiOptions): Router {
  return createRouter().openapi(read, async (c) => {
    const { nodes, running, ...facts } = await serverFacts(database.sql);
    return c.json(
      {
        ...{ version, ...facts, workerRunning: await anyNodeLives(database), freeBytes: await freeBytes() },
        nodes: nodes.map(({ startedAt, ...node }) => ({ ...node, startedAt: startedAt.toISOString() })),
        running: running.map(({ startedAt, ...sync }) => ({ ...sync, startedAt: startedAt?.toISOString() ?? null })),
      },
      200,
    );
  });
}
