import type { Role } from '../../model/person.ts';
import type { Language } from '../../model/tenant.ts';

const en = {
  email: 'E-mail',
  role: 'Role',
  language: 'Language',
  languages: { fr: 'French', en: 'English' } satisfies Record<Language, string>,
  lastSignIn: 'Last sign-in',
  never: 'never',
  invited: 'invited, no password yet',
  linkFor: (email: string) => `Link for ${email}`,
  once: 'Give it to them yourself: it is shown only now, and works once.',
  works: 'It ends',
  handedOn: 'I have handed it on',
  newLink: 'New link',
  remove: 'Remove',
  removeWhom: (email: string) => `Let ${email} in no more?`,
  removeNote: 'They are signed out at once.',
  roles: {
    read: 'Reads: sees everything',
    sync: 'Sends: also sends files and synchronises',
    manage: 'Manages: also decides, and changes settings',
  } satisfies Record<Role, string>,
};

const fr: typeof en = {
  email: 'E-mail',
  role: 'Rôle',
  language: 'Langue',
  languages: { fr: 'français', en: 'anglais' },
  lastSignIn: 'Dernière connexion',
  never: 'jamais',
  invited: 'invité, pas encore de mot de passe',
  linkFor: (email) => `Lien pour ${email}`,
  once: 'Remettez-le vous-même : il n’est montré que maintenant, et ne sert qu’une fois.',
  works: 'Il expire',
  handedOn: 'Je l’ai transmis',
  newLink: 'Nouveau lien',
  remove: 'Retirer',
  removeWhom: (email) => `Retirer l’accès à ${email} ?`,
  removeNote: 'Cette personne est déconnectée aussitôt.',
  roles: {
    read: 'Lecture : voit tout',
    sync: 'Envoi : envoie aussi des fichiers et synchronise',
    manage: 'Gestion : décide aussi, et change les réglages',
  },
};

export type PeopleWords = typeof en;
export const peopleWords = (language: Language): PeopleWords => ({ fr, en })[language];
