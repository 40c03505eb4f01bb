/**
 * Kills of server and database while clients upload and an operator decides, as many as one likes.
 * usage: npm run torture -- [kills=30] [seed=the clock's]
 */
import { campaign } from './campaign.ts';

const kills = Number(process.argv[2] ?? 30);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
console.log(`${kills} kills, seed ${seed}`);
const began = performance.now();
const { wrong, ...figures } = await campaign({
  seed,
  kills,
  say: (text) => console.log(`${Math.round((performance.now() - began) / 1000)} s: ${text}`),
});
console.log({ ...figures, seconds: Math.round((performance.now() - began) / 1000) });
for (const line of wrong) console.log(`WRONG: ${line}`);
console.log(wrong.length === 0 ? 'nothing is wrong' : `${wrong.length} things are wrong, seed ${seed}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
