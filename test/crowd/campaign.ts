import { loadavg } from 'node:os';
import { diceOf } from '../torture/dice.ts';
import { ftpsBeside, sftpBeside } from './beside-peers.ts';
import { logins } from './logins.ts';
import { manyFiles } from './many-files.ts';
import type { Outcome, Scenario } from './scenario.ts';
import { silent } from './silent.ts';
import { tenants } from './tenants.ts';

const scenarios: readonly Scenario[] = [sftpBeside, ftpsBeside, silent, manyFiles, tenants, logins];
export const scenarioNames = scenarios.map(({ name }) => name);

export interface Options {
  /** Of the whole crowds: 1 is the long form. */
  share: number;
  seed: number;
  /** How often sides take turns. */
  rounds: number;
  /** Scenarios whose names have this in them. */
  only?: string | undefined;
  say?: (text: string) => void;
}

/** Runs the scenarios one after the other, each at a server of its own. */
export async function campaign({ share, seed, rounds, only = '', say = () => undefined }: Options): Promise<Outcome> {
  const dice = diceOf(seed);
  const all: Outcome = { figures: [], wrong: [] };
  for (const { name, run } of scenarios.filter((one) => one.name.includes(only))) {
    say(`${name} (load of the machine ${loadavg()[0]?.toFixed(1)})`);
    const of = (whole: number, least = 1) => Math.max(least, Math.round(whole * share));
    const { figures, wrong } = await run({ of, rounds, dice: dice.fork(), say });
    for (const [what, result] of figures) say(`${what}: ${result}`);
    all.figures.push(...figures);
    all.wrong.push(...wrong.map((text) => `${name}: ${text}`));
  }
  return all;
}
