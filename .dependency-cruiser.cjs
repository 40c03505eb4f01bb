/** Who may import whom: an allow list, one row a room, in layers.cjs. */
const rooms = require('./layers.cjs');

/** A room is a folder of src, a file beside it, or both: src/main.ts and src/main/. */
const of = (names) => `^src/(${names.join('|')})(\\.ts$|/)`;
const top = rooms.filter(([, , may]) => may.includes('*')).map(([room]) => room);

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'a-room-of-layers',
      severity: 'error',
      from: { path: '^src/', pathNot: of(rooms.map(([room]) => room)) },
      to: {},
    },
    ...rooms
      .filter(([room]) => !top.includes(room))
      .map(([room, , may]) => ({
        name: `what-${room}-may-import`,
        severity: 'error',
        from: { path: of([room]) },
        to: { path: '^src/', pathNot: of([room, ...may]) },
      })),
    { name: 'no-orphans', severity: 'warn', from: { orphan: true, pathNot: '\\.d\\.ts$|^src/web/client/' }, to: {} },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
