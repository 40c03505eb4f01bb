/**
 * The rooms of src: what each holds, in a sentence, and which others it may import. From these rows come the layer check
 * (.dependency-cruiser.cjs) and the table in ARCHITECTURE.md (test/docs/architecture.test.ts). A room that stands here
 * before another knows nothing of it.
 */
module.exports = [
  ['errors', 'the closed catalogue of refusals, and the reasons inside them', []],
  ['model', 'domain types, and the pure grammar that several rooms share', ['errors']],
  [
    'base',
    'small things that know nothing of arrivage: time-outs, limits, shares, a steady clock, addresses',
    ['errors'],
  ],
  ['config', 'settings, read once', ['base']],
  ['log', 'logs', ['config']],
  ['events', 'typed facts within the process', ['model']],
  ['metrics', 'figures', ['events']],
  ['identity', 'host keys and certificate, made at the first start', ['errors', 'config']],
  ['secrets', 'master keys, and what is sealed with them', ['errors', 'config', 'identity']],
  ['outbound', 'which addresses an outbound connection may go to', ['errors', 'base']],
  ['proxied', 'connections that a proxy announces: the PROXY protocol (its grammar pure)', ['base', 'log']],
  [
    'ssh',
    'what ssh2 lacks, for the SFTP door and for pull: the post-quantum key exchange, messages with their text',
    [],
  ],
  ['db', 'the driver and its connections, the tables, and queries by what they are about', ['errors', 'model', 'base']],
  ['embedded-postgres', 'a Postgres of our own, started where none is configured', ['errors', 'base', 'db']],
  ['spool', 'bytes on disk, the only code that makes paths', ['errors', 'model', 'base', 'db']],
  ['parse', 'bytes → records: encoding, sniffing, CSV, FEC, XLSX', ['errors', 'model']],
  ['validate', 'record → row or rejection: cells, columns, rows, the whole file, messages', ['errors', 'model']],
  ['intake', 'which dataset a file holds, and which uploads make a sync (pure)', ['errors', 'model', 'validate']],
  [
    'reader',
    'the parsing thread: one file read, identified or compared, apart from the database',
    ['errors', 'model', 'base', 'parse', 'validate', 'intake'],
  ],
  ['load', 'staging, merge, settling, guard, history, in SQL', ['model', 'db']],
  ['report', 'what a sync did, for people', ['errors', 'model', 'db', 'spool', 'validate']],
  [
    'auth',
    'who may come in: authenticate, authorize (pure), penalties, places',
    ['errors', 'model', 'base', 'config', 'log', 'events', 'db'],
  ],
  [
    'transfer',
    'protocol-neutral arrival: stream → partial, then the commit',
    ['errors', 'model', 'base', 'log', 'events', 'db', 'spool'],
  ],
  ['files', 'the virtual file system that a credential sees', ['errors', 'model', 'db', 'spool', 'auth', 'transfer']],
  [
    'ftp',
    'the FTP and FTPS door: grammar is pure, sockets are thin',
    ['errors', 'model', 'base', 'config', 'outbound', 'proxied', 'auth', 'files'],
  ],
  [
    'sftp',
    'the SFTP door: grammar is pure, sockets are thin',
    ['errors', 'model', 'base', 'config', 'log', 'events', 'identity', 'proxied', 'ssh', 'auth', 'files'],
  ],
  ['drop', 'the drop folder', ['errors', 'model', 'base', 'db', 'transfer', 'files']],
  [
    'pull',
    'connectors: remotes over SFTP and FTP, what to fetch (pure), fetching through the same commit as a push',
    ['errors', 'model', 'log', 'secrets', 'outbound', 'ssh', 'db', 'spool', 'intake', 'transfer', 'files'],
  ],
  [
    'notify',
    'webhooks, e-mail, the daily digest, and files that did not come',
    ['errors', 'model', 'base', 'log', 'events', 'secrets', 'outbound', 'db', 'report'],
  ],
  ['queue', 'the worker, nodes that died, and the clock of schedules', ['model', 'log', 'db']],
  [
    'sync',
    'the pipeline: alone knows the order of the stages',
    [
      ...['errors', 'model', 'base', 'log', 'events', 'db', 'spool', 'parse', 'validate', 'intake', 'reader'],
      ...['load', 'report', 'pull', 'queue'],
    ],
  ],
  [
    'admin',
    'use cases of whoever administers, each with its turn, rules and audit entry; one view of each thing',
    [
      ...['errors', 'model', 'config', 'identity', 'secrets', 'db', 'spool', 'validate', 'intake', 'report'],
      ...['auth', 'transfer', 'pull', 'notify', 'queue'],
    ],
  ],
  [
    'api',
    'the HTTP API: its contract, middleware, streams, and one file for each resource; health and metrics',
    [
      ...['errors', 'model', 'base', 'config', 'log', 'events', 'identity', 'secrets', 'db', 'spool'],
      ...['validate', 'intake', 'reader', 'report', 'auth', 'transfer', 'files', 'pull', 'queue', 'sync', 'admin'],
    ],
  ],
  [
    'web',
    'the pages for people: one folder a page, all of it asked of the API within the process',
    ['errors', 'model', 'base', 'log', 'db', 'auth', 'admin', 'api'],
  ],
  ['main', 'the composition root: what a server is made of, and why it cannot start', ['*']],
  ['cli', 'the command line: one file for each command', ['*']],
  ['demo', '`npm run demo`: sample files, pushed through the doors by real clients', ['*']],
];
