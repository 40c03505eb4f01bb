/** Imports go downward only; see ARCHITECTURE.md. */
const layer = (name, from, to) => ({ name, severity: 'error', from: { path: from }, to: { path: to } });
const stages = ['parse', 'validate', 'load', 'report', 'intake'];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    layer('model-knows-nothing', '^src/model/', '^src/(?!model/|errors\\.ts)'),
    layer('errors-know-nothing', '^src/errors\\.ts', '^src/(?!errors)'),
    layer('base-knows-nothing', '^src/base/', '^src/(?!base/|errors\\.ts)'),
    layer('pure-code', '^src/(parse|validate)/', '^src/(?!parse/|validate/|model/|errors\\.ts)'),
    layer(
      'storage-knows-no-stage',
      '^src/(db|embedded-postgres|spool)/',
      '^src/(?!db/|embedded-postgres/|spool/|model/|errors\\.ts|config\\.ts|log\\.ts|events\\.ts|metrics\\.ts|base/)',
    ),
    layer('reader-knows-no-database', '^src/reader/', '^src/(db|sync|load|queue)/'),
    layer('queue-knows-no-task', '^src/queue/', '^src/(sync|load|validate|parse)/'),
    layer(
      'doors-end-at-commit',
      '^src/(ftp|sftp|drop)/',
      '^src/(parse|validate|load|report|intake|sync|api|web|pull)/',
    ),
    layer(
      'edges-know-no-door',
      '^src/(auth|transfer|files|intake|load|report)/',
      '^src/(ftp|sftp|drop|api|web|sync|pull)/',
    ),
    layer(
      'outward-knows-no-door',
      '^src/(pull|notify|secrets)/',
      '^src/(ftp|sftp|drop|api|web|sync|parse|validate|load)/',
    ),
    layer('outbound-knows-addresses', '^src/outbound/', '^src/(?!outbound/|base/|errors\\.ts)'),
    layer('proxied-knows-addresses', '^src/proxied/', '^src/(?!proxied/|base/|log\\.ts)'),
    layer('ssh-knows-no-door', '^src/ssh/', '^src/(?!ssh/)'),
    layer('secrets-know-nothing', '^src/secrets/', '^src/(?!secrets/|identity/|errors\\.ts|config\\.ts)'),
    layer(
      'nobody-imports-main',
      '^src/(?!(main|cli)\\.ts|(main|cli|demo)/)',
      '^src/(main|cli)\\.ts|^src/(main|cli|demo)/',
    ),
    ...stages.map((stage) =>
      layer(
        `${stage}-is-a-stage`,
        `^src/${stage}/`,
        `^src/(${stages.filter((other) => other !== stage && !(stage === 'intake' && other !== 'load' && other !== 'report') && !(stage === 'report' && other === 'validate')).join('|')})/`,
      ),
    ),
    { name: 'no-orphans', severity: 'warn', from: { orphan: true, pathNot: '\\.d\\.ts$' }, to: {} },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
