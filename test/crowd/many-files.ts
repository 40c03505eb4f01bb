import { until } from '../support/clients.ts';
import { holds } from '../torture/server.ts';
import { bytesOf, failures, type Outcome, type Scenario } from './scenario.ts';
import { protocols, signIn, type Protocol } from './sessions.ts';
import { doorsAlone, makeSender } from './site.ts';

const FILES = 10_000;
const SIZE = 20_000;
/** Before what is held is looked at first, so that code and buffers are there. */
const WARM = 0.05;
const MORE_DESCRIPTORS = 8;
const MORE_MB = 64;
const SETTLED_MS = 30_000;

/** One session that sends file after file, by each protocol, at a server whose worker is elsewhere. */
export const manyFiles: Scenario = {
  name: 'files in one session',
  settings: () => doorsAlone,
  run: async (place, { of, dice, say }): Promise<Outcome> => {
    const [files, bytes] = [of(FILES, 60), bytesOf(SIZE, dice)];
    const outcome: Outcome = { figures: [], wrong: [] };
    for (const protocol of protocols) {
      const session = await signIn[protocol]((await makeSender(place, protocol))[protocol]);
      const { figures, wrong } = await sendAll(place.pid, protocol, files, (i) => session.put(`f${i}.bin`, bytes));
      session.close();
      say(figures.map((line) => line.join(': ')).join('; '));
      outcome.figures.push(...figures);
      outcome.wrong.push(...wrong);
    }
    return outcome;
  },
};

async function sendAll(
  pid: number,
  protocol: Protocol,
  files: number,
  put: (i: number) => Promise<void>,
): Promise<Outcome> {
  const warm = Math.ceil(files * WARM);
  for (let i = 0; i < warm; i++) await put(i);
  const before = holds(pid);
  const began = performance.now();
  const settled = [];
  for (let i = warm; i < files; i++) settled.push(...(await Promise.allSettled([put(i)])));
  const seconds = (performance.now() - began) / 1000;
  const isFlat = () => {
    const { descriptors, rss } = holds(pid);
    return descriptors <= before.descriptors + MORE_DESCRIPTORS && rss <= before.rss + MORE_MB * 2 ** 20;
  };
  const wrong = failures(`upload over ${protocol}`, settled);
  await until('what the server holds is flat', isFlat, SETTLED_MS).catch(() =>
    wrong.push(`more is held than before: ${JSON.stringify({ before, after: holds(pid) })}`),
  );
  const after = holds(pid);
  const mb = ({ rss }: typeof after) => `${Math.round(rss / 2 ** 20)} MB`;
  return {
    figures: [
      [`${files} files of 20 KB in one ${protocol} session`, `${((files - warm) / seconds).toFixed(0)} files/s`],
      ['… resident before and after', `${mb(before)}, ${mb(after)}`],
      ['… descriptors before and after', `${before.descriptors}, ${after.descriptors}`],
    ],
    wrong,
  };
}
