import { loadavg } from 'node:os';
import { diceOf } from '../torture/dice.ts';
import { ftpsBeside, sftpBeside } from './beside-peers.ts';
import { logins } from './logins.ts';
import { manyFiles } from './many-files.ts';
import type { Outcome, Scenario } from './scenario.ts';
import { atPlace } from './site.ts';
import { silent } from './silent.ts';
import { tenants } from './tenants.ts';

const scenarios: readonly Scenario[] = [
  ...[sftpBeside, ftpsBeside, tenants],
  // At one server: its memory after logins is looked at first.
  ...[logins, silent, manyFiles],
];
export const scenarioNames = scenarios.map(({ name }) => name);

export interface Options {
  /** Of the whole crowds: 1 is the long form. */
  share: number;
  seed: number;
  /** How often sides take turns. */
  rounds: number;
  /** Scenarios whose names have this in them. */
  only?: string | undefined;
  /** Scenarios that are left out likewise. */
  without?: readonly string[];
  say?: (text: string) => void;
}

/** Runs the scenarios one after the other. */
export async function campaign({
  share,
  seed,
  rounds,
  only = '',
  without = [],
  say = () => undefined,
}: Options): Promise<Outcome> {
  const dice = diceOf(seed);
  const of = (whole: number, least = 1) => Math.max(least, Math.round(whole * share));
  const all: Outcome = { figures: [], wrong: [] };
  const left = scenarios.filter(({ name }) => name.includes(only) && !without.some((part) => name.includes(part)));
  for (let next = left.shift(); next; next = left.shift()) {
    const settings = next.settings({ of });
    const together = [next];
    while (left[0]?.settings({ of }) === settings) together.push(...left.splice(0, 1));
    await atPlace(settings, async (place) => {
      for (const { name, run } of together) {
        say(`${name} (load of the machine ${loadavg()[0]?.toFixed(1)})`);
        const { figures, wrong } = await run(place, { of, rounds, dice: dice.fork(), say });
        for (const [what, result] of figures) say(`${what}: ${result}`);
        all.figures.push(...figures);
        all.wrong.push(...wrong.map((text) => `${name}: ${text}`));
      }
    });
  }
  return all;
}
