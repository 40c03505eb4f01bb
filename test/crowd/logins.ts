import { holds } from '../torture/server.ts';
import { failures, inLanes, peakMb, type Outcome, type Scenario } from './scenario.ts';
import { protocols, signIn } from './sessions.ts';
import { doorsAlone, makeSender } from './site.ts';

const LOGINS = 1000;
const AT_ONCE = 10;
const MOST_MB = 200;

/** The doors in a process without worker or scheduler, after many have come and gone. */
export const logins: Scenario = {
  name: 'doors alone',
  settings: () => doorsAlone,
  run: async (place, { of }): Promise<Outcome> => {
    const accounts = await makeSender(place, 'guests');
    const mb = () => Math.round(holds(place.pid).rss / 2 ** 20);
    const before = mb();
    const count = of(LOGINS, 30);
    const began = performance.now();
    const settled = await inLanes(count, AT_ONCE, async (i) => {
      const protocol = protocols[i % 3];
      if (protocol === undefined) return asks(place.by.call('GET', '/tenants/guests'));
      const session = await signIn[protocol](accounts[protocol]);
      await session.list();
      session.close();
    });
    const seconds = (performance.now() - began) / 1000;
    const after = mb();
    const wrong = failures('login', settled);
    if (after > MOST_MB) wrong.push(`${after} MB after ${count} logins`);
    return {
      figures: [
        [`doors alone, ${count} logins (SFTP, FTPS, HTTP)`, `${(count / seconds).toFixed(0)} a second`],
        ['… resident before, after and at the peak', `${before} MB, ${after} MB, ${peakMb(place.pid)} MB`],
      ],
      wrong,
    };
  },
};

async function asks(call: Promise<{ status: number } | undefined>): Promise<void> {
  const answer = await call;
  if (answer?.status !== 200) throw new Error(`the API answered ${answer?.status}`);
}
