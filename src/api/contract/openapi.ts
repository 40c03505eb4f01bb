import type { Router } from './context.ts';
import { refusalResponses } from './endpoint.ts';
import { problemSchema } from './problem.ts';

const info = {
  title: 'arrivage',
  version: '1',
  description: [
    'Receives exports of accounting software and imports them. Bearer keys come from `arrivage key create`.',
    'Errors are problem details (RFC 9457) with a code of docs/errors.md, in French or English by Accept-Language.',
    'Lists are pages: `next` is the cursor of the next one. Times are ISO 8601 in UTC.',
    'Configuration has ETags. A POST with an Idempotency-Key is done once.',
  ].join('\n\n'),
};

const tags = [
  ['tenants', 'Customers whose data is isolated.'],
  ['credentials', 'Usernames that open sessions for a tenant.'],
  ['mappings', 'How a tenant’s files are read.'],
  ['connector', 'A tenant’s link to its own FTP or SFTP server.'],
  ['schedule', 'When a tenant’s sync runs by itself.'],
  ['uploads', 'Files that came in.'],
  ['syncs', 'Passes from uploads to committed rows.'],
  ['events', 'What happens, as server-sent events.'],
  ['rows', 'What was imported.'],
  ['webhooks', 'Who is told by signed requests.'],
  ['recipients', 'Who is told by e-mail.'],
  ['keys', 'Bearer keys of this API.'],
  ['people', 'Who signs in on the page.'],
  ['operation', 'Audit and status.'],
].map(([name = '', description = '']) => ({ name, description }));

/** The document of every route, OpenAPI 3.1. Call it once all routes are there. */
export function describeApi(app: Router) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'arr_…',
  });
  app.openAPIRegistry.register('Problem', problemSchema);
  for (const [name, response] of refusalResponses) app.openAPIRegistry.registerComponent('responses', name, response);
  return app.getOpenAPI31Document({ openapi: '3.1.0', info, tags, servers: [{ url: '/' }] });
}
