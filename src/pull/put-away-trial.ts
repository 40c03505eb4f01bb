import { randomBytes } from 'node:crypto';
import { ArrivageError } from '../errors.ts';
import type { Connector } from '../model/connector.ts';
import { OF_ONE_FILE } from './dispose.ts';
import type { Remote } from './remote.ts';
import type { Text } from './test-texts.ts';

/**
 * Makes an empty file beside the customer's, and moves or deletes it as those that were taken will be; what it made is
 * removed again, but for the folder that a move makes. A server that takes no file proves nothing either way: it is
 * said.
 * @returns what to say where it went well or could not be tried, else the refusal
 * @throws where the connection is lost
 */
export async function tryPuttingAway(
  afterReading: Exclude<Connector['afterReading'], { kind: 'leave' }>,
  remote: Remote,
): Promise<Text | ArrivageError> {
  const name = `.arrivage-${randomBytes(4).toString('hex')}.tmp`;
  const closed = await refusalOf(remote.make(name));
  if (closed) return untried(closed);
  if (afterReading.kind === 'delete') return (await refusalOf(remote.remove(name))) ?? DELETED;
  const { folder } = afterReading;
  const refused = await refusalOf(remote.move(name, folder));
  const path = `${folder.replace(/\/+$/, '')}/${name}`;
  const stays = await refusalOf(remote.remove(refused ? name : path));
  return refused ?? moved(folder, stays ? path : undefined);
}

async function refusalOf(work: Promise<void>): Promise<ArrivageError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ArrivageError && OF_ONE_FILE.has(error.code)) return error;
    throw error;
  }
}

const DELETED: Text = {
  fr: 'Suppression possible : un fichier d’essai a été déposé puis supprimé.',
  en: 'Files may be deleted: one was made and deleted for the test.',
};

function moved(folder: string, left: string | undefined): Text {
  const text = {
    fr: `Déplacement possible vers ${folder}, avec un fichier d’essai.`,
    en: `Files may be moved to ${folder}: one was, for the test.`,
  };
  if (left === undefined) return text;
  return {
    fr: `${text.fr} Il n’a pas pu y être supprimé : ${left}.`,
    en: `${text.en} It could not be removed there: ${left}.`,
  };
}

const untried = (refused: ArrivageError): Text => ({
  fr: `Droit de déplacer ou de supprimer non essayé, aucun fichier d’essai n’est accepté : ${refused.text('fr')}`,
  en: `The right to move or delete was not tried, no file for the test is taken: ${refused.text('en')}`,
});
