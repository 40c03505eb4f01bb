/**
 * French for the reasons that stand inside a text: the `why` of a refusal, and what a field of a request or of a
 * command should be. They are written in English where they arise; names of commands and what a server said stay.
 */
const french: Readonly<Record<string, string>> = {
  // paths
  'control character': 'caractère de contrôle',
  'invalid Unicode': 'Unicode non valide',
  'invisible character': 'caractère invisible',
  backslash: 'barre oblique inverse',
  'more than 16 folders': 'plus de 16 dossiers',
  'a name over 255 bytes': 'un nom de plus de 255 octets',
  'over 1024 bytes': 'plus de 1024 octets',
  'temporary name': 'nom temporaire',
  'the root folder': 'le dossier racine',
  'a folder cannot move into itself': 'un dossier ne se déplace pas dans lui-même',
  // transfers
  'the file is closed': 'le fichier est fermé',
  'the transfer is over': 'le transfert est terminé',
  'too many scattered writes': 'trop d’écritures dispersées',
  timeout: 'délai dépassé',
  'no free port': 'aucun port libre',
  time: 'durée',
  memory: 'mémoire',
  'public key': 'clé publique',
  // what a file is
  'system file': 'fichier système',
  'lock file': 'verrou d’un document ouvert',
  'backup copy': 'copie de sauvegarde ou fichier temporaire',
  checksum: 'somme de contrôle',
  'end-of-transfer marker': 'témoin de fin de transfert',
  'log or note': 'journal ou notice',
  picture: 'image',
  program: 'programme',
  presentation: 'présentation',
  'PDF document': 'document PDF',
  'PostScript document': 'document PostScript',
  'RTF document': 'document RTF',
  'Word document': 'document Word',
  'OpenDocument text': 'document OpenDocument',
  'printer file': 'fichier d’impression',
  'e-mail': 'courriel',
  'files without a table': 'fichiers sans tableau',
  'SQLite database': 'base SQLite',
  'Access database': 'base Access',
  'Parquet file': 'fichier Parquet',
  'dBase table (.dbf)': 'table dBase, .dbf',
  'JSON file': 'fichier JSON',
  'XML file': 'fichier XML',
  'bank file in XML (ISO 20022)': 'fichier bancaire XML, ISO 20022',
  'electronic invoice in XML': 'facture électronique XML',
  'PGP-encrypted file': 'fichier chiffré PGP',
  'binary workbook (.xlsb)': 'classeur binaire, .xlsb',
  'OpenDocument spreadsheet (.ods)': 'classeur OpenDocument, .ods',
  'Numbers or Pages document': 'document Numbers ou Pages',
  // fields
  'no control characters': 'aucun caractère de contrôle',
  'a name or pattern of 1 to 200 characters': 'un nom ou un motif de 1 à 200 caractères',
  'a file name, without its folder': 'un nom de fichier, sans son dossier',
  'dates in braces made of yyyy yy MM dd HH mm ss, such as {yyyyMMdd}':
    'dates entre accolades, faites de yyyy yy MM dd HH mm ss, telles que {yyyyMMdd}',
  'a name that files under way do not bear': 'un nom que ne portent pas les fichiers en cours',
  'a server name or an IP address': 'un nom de serveur ou une adresse IP',
  'a SHA-256 fingerprint of 64 hexadecimal digits': 'une empreinte SHA-256 de 64 chiffres hexadécimaux',
  'a certificate in PEM': 'un certificat au format PEM',
  'a file of at least one dataset': 'le fichier d’au moins un jeu de données',
  'a cron expression of five fields that fires some day': 'une expression cron à cinq champs, qui se déclenche un jour',
  'a year from 0001 on': 'une année à partir de 0001',
  'a time zone such as Europe/Paris': 'un fuseau horaire tel que Europe/Paris',
};

/** A reason in the reader's language; one that is not known here stands as it is. */
export const reasonIn = (language: 'fr' | 'en', reason: string): string =>
  (language === 'fr' ? french[reason] : undefined) ?? reason;
