import { type Figures, fill } from './fill.ts';

const text = <const Fr extends string, const En extends string>(fr: Fr, en: En) => ({ fr, en });

/**
 * The closed catalogue of what stands inside a refusal: its `{why}` or `{what}`, and what a field of a request should be.
 * Each goes into a sentence, after a colon or in parentheses. `docs/errors.md` lists the same codes; a test compares them.
 */
export const reasons = {
  // paths
  control_character: text('caractère de contrôle', 'control character'),
  invalid_unicode: text('Unicode non valide', 'invalid Unicode'),
  invisible_character: text('caractère invisible', 'invisible character'),
  backslash: text('barre oblique inverse', 'backslash'),
  too_many_folders: text('plus de {most} dossiers', 'more than {most} folders'),
  name_too_long: text('un nom de plus de {most} octets', 'a name over {most} bytes'),
  path_too_long: text('plus de {most} octets', 'over {most} bytes'),
  temporary_name: text('nom temporaire', 'temporary name'),
  root_folder: text('le dossier racine', 'the root folder'),
  folder_into_itself: text('un dossier ne se déplace pas dans lui-même', 'a folder cannot move into itself'),

  // transfers
  partial_closed: text('le fichier est fermé', 'the file is closed'),
  transfer_over: text('le transfert est terminé', 'the transfer is over'),
  scattered_writes: text('trop d’écritures dispersées', 'too many scattered writes'),
  nobody_connected: text('délai dépassé', 'timeout'),
  no_passive_port: text('aucun port libre', 'no free port'),
  this_command: text('cette commande', 'this command'),

  // SFTP packets and handles
  no_init_packet: text('pas de paquet INIT', 'no INIT packet'),
  packet_without_id: text('paquet sans identifiant', 'packet without identifier'),
  packet_length: text('paquet de {bytes} octets', 'packet of {bytes} bytes'),
  packet_truncated: text('paquet tronqué', 'truncated packet'),
  number_too_large: text('nombre supérieur à 2^53', 'number over 2^53'),
  open_flags: text('mode d’ouverture {flags}', 'open flags {flags}'),
  handle_unknown: text('descripteur inconnu', 'unknown handle'),
  handle_not_for_writing: text('descripteur non ouvert en écriture', 'handle not open for writing'),
  handle_not_for_reading: text('descripteur non ouvert en lecture', 'handle not open for reading'),
  handle_of_no_folder: text('ce n’est pas le descripteur d’un dossier', 'handle of no folder'),
  check_file_of_part: text('check-file d’une partie de fichier', 'check-file of a part'),

  // limits of the parsing thread
  time_limit: text('durée', 'time'),
  silence_limit: text('silence', 'silence'),
  memory_limit: text('mémoire', 'memory'),

  // what a file is
  system_file: text('fichier système', 'system file'),
  lock_file: text('verrou d’un document ouvert', 'lock file'),
  backup_copy: text('copie de sauvegarde ou fichier temporaire', 'backup copy'),
  checksum_file: text('somme de contrôle', 'checksum'),
  end_marker: text('témoin de fin de transfert', 'end-of-transfer marker'),
  log_or_note: text('journal ou notice', 'log or note'),
  picture: text('image', 'picture'),
  program: text('programme', 'program'),
  presentation: text('présentation', 'presentation'),
  pdf_document: text('document PDF', 'PDF document'),
  postscript_document: text('document PostScript', 'PostScript document'),
  rtf_document: text('document RTF', 'RTF document'),
  word_document: text('document Word', 'Word document'),
  opendocument_text: text('document OpenDocument', 'OpenDocument text'),
  printer_file: text('fichier d’impression', 'printer file'),
  mail_message: text('courriel', 'e-mail'),
  files_without_table: text('fichiers sans tableau', 'files without a table'),
  sqlite_database: text('base SQLite', 'SQLite database'),
  access_database: text('base Access', 'Access database'),
  parquet_file: text('fichier Parquet', 'Parquet file'),
  dbase_table: text('table dBase, .dbf', 'dBase table (.dbf)'),
  json_file: text('fichier JSON', 'JSON file'),
  xml_file: text('fichier XML', 'XML file'),
  iso20022_file: text('fichier bancaire XML, ISO 20022', 'bank file in XML (ISO 20022)'),
  electronic_invoice: text('facture électronique XML', 'electronic invoice in XML'),
  pgp_file: text('fichier chiffré PGP', 'PGP-encrypted file'),
  binary_workbook: text('classeur binaire, .xlsb', 'binary workbook (.xlsb)'),
  opendocument_spreadsheet: text('classeur OpenDocument, .ods', 'OpenDocument spreadsheet (.ods)'),
  iwork_document: text('document Numbers ou Pages', 'Numbers or Pages document'),

  // pull
  public_key_given: text('clé publique', 'public key'),

  // what a field should be
  no_control_characters: text('aucun caractère de contrôle', 'no control characters'),
  name_or_pattern: text('un nom ou un motif de 1 à {most} caractères', 'a name or pattern of 1 to {most} characters'),
  name_without_folder: text('un nom de fichier, sans son dossier', 'a file name, without its folder'),
  dates_in_braces: text(
    'dates entre accolades, faites de yyyy yy MM dd HH mm ss, telles que {example}',
    'dates in braces made of yyyy yy MM dd HH mm ss, such as {example}',
  ),
  final_name: text('un nom que ne portent pas les fichiers en cours', 'a name that files under way do not bear'),
  server_name: text('un nom de serveur ou une adresse IP', 'a server name or an IP address'),
  sha256_fingerprint: text(
    'une empreinte SHA-256 de 64 chiffres hexadécimaux',
    'a SHA-256 fingerprint of 64 hexadecimal digits',
  ),
  certificate_in_pem: text('un certificat au format PEM', 'a certificate in PEM'),
  file_of_some_dataset: text('le fichier d’au moins un jeu de données', 'a file of at least one dataset'),
  scope_part: text(
    'au moins un champ parmi company, journal, from et whole',
    'at least one of company, journal, from and whole',
  ),
  company_or_whole: text(
    'soit une seule société, soit toutes (« whole »)',
    'either one company or all of them ("whole")',
  ),
  scope_of_entries: text('seules les écritures ont un journal et une date', 'only entries have a journal and a date'),
  cron_expression: text(
    'une expression cron à cinq champs, qui se déclenche un jour',
    'a cron expression of five fields that fires some day',
  ),
  year_from_one: text('une année à partir de 0001', 'a year from 0001 on'),
  time_zone: text('un fuseau horaire tel que Europe/Paris', 'a time zone such as Europe/Paris'),

  // the embedded database
  cluster_of_another_user: text(
    'ses fichiers dans {folder} appartiennent à l’utilisateur {uid} : lancez arrivage sous cet utilisateur',
    'its files in {folder} belong to user {uid}: run arrivage as that user',
  ),
  cluster_not_seen: text(
    'ses fichiers sont ceux d’un autre utilisateur : {error}',
    "its files are another user's: {error}",
  ),
  no_postgres_user: text(
    'Postgres ne peut pas tourner sous root et l’utilisateur « postgres » n’a pas pu être créé : créez-le, ou lancez arrivage sous un autre utilisateur',
    'Postgres cannot run as root and the user "postgres" could not be made: make it, or run arrivage as another user',
  ),
  program_does_not_run: text('{program} ne s’exécute pas ici : {error}', '{program} does not run here: {error}'),
  copy_not_of_root: text('{copy} n’appartient pas à root seul', "{copy} is not root's own"),
  copy_not_written: text(
    'l’utilisateur postgres ne peut pas lire {folder}, et {copy} ne peut pas être écrit : {error}',
    'user postgres may not read {folder}, and {copy} cannot be written: {error}',
  ),
  no_postgres_package: text(
    'aucun Postgres n’est installé pour cette machine ({name}) : donnez dans DATABASE_URL l’adresse d’un serveur à vous',
    'no Postgres for this machine ({name}) is installed: set DATABASE_URL to a server of your own',
  ),
  library_link_missing: text(
    'le lien {path} manque et ne peut pas être créé ({error}) : lancez une fois « npm rebuild » sous le propriétaire de node_modules',
    'the link {path} is missing and cannot be made ({error}): run "npm rebuild" once as the owner of node_modules',
  ),
  initdb_failed: text('initdb a échoué : {error}', 'initdb failed: {error}'),
  no_local_port: text('aucun port libre sur 127.0.0.1', 'no free port on 127.0.0.1'),
  postgres_not_started: text('Postgres n’a pas démarré : {error}', 'Postgres did not start: {error}'),
  postgres_not_ready: text('pas prêt après {seconds} s, voir {log}', 'not ready after {seconds} s, see {log}'),
} as const satisfies Record<string, { fr: string; en: string }>;

