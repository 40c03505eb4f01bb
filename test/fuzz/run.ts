/**
 * Anything by every way in: the doors before and after sign-in, the API from its document, the readers of files.
 * usage: npm run fuzz -- [inputs=100000] [seed=the clock's] [only=the name of one way]
 */
import { campaign } from './campaign.ts';

const inputs = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const only = process.argv[4];
console.log(`${inputs} inputs, seed ${seed}`);
const began = performance.now();
const elapsed = (): number => Math.round((performance.now() - began) / 1000);
const { wrong, ...figures } = await campaign({
  inputs,
  seed,
  only,
  say: (text) => console.log(`${elapsed()} s: ${text}`),
});
console.log({ ...figures, seconds: elapsed() });
for (const line of wrong) console.log(`WRONG: ${line}`);
console.log(wrong.length === 0 ? 'nothing is wrong' : `${wrong.length} things are wrong, seed ${seed}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
