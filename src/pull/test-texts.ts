import type { ConnectorProtocol } from '../model/connector.ts';

export interface Text {
  fr: string;
  en: string;
}

/** How a step of a connector's test is told that went well. */
export function passedText(step: string, found: string, protocol: ConnectorProtocol): Text {
  if (step === 'certificate' && protocol === 'ftp') return UNPROTECTED;
  const text = texts[step];
  return text ? { fr: `${text.fr}${found}.`, en: `${text.en}${found}.` } : { fr: found, en: found };
}

const UNPROTECTED: Text = {
  fr: 'Sans chiffrement : mot de passe et fichiers passent en clair. Préférez SFTP ou FTPS.',
  en: 'No encryption: password and files travel in clear. Prefer SFTP or FTPS.',
};

const texts: Partial<Record<string, Text>> = {
  resolve: { fr: 'Adresse trouvée : ', en: 'Address found: ' },
  connect: { fr: 'Connexion établie : ', en: 'Connected: ' },
  host_key: { fr: 'Clé du serveur conforme : ', en: 'The host key is the confirmed one: ' },
  certificate: { fr: 'Certificat vérifié, empreinte SHA-256 ', en: 'Certificate verified, SHA-256 fingerprint ' },
  login: { fr: 'Identifiant accepté : ', en: 'Username accepted: ' },
  directory: { fr: 'Dossier ouvert : ', en: 'Folder entered: ' },
  list: { fr: 'Fichiers dans le dossier : ', en: 'Files in the folder: ' },
};