export type ReasonCode = keyof typeof reasons;

/** A reason with its figures: plain data, which goes from thread to thread. */
export interface Reason {
  readonly reason: ReasonCode;
  readonly figures: Figures;
}

declare const asItIs: unique symbol;
/** No sentence of ours, and the same in every language: a command, a name, what a server or a system said. */
export type Verbatim = string & { readonly [asItIs]: true };

type Named<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Named<Rest> : never;
type NamedIn<Code extends ReasonCode> = Named<(typeof reasons)[Code]['en']>;
/** The figures that the texts of a reason name; nothing where they name none. */
type FiguresOf<Code extends ReasonCode> = [NamedIn<Code>] extends [never]
  ? []
  : [figures: Readonly<Record<NamedIn<Code>, string | number>>];

/** A reason without figures. */
export type PlainReason = { [Code in ReasonCode]: FiguresOf<Code> extends [] ? Code : never }[ReasonCode];

export function because<Code extends ReasonCode>(reason: Code, ...given: FiguresOf<Code>): Reason {
  const [figures = {}] = given as [Figures?];
  return { reason, figures };
}

export const verbatim = (words: string): Verbatim => words as Verbatim;

export const reasonText = ({ reason, figures }: Reason, language: 'fr' | 'en'): string =>
  fill(reasons[reason][language], figures);

/** The English sentence, for what carries text alone: see `readReason`. */
export const inEnglish = <Code extends ReasonCode>(reason: Code, ...figures: FiguresOf<Code>): string =>
  reasonText(because(reason, ...figures), 'en');

/**
 * The reason whose English sentence this is. A stored refusal holds the sentence, for whoever reads the table or `--json`,
 * and so do the issues of a zod schema.
 */
export function readReason(sentence: string): Reason | undefined {
  sentences ??= codes.map((code) => [code, patternOf(reasons[code].en)] as const);
  for (const [reason, pattern] of sentences) {
    const found = pattern.exec(sentence);
    if (found) return { reason, figures: { ...found.groups } };
  }
  return undefined;
}

const codes = Object.keys(reasons) as ReasonCode[];
let sentences: (readonly [ReasonCode, RegExp])[] | undefined;

/** `more than {most} folders` → `/^more than (?<most>.+) folders$/s` */
function patternOf(template: string): RegExp {
  const pieces = template.split(/\{(\w+)\}/);
  const source = pieces.map((piece, i) => (i % 2 ? `(?<${piece}>.+)` : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${source.join('')}$`, 's');
}
