/**
 * Files in random habits against what they mean, as many as one likes.
 * usage: npm run fuzz:meaning -- [files=10000] [seed=the clock's] [only=the number of one file]
 */
import { campaign } from './campaign.ts';

const files = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const only = process.argv[4] === undefined ? undefined : Number(process.argv[4]);
console.log(`${files} files, seed ${seed}`);
const { right, announced, aside, false: wrongly, failures } = await campaign(seed, files, only);
console.log({ right, announced, aside, doubtsWithoutReason: wrongly, silent: failures.length });
const causes = new Map<string, number>();
for (const { verdict } of failures)
  for (const column of new Set(
    verdict.silent.map(({ column, meant }) => column ?? (meant === null ? 'a row too many' : 'a row lost')),
  ))
    causes.set(column, (causes.get(column) ?? 0) + 1);
if (causes.size > 0) console.log('files by what differs in silence:', Object.fromEntries(causes));
for (const { number, habits, verdict } of failures.slice(0, 20))
  console.log(
    `\nfile ${number}: ${JSON.stringify({ ...habits, order: undefined })}\n`,
    verdict.silent.slice(0, 3),
    verdict.silent.length,
  );
process.exitCode = failures.length > 0 ? 1 : 0;
