import { expect, it } from 'vitest';
import { openQueuePool } from '../../src/db/queue-pool.ts';
import { testDatabase } from '../support/database.ts';

it('hears of connections that are lost while the pool ends, which would end the process', async () => {
  const { url } = await testDatabase();
  const heard: string[] = [];
  const connections = openQueuePool(url, 2, ({ message }) => heard.push(message));
  const { pool } = connections;
  const [idle, used] = await Promise.all([pool.connect(), pool.connect()]);
  idle.release();
  const ending = connections.end();
  // As Postgres has the driver say it: `terminating connection due to unexpected postmaster exit`.
  idle.emit('error', new Error('57P01 of an idle one'));
  used.emit('error', new Error('57P01 of one in use'));
  expect(heard).toEqual(expect.arrayContaining(['57P01 of an idle one', '57P01 of one in use']));
  used.release(true);
  await ending;
});
