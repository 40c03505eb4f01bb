import type { SyncWithFiles } from '../db/queries/syncs/syncs.ts';
import { CommandFailure } from './failure.ts';

/** Lets a command that started syncs fail where one did not end well. @throws CommandFailure */
export function refuseBad(syncs: readonly SyncWithFiles[]): void {
  for (const { id, state, files } of syncs) {
    if (state === 'held') throw new CommandFailure(`Sync ${id} is held: arrivage sync approve ${id}, or discard.`);
    if (state === 'failed' || state === 'discarded') throw new CommandFailure(`Sync ${id} is ${state}.`);
    const aside = files.find(({ quarantine }) => quarantine !== null);
    if (aside) throw new CommandFailure(`${aside.name} was put aside (${aside.quarantine?.code ?? ''}).`);
  }
}
