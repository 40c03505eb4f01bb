/**
 * Many at once: sessions beside OpenSSH and vsftpd, silent connections, files in one session, tenants, logins.
 * usage: npm run load -- [share of the whole crowds=1] [seed=the clock's] [only=part of a scenario's name] [rounds=3]
 * Needs root for vsftpd; `VSFTPD` names its binary where it is not in /usr/sbin.
 */
import { campaign, scenarioNames } from './campaign.ts';

const share = Number(process.argv[2] ?? 1);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const only = process.argv[4];
const rounds = Number(process.argv[5] ?? 3);
console.log(`share ${share}, seed ${seed}, ${rounds} rounds, of: ${scenarioNames.join(', ')}`);
const began = performance.now();
const elapsed = (): number => Math.round((performance.now() - began) / 1000);
const { figures, wrong } = await campaign({
  ...{ share, seed, only, rounds },
  say: (text) => console.log(`${elapsed()} s: ${text}`),
});
for (const [what, result] of figures) console.log(`| ${what} | ${result} |`);
for (const line of wrong) console.log(`WRONG: ${line}`);
console.log(wrong.length === 0 ? 'nothing is wrong' : `${wrong.length} things are wrong, seed ${seed}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
