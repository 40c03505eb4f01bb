import type { SyncState } from '../../model/states.ts';
import type { Language } from '../../model/tenant.ts';

/** The fixed words of mails, besides those of the report. `{name}` is filled in. */
export interface MailWords {
  /** What a subject says of a sync. */
  sync: Record<Exclude<SyncState, 'queued' | 'running'>, string>;
  syncSubject: string;
  rejected: string;
  doubtful: string;
  incomplete: string;
  asideSubject: string;
  aside: string;
  missingSubject: string;
  moreFiles: readonly [one: string, many: string];
  digestSubject: string;
  digest: string;
  received: readonly [one: string, many: string];
  syncs: Record<'applied' | 'unchanged' | 'dry_run' | 'failed', readonly [one: string, many: string]>;
  toDo: string;
  heldOne: string;
  failedOne: string;
  asideOne: string;
  missingOne: string;
  footer: string;
}

const fr: MailWords = {
  sync: {
    applied: 'importation effectuée',
    unchanged: 'rien de nouveau à importer',
    dry_run: 'essai à blanc terminé',
    held: 'importation suspendue, une décision est attendue',
    discarded: 'importation écartée',
    failed: 'échec de l’importation',
  },
  syncSubject: '{tenant} : {what} (n° {id})',
  rejected: '{what}, {lines}',
  doubtful: '{what}, {doubts}',
  incomplete: '{what}, livraison incomplète',
  asideSubject: '{tenant} : fichier mis de côté, {name}',
  aside: 'Le fichier {name} ({size}), reçu le {moment}, a été mis de côté. {reason}',
  missingSubject: '{tenant} : fichier attendu non reçu ({dataset})',
  moreFiles: ['autre fichier', 'autres fichiers'],
  digestSubject: '{tenant} : bilan du {day}',
  digest: 'Du {from} au {to} :',
  received: ['fichier reçu', 'fichiers reçus'],
  syncs: {
    applied: ['importation effectuée', 'importations effectuées'],
    unchanged: ['synchronisation sans rien de nouveau', 'synchronisations sans rien de nouveau'],
    dry_run: ['essai à blanc', 'essais à blanc'],
    failed: ['échec', 'échecs'],
  },
  toDo: 'À traiter',
  heldOne: 'Synchronisation n° {id} : suspendue, une décision est attendue.',
  failedOne: 'Synchronisation n° {id} : échec. {why}',
  asideOne: 'Fichier {name} mis de côté. {why}',
  missingOne: 'Fichier attendu non reçu le {day} : {dataset}.',
  footer: 'Message automatique d’arrivage pour {tenant}.',
};

const en: MailWords = {
  sync: {
    applied: 'import done',
    unchanged: 'nothing new to import',
    dry_run: 'dry run done',
    held: 'import on hold, a decision is needed',
    discarded: 'import discarded',
    failed: 'import failed',
  },
  syncSubject: '{tenant}: {what} (no. {id})',
  rejected: '{what}, {lines}',
  doubtful: '{what}, {doubts}',
  incomplete: '{what}, incomplete delivery',
  asideSubject: '{tenant}: file put aside, {name}',
  aside: 'The file {name} ({size}), received on {moment}, was put aside. {reason}',
  missingSubject: '{tenant}: expected file not received ({dataset})',
  moreFiles: ['other file', 'other files'],
  digestSubject: '{tenant}: summary of {day}',
  digest: 'From {from} to {to}:',
  received: ['file received', 'files received'],
  syncs: {
    applied: ['import done', 'imports done'],
    unchanged: ['sync with nothing new', 'syncs with nothing new'],
    dry_run: ['dry run', 'dry runs'],
    failed: ['failure', 'failures'],
  },
  toDo: 'To be dealt with',
  heldOne: 'Sync no. {id}: on hold, a decision is needed.',
  failedOne: 'Sync no. {id}: failed. {why}',
  asideOne: 'File {name} put aside. {why}',
  missingOne: 'Expected file not received on {day}: {dataset}.',
  footer: 'Sent by arrivage for {tenant}, automatically.',
};

export const mailWords: Readonly<Record<Language, MailWords>> = { fr, en };
