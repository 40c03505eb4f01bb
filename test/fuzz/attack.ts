import type { Dice } from '../torture/dice.ts';
import type { Ports, Site } from '../torture/server.ts';

/** The server under attack, and who may do what there. */
export interface Field {
  site: Site;
  ports: Ports;
  /** Bearer key of the operator. */
  key: string;
  /** Tenants that stay: `<id>-export` signs in there. */
  tenants: readonly string[];
  /** Tenants that may be changed and deleted. */
  leaving: readonly string[];
}

/** One way in. Its inputs are the same for the same dice. */
export interface Attack {
  name: string;
  /** Of a hundred inputs, how many go here. */
  share: number;
  begin(field: Field, dice: Dice): Promise<Attacker>;
}

interface Attacker {
  /** Sends some inputs and waits for what comes of them. @returns how many. @throws Fault where the server did wrong */
  round(): Promise<number>;
  close(): void;
}

/** Something that must not happen, with the input by which it did. */
export class Fault extends Error {}

/** The longest that an answer may take. */
export const PATIENCE_MS = 10_000;

/** @throws Fault where `work` takes longer than anybody should wait */
export async function inTime<T>(work: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault(`no end within ${PATIENCE_MS} ms: ${what()}`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An address of the loopback network for each, so that none shares the penalties of another. */
export const anAddress = (dice: Dice): string => `127.${1 + dice.below(250)}.${dice.below(256)}.${1 + dice.below(254)}`;

/** As a report shows bytes. */
export const shown = (bytes: Buffer | string): string =>
  Buffer.from(bytes as string)
    .subarray(0, 400)
    .toString('latin1');
