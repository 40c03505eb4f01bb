import type { Language } from '../../model/tenant.ts';

const en = {
  title: 'Sign in',
  email: 'E-mail address',
  password: 'Password',
  signIn: 'Sign in',
  nobody: 'This server has no operator yet.',
  nobodyHint: 'The link that makes the first one stands in the log of the start. Or, on the server:',
  choose: 'Choose your password',
  first: 'The first operator',
  firstHint: 'You will administer this server: its clients, their files and their people.',
  newPassword: (least: number) => `Password, at least ${least} characters`,
  make: 'Create my account',
  keep: 'Keep this password',
  ended: 'This link no longer works',
  endedHint:
    'It was used, or it is too old. Whoever gave it to you can make another one; an operator does, on the server:',
  account: 'My account',
  browsers: 'Where you are signed in',
  browser: 'Browser',
  address: 'Address',
  lastUse: 'Last use',
  here: 'here',
  end: 'Sign out',
  endOthers: 'Sign out everywhere else',
};

export type SignInWords = typeof en;

const fr: SignInWords = {
  title: 'Se connecter',
  email: 'Adresse e-mail',
  password: 'Mot de passe',
  signIn: 'Se connecter',
  nobody: 'Ce serveur n’a pas encore d’opérateur.',
  nobodyHint: 'Le lien qui crée le premier est dans le journal du démarrage. Ou, sur le serveur :',
  choose: 'Choisissez votre mot de passe',
  first: 'Le premier opérateur',
  firstHint: 'Vous administrerez ce serveur : ses clients, leurs fichiers et leurs personnes.',
  newPassword: (least) => `Mot de passe, ${least} caractères au moins`,
  make: 'Créer mon compte',
  keep: 'Garder ce mot de passe',
  ended: 'Ce lien ne sert plus',
  endedHint:
    'Il a déjà servi, ou il est trop ancien. Qui vous l’a donné peut en faire un autre ; un opérateur, sur le serveur :',
  account: 'Mon compte',
  browsers: 'Où vous êtes connecté',
  browser: 'Navigateur',
  address: 'Adresse',
  lastUse: 'Dernier usage',
  here: 'ici',
  end: 'Déconnecter',
  endOthers: 'Déconnecter partout ailleurs',
};

export const signInWords = (language: Language): SignInWords => ({ fr, en })[language];
