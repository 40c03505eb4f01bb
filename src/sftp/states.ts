import type { Steps } from '../base/state-machine.ts';

/**
 * What an SSH connection goes through; docs/states.md draws it. `stopping`: the server stops, and lets it come to rest.
 * `dropped`: nothing more is read, and what is written is sent. `closed`: what it held is being given back.
 */
export type Life = 'signingIn' | 'open' | 'stopping' | 'dropped' | 'closed';

export const lifeSteps: Steps<Life> = {
  signingIn: ['open', 'stopping', 'dropped', 'closed'],
  open: ['stopping', 'dropped', 'closed'],
  stopping: ['dropped', 'closed'],
  dropped: ['closed'],
  closed: [],
};

/**
 * What one SFTP channel goes through. `opening`: the client's version is awaited. `finishing`: it asks for nothing more, and
 * what is under way is answered. `ended`: nothing is sent any more.
 */
export type ChannelLife = 'opening' | 'serving' | 'finishing' | 'ended';

export const channelSteps: Steps<ChannelLife> = {
  opening: ['serving', 'finishing', 'ended'],
  serving: ['finishing', 'ended'],
  finishing: ['ended'],
  ended: [],
};
