import type { Steps } from '../base/state-machine.ts';

/**
 * What a control connection goes through; docs/states.md draws it. `securing`: behind an AUTH, where what follows is not
 * ours to read. `ending`: the last words are written, and nothing more is read or run. `gone`: everything is given back.
 */
export type Life = 'open' | 'securing' | 'ending' | 'gone';

export const lifeSteps: Steps<Life> = {
  open: ['securing', 'ending', 'gone'],
  securing: ['open', 'ending', 'gone'],
  ending: ['gone'],
  gone: [],
};

/** How far signing in has come (RFC 959, section 6): a USER is awaited, or its PASS, or a session is open. */
export type Stage = 'user' | 'password' | 'signedIn';

export const stageSteps: Steps<Stage> = {
  user: ['password'],
  password: ['password', 'user', 'signedIn'],
  signedIn: ['user'],
};
