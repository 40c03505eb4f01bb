import { type Figures, fill } from './errors/fill.ts';
import { readReason, type Reason, reasonText, type Verbatim, verbatim } from './errors/reasons.ts';

export { fill } from './errors/fill.ts';
export { because, verbatim } from './errors/reasons.ts';

/**
 * The closed catalogue of everything that can be refused: one code, one text in French and English, one reply in
 * each protocol. `docs/errors.md` lists the same codes; a test compares them.
 */
export interface CatalogueEntry {
  /** Who can do something about it. */
  audience: 'sender' | 'operator' | 'developer';
  /** The same request may succeed later, unchanged. */
  retryable: boolean;
  /** FTP reply code (RFC 959, RFC 2228). */
  ftp: number;
  /** SFTP status (draft-ietf-secsh-filexfer-02, section 7). */
  sftp: number;
  http: number;
  fr: string;
  en: string;
}

const SFTP_NO_SUCH_FILE = 2;
const SFTP_PERMISSION_DENIED = 3;
const SFTP_FAILURE = 4;
const SFTP_BAD_MESSAGE = 5;
const SFTP_OP_UNSUPPORTED = 8;

const entry = (
  audience: CatalogueEntry['audience'],
  retryable: boolean,
  [ftp, sftp, http]: readonly [number, number, number],
  fr: string,
  en: string,
): CatalogueEntry => ({ audience, retryable, ftp, sftp, http, fr, en });

export const catalogue = {
  // sign-in
  login_refused: entry(
    'sender',
    false,
    [530, SFTP_PERMISSION_DENIED, 401],
    'Identifiant ou mot de passe refusé.',
    'Username or password refused.',
  ),
  address_refused: entry(
    'sender',
    false,
    [530, SFTP_PERMISSION_DENIED, 403],
    'Cette adresse IP n’est pas autorisée pour cet identifiant.',
    'This IP address is not allowed for this username.',
  ),
  protocol_refused: entry(
    'sender',
    false,
    [530, SFTP_PERMISSION_DENIED, 403],
    'Ce protocole n’est pas autorisé pour cet identifiant.',
    'This protocol is not allowed for this username.',
  ),
  tls_required: entry(
    'sender',
    false,
    [522, SFTP_PERMISSION_DENIED, 403],
    'Connexion en clair refusée : utilisez AUTH TLS (FTPS explicite).',
    'Cleartext refused: use AUTH TLS (explicit FTPS).',
  ),
  too_many_attempts: entry(
    'sender',
    true,
    [421, SFTP_PERMISSION_DENIED, 429],
    'Trop de tentatives de connexion : réessayez plus tard.',
    'Too many sign-in attempts: try again later.',
  ),
  too_many_connections: entry(
    'sender',
    true,
    [421, SFTP_FAILURE, 429],
    'Trop de connexions simultanées : réessayez plus tard.',
    'Too many connections at once: try again later.',
  ),
  sign_ins_waiting: entry(
    'sender',
    true,
    [421, SFTP_FAILURE, 503],
    'Trop d’identifications sont en attente ; le mot de passe n’a pas été examiné : réessayez dans un instant.',
    'Too many sign-ins are waiting; the password was not looked at: try again in a moment.',
  ),
  tenant_suspended: entry(
    'operator',
    false,
    [530, SFTP_PERMISSION_DENIED, 403],
    'Ce compte est suspendu.',
    'This account is suspended.',
  ),
  shutting_down: entry(
    'sender',
    true,
    [421, SFTP_FAILURE, 503],
    'Le serveur redémarre : réessayez dans un instant.',
    'The server is restarting: try again in a moment.',
  ),

  // files
  path_refused: entry(
    'sender',
    false,
    [553, SFTP_PERMISSION_DENIED, 400],
    'Nom de fichier refusé : {why}.',
    'File name refused: {why}.',
  ),
  not_found: entry(
    'sender',
    false,
    [550, SFTP_NO_SUCH_FILE, 404],
    '{path} : fichier ou dossier introuvable.',
    '{path}: no such file or folder.',
  ),
  not_a_folder: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 409],
    '{path} n’est pas un dossier.',
    '{path} is not a folder.',
  ),
  is_a_folder: entry('sender', false, [550, SFTP_FAILURE, 409], '{path} est un dossier.', '{path} is a folder.'),
  folder_not_empty: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 409],
    'Le dossier {path} n’est pas vide.',
    'The folder {path} is not empty.',
  ),
  already_exists: entry('sender', false, [550, SFTP_FAILURE, 409], '{path} existe déjà.', '{path} already exists.'),
  read_only: entry(
    'sender',
    false,
    [550, SFTP_PERMISSION_DENIED, 403],
    '{path} est en lecture seule.',
    '{path} is read-only.',
  ),
  not_resumable: entry(
    'sender',
    false,
    [554, SFTP_FAILURE, 409],
    'Reprise impossible à {offset} : le serveur détient {size} octets de {path}.',
    'Cannot resume at {offset}: the server holds {size} bytes of {path}.',
  ),
  file_too_large: entry(
    'sender',
    false,
    [552, SFTP_FAILURE, 413],
    'Fichier trop volumineux : {limit} octets au plus.',
    'File too large: {limit} bytes at most.',
  ),
  quota_exceeded: entry(
    'operator',
    true,
    [552, SFTP_FAILURE, 507],
    'Espace de stockage épuisé ({limit} octets) : contactez votre prestataire.',
    'Storage quota exceeded ({limit} bytes): contact your provider.',
  ),
  too_many_files: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 409],
    'Trop de fichiers ou de dossiers ({limit} au plus).',
    'Too many files or folders ({limit} at most).',
  ),
  too_many_waiting: entry(
    'sender',
    true,
    [450, SFTP_FAILURE, 503],
    'Trop de fichiers attendent leur import ({limit} au plus) : renvoyez celui-ci plus tard.',
    'Too many files wait for their import ({limit} at most): send this one again later.',
  ),
  disk_full: entry(
    'operator',
    true,
    [452, SFTP_FAILURE, 507],
    'Disque du serveur plein : le fichier n’est pas accepté, renvoyez-le plus tard.',
    'Server disk full: the file is not accepted, send it again later.',
  ),
  database_unavailable: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 503],
    'Base de données indisponible : rien n’est accepté, réessayez plus tard.',
    'Database unavailable: nothing is accepted, try again later.',
  ),
  database_standby: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 503],
    'Base de données en lecture seule, un serveur de secours (pg_is_in_recovery) : DATABASE_URL doit mener au serveur principal.',
    'Read-only database, a standby (pg_is_in_recovery): DATABASE_URL must lead to the primary.',
  ),
  database_read_only: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 503],
    'Base de données en lecture seule (default_transaction_read_only) : mettez ce paramètre sur off pour cette base et cet utilisateur.',
    'Read-only database (default_transaction_read_only): turn that off for this database and this user.',
  ),
  database_pooled: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 503],
    'Base de données derrière un répartiteur qui prête les connexions par transaction (PgBouncer, pool_mode = transaction ou statement) : arrivage tient des verrous par session. Mettez pool_mode = session pour cette base, ou adressez DATABASE_URL à Postgres.',
    'Database behind a pooler that lends connections by transaction (PgBouncer, pool_mode = transaction or statement): arrivage holds locks by session. Set pool_mode = session for this database, or have DATABASE_URL name Postgres itself.',
  ),
  embedded_database: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 503],
    'Base de données intégrée inutilisable : {why}.',
    'The embedded database cannot be used: {why}.',
  ),
  transfer_incomplete: entry(
    'sender',
    true,
    [426, SFTP_FAILURE, 400],
    'Transfert interrompu : le fichier n’est pas importé, reprenez-le ou renvoyez-le.',
    'Transfer cut: the file is not imported, resume it or send it again.',
  ),
  transfer_under_way: entry(
    'sender',
    true,
    [450, SFTP_FAILURE, 409],
    'Un transfert de ce fichier est encore en cours : réessayez plus tard.',
    'A transfer of this file is still under way: try again later.',
  ),
  no_data_connection: entry(
    'sender',
    true,
    [425, SFTP_FAILURE, 400],
    'Connexion de données impossible : {why}.',
    'No data connection: {why}.',
  ),
  data_port_contested: entry(
    'sender',
    true,
    [425, SFTP_FAILURE, 400],
    'Deux connexions se sont présentées pour ce transfert : il est refusé, recommencez-le.',
    'Two connections came for this transfer: it is refused, try again.',
  ),
  tls_session_required: entry(
    'sender',
    true,
    [425, SFTP_FAILURE, 400],
    'La connexion de données doit reprendre la session TLS de la connexion de contrôle.',
    'The data connection must resume the TLS session of the control connection.',
  ),
  data_protection_required: entry(
    'sender',
    false,
    [522, SFTP_PERMISSION_DENIED, 403],
    'Données en clair refusées : envoyez PBSZ 0 puis PROT P.',
    'Cleartext data refused: send PBSZ 0, then PROT P.',
  ),
  bad_sequence: entry(
    'sender',
    false,
    [503, SFTP_FAILURE, 409],
    'Commande hors de séquence : {why}.',
    'Command out of sequence: {why}.',
  ),
  unsupported: entry(
    'sender',
    false,
    [502, SFTP_OP_UNSUPPORTED, 501],
    'Opération non prise en charge : {what}.',
    'Operation not supported: {what}.',
  ),
  sftp_only: entry(
    'sender',
    false,
    [502, SFTP_OP_UNSUPPORTED, 501],
    'Ce serveur n’accepte que des fichiers, en SFTP : utilisez sftp, scp (sans l’option -O), WinSCP ou FileZilla.',
    'This server only takes files, over SFTP: use sftp, scp (without -O), WinSCP or FileZilla.',
  ),
  bad_request: entry(
    'sender',
    false,
    [501, SFTP_BAD_MESSAGE, 400],
    'Commande incorrecte : {why}.',
    'Bad request: {why}.',
  ),
  parser_stopped: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Le fichier n’a pas pu être lu : lecture interrompue (limite atteinte : {why}).',
    'The file could not be read: reading was stopped (limit reached: {why}).',
  ),
  unrecognised: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Fichier non reconnu : ni son nom ni ses en-têtes ({seen}) ne correspondent à des clients, contacts ou écritures.',
    'File not recognised: neither its name nor its headers ({seen}) fit clients, contacts or entries.',
  ),
  internal: entry(
    'developer',
    true,
    [451, SFTP_FAILURE, 500],
    'Erreur interne : rien n’est accepté. Référence {reference}.',
    'Internal error: nothing is accepted. Reference {reference}.',
  ),

  // requests to the HTTP API
  sign_in_refused: entry(
    'sender',
    false,
    [530, SFTP_PERMISSION_DENIED, 401],
    'Adresse e-mail ou mot de passe refusé.',
    'E-mail address or password refused.',
  ),
  password_unfit: entry(
    'sender',
    false,
    [501, SFTP_FAILURE, 422],
    'Un mot de passe a entre {least} et {most} caractères.',
    'A password has between {least} and {most} characters.',
  ),
  invalid_email: entry(
    'sender',
    false,
    [501, SFTP_FAILURE, 422],
    'Ce n’est pas une adresse e-mail.',
    'This is no e-mail address.',
  ),
  form_too_large: entry(
    'sender',
    false,
    [552, SFTP_FAILURE, 413],
    'Ce formulaire dépasse {limit} octets.',
    'This form is larger than {limit} bytes.',
  ),
  link_ended: entry(
    'sender',
    false,
    [550, SFTP_NO_SUCH_FILE, 410],
    'Ce lien ne sert plus : il a déjà servi, ou il est trop ancien. Demandez-en un nouveau.',
    'This link no longer works: it was used, or it is too old. Ask for a new one.',
  ),
  person_exists: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'Quelqu’un a déjà l’adresse {email}.',
    'Somebody has the address {email} already.',
  ),
  person_elsewhere: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'Quelqu’un a déjà l’adresse {email} sur ce serveur : seul l’opérateur peut lui ouvrir cet accès.',
    'Somebody has the address {email} on this server already: only the operator can let them in here.',
  ),
  last_manager: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 409],
    'C’est la dernière personne qui gère ce client : nommez-en une autre d’abord.',
    'This is the last person who manages this client: name another one first.',
  ),
  last_operator: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'C’est le dernier opérateur : créez-en un autre d’abord.',
    'This is the last operator: make another one first.',
  ),
  strange_origin: entry(
    'developer',
    false,
    [550, SFTP_FAILURE, 403],
    'Cette demande ne vient pas d’une page de ce serveur.',
    'This request does not come from a page of this server.',
  ),
  key_refused: entry(
    'developer',
    false,
    [530, SFTP_PERMISSION_DENIED, 401],
    'Clé d’API absente ou refusée : envoyez l’en-tête « Authorization: Bearer arr_… ».',
    'API key missing or refused: send the header "Authorization: Bearer arr_…".',
  ),
  scope_too_small: entry(
    'developer',
    false,
    [550, SFTP_PERMISSION_DENIED, 403],
    'Cette clé d’API n’a pas le droit « {scope} », nécessaire ici.',
    'This API key lacks the scope "{scope}", which is needed here.',
  ),
  no_such_resource: entry(
    'developer',
    false,
    [550, SFTP_NO_SUCH_FILE, 404],
    'Ressource introuvable.',
    'No such resource.',
  ),
  malformed_json: entry(
    'developer',
    false,
    [501, SFTP_BAD_MESSAGE, 400],
    'Le corps de la requête n’est pas du JSON valide.',
    'The body of the request is no valid JSON.',
  ),
  invalid_request: entry(
    'developer',
    false,
    [501, SFTP_BAD_MESSAGE, 422],
    'Requête incorrecte : {why}.',
    'Incorrect request: {why}.',
  ),
  unknown_parameter: entry(
    'developer',
    false,
    [504, SFTP_BAD_MESSAGE, 400],
    'Paramètre inconnu : {name}. Paramètres possibles ici : {known}.',
    'Unknown parameter: {name}. Possible here: {known}.',
  ),
  range_unsatisfiable: entry(
    'developer',
    false,
    [554, SFTP_FAILURE, 416],
    'Plage hors du fichier, qui compte {size} octets.',
    'The range lies outside the file, which has {size} bytes.',
  ),
  unsupported_media_type: entry(
    'developer',
    false,
    [504, SFTP_OP_UNSUPPORTED, 415],
    'Type de contenu non pris en charge : consultez la documentation de l’API (/docs).',
    'Unsupported content type: see the documentation of the API (/docs).',
  ),
  body_too_large: entry(
    'developer',
    false,
    [552, SFTP_FAILURE, 413],
    'Corps de requête trop volumineux : {limit} octets au plus.',
    'Request body too large: {limit} bytes at most.',
  ),
  body_too_slow: entry(
    'developer',
    true,
    [421, SFTP_FAILURE, 408],
    'Le corps de la requête n’est pas arrivé en {seconds} secondes.',
    'The body of the request did not arrive within {seconds} seconds.',
  ),
  precondition_failed: entry(
    'developer',
    false,
    [550, SFTP_FAILURE, 412],
    'La ressource a changé depuis sa lecture : relisez-la avant de la modifier.',
    'The resource has changed since it was read: read it again before changing it.',
  ),
  rate_limited: entry(
    'developer',
    true,
    [421, SFTP_FAILURE, 429],
    'Trop de requêtes avec cette clé ({limit} par minute au plus) : réessayez dans {seconds} s.',
    'Too many requests with this key ({limit} a minute at most): try again in {seconds} s.',
  ),
  idempotency_mismatch: entry(
    'developer',
    false,
    [501, SFTP_FAILURE, 422],
    'Cette clé Idempotency-Key a déjà servi à une autre requête.',
    'This Idempotency-Key was used for another request already.',
  ),
  idempotency_under_way: entry(
    'developer',
    true,
    [450, SFTP_FAILURE, 409],
    'La première requête portant cette clé Idempotency-Key est encore en cours.',
    'The first request with this Idempotency-Key is still under way.',
  ),
  username_taken: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'L’identifiant {username} est déjà pris : les identifiants sont uniques sur un serveur.',
    'The username {username} is taken: usernames are unique on a server.',
  ),
  public_key_unreadable: entry(
    'operator',
    false,
    [501, SFTP_BAD_MESSAGE, 422],
    'Ce n’est pas une clé publique OpenSSH (elle commence par « ssh-ed25519 AAAA… »).',
    'This is no OpenSSH public key (it begins with "ssh-ed25519 AAAA…").',
  ),
  private_key_given: entry(
    'operator',
    false,
    [501, SFTP_BAD_MESSAGE, 422],
    'C’est une clé privée : donnez la clé publique, dont le fichier se termine en général par .pub.',
    'This is a private key: give the public one, whose file usually ends in .pub.',
  ),
  key_type_refused: entry(
    'operator',
    false,
    [501, SFTP_OP_UNSUPPORTED, 422],
    'Une clé de type {type} n’est pas acceptée : utilisez ed25519, ECDSA ou RSA d’au moins 2048 bits.',
    'A key of type {type} is not accepted: use ed25519, ECDSA or RSA from 2048 bits.',
  ),
  port_taken: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'Le port {port} est déjà pris.',
    'The port {port} is taken.',
  ),
  nothing_to_import: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Aucun fichier de cette synchronisation n’a pu être lu.',
    'No file of this sync could be read.',
  ),
  held_by_guard: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'Importation suspendue, rien n’est enregistré : elle dépasse ce que le garde-fou permet.',
    'Import on hold, nothing is stored: it goes beyond what the guard allows.',
  ),
  revert_overtaken: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'La synchronisation n° {sync} n’est plus la dernière à avoir été appliquée : elle ne peut pas être annulée.',
    'Sync no. {sync} is no longer the latest that was applied: it cannot be undone.',
  ),
  webhook_url_refused: entry(
    'operator',
    false,
    [501, SFTP_FAILURE, 422],
    'Adresse de webhook refusée : donnez une URL https sans identifiant ni mot de passe (http vers une adresse privée permise seulement).',
    'Webhook address refused: give an https URL without username and password (http only to a private address that is allowed).',
  ),
  too_many_webhooks: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'Trop de webhooks ({limit} au plus) : supprimez-en un.',
    'Too many webhooks ({limit} at most): delete one.',
  ),
  too_many_keys: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'Trop de clés ({limit} au plus) : révoquez-en une.',
    'Too many keys ({limit} at most): revoke one.',
  ),
  too_many_credentials: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'Trop d’identifiants ({limit} au plus) : révoquez-en un.',
    'Too many credentials ({limit} at most): revoke one.',
  ),
  too_many_recipients: entry(
    'operator',
    false,
    [550, SFTP_FAILURE, 409],
    'Trop de destinataires ({limit} au plus) : supprimez-en un.',
    'Too many recipients ({limit} at most): remove one.',
  ),

  // files that are no table
  empty_file: entry('sender', false, [550, SFTP_FAILURE, 422], 'Le fichier est vide.', 'The file is empty.'),
  not_text: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier n’est ni un CSV, ni un FEC, ni un classeur Excel.',
    'This file is no CSV, no FEC and no Excel workbook.',
  ),
  html_file: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier est une page HTML, quel que soit son nom : ouvrez-le dans Excel, puis enregistrez-le en CSV ou en .xlsx.',
    'This file is an HTML page, whatever its name: open it in Excel, then save it as CSV or .xlsx.',
  ),
  mhtml_file: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier est une archive Web (MHTML), quel que soit son nom : ouvrez-le dans Excel, puis enregistrez-le en CSV ou en .xlsx.',
    'This file is a Web archive (MHTML), whatever its name: open it in Excel, then save it as CSV or .xlsx.',
  ),
  spreadsheet_xml: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier est une feuille de calcul XML 2003, quel que soit son nom : ouvrez-le dans Excel, puis enregistrez-le en CSV ou en .xlsx.',
    'This file is an XML spreadsheet 2003, whatever its name: open it in Excel, then save it as CSV or .xlsx.',
  ),
  other_format: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier n’est pas lu ({why}) : exportez-le en CSV ou en .xlsx.',
    'This file is not read ({why}): export it as CSV or .xlsx.',
  ),
  archive_file: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier est une archive ({why}) : envoyez le fichier qu’elle contient, en CSV ou en .xlsx.',
    'This file is an archive ({why}): send the file that it holds, as CSV or .xlsx.',
  ),
  no_table: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier ne contient pas de lignes à importer ({why}) : envoyez un export en CSV ou en .xlsx.',
    'This file holds no lines to import ({why}): send an export as CSV or .xlsx.',
  ),
  beside_export: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier n’est pas un export ({why}) : il est ignoré.',
    'This file is no export ({why}): it is ignored.',
  ),
  legacy_xls: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier est un ancien classeur Excel (.xls) : enregistrez-le en .xlsx ou en CSV.',
    'This file is an old Excel workbook (.xls): save it as .xlsx or CSV.',
  ),
  password_protected: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.',
    'This workbook is protected by a password: save it without one.',
  ),

  // workbooks
  xlsx_damaged: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Classeur Excel endommagé ou incomplet ({part}) : enregistrez-le de nouveau, puis renvoyez-le.',
    'Damaged or incomplete Excel workbook ({part}): save it again, then resend it.',
  ),
  xlsx_too_large: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Classeur Excel démesuré une fois décompressé : la lecture est refusée.',
    'The Excel workbook is out of proportion once decompressed: it is not read.',
  ),
  not_a_workbook: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Ce fichier est un document Office sans feuille de calcul : enregistrez-le en .xlsx ou en CSV.',
    'This file is an Office document without a sheet: save it as .xlsx or CSV.',
  ),
  no_matching_sheet: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Aucune feuille du classeur ne porte les colonnes attendues (feuilles : {sheets} ; première ligne lue : {seen}).',
    'No sheet of the workbook holds the expected columns (sheets: {sheets}; first line read: {seen}).',
  ),

  // files that cannot be imported
  missing_columns: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Colonnes obligatoires introuvables : {columns}. En-têtes lus : {headers}.',
    'Required columns not found: {columns}. Headers read: {headers}.',
  ),
  two_exports: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Le fichier semble contenir deux exports à la suite (le second commence à la ligne {line}), sans que l’on sache lequel compte : envoyez le dernier export seul.',
    'The file seems to hold two exports, one after the other (the second begins on line {line}), and which one counts is not known: send the last export alone.',
  ),
  duplicate_columns: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'Plusieurs en-têtes désignent la colonne {column} : {headers}. Précisez lequel dans la correspondance des colonnes.',
    'Several headers mean the column {column}: {headers}. Say which one in the mapping.',
  ),

  mapping_contradicted: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'La correspondance prend {column} à la colonne n° {position}, que l’en-tête nomme « {header} » (en-têtes : {headers}). Nommez l’en-tête dans la correspondance au lieu du numéro, ou corrigez le numéro.',
    'The mapping takes {column} from column no. {position}, which the header calls “{header}” (headers: {headers}). Name the header in the mapping instead of the number, or mend the number.',
  ),
  mapping_beyond_header: entry(
    'sender',
    false,
    [550, SFTP_FAILURE, 422],
    'La correspondance prend {column} à la colonne n° {position}, et l’en-tête n’en a que {count} : {headers}.',
    'The mapping takes {column} from column no. {position}, and the header has only {count}: {headers}.',
  ),

  // a tenant's own server, and whoever else is called from here
  host_not_found: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 422],
    'Nom de serveur introuvable : {host}. Vérifiez-le.',
    'No such server name: {host}. Check it.',
  ),
  target_refused: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 422],
    '{host} désigne {address}, une adresse privée ou réservée : refusée tant que ARRIVAGE_ALLOW_PRIVATE_TARGETS ne l’autorise pas.',
    '{host} means {address}, a private or reserved address: refused unless ARRIVAGE_ALLOW_PRIVATE_TARGETS allows it.',
  ),
  connection_refused: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 502],
    '{host} refuse la connexion au port {port} : vérifiez le port, et que le serveur fonctionne.',
    '{host} refuses connections to port {port}: check the port, and that the server runs.',
  ),
  unreachable: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 502],
    '{host} est injoignable sur le port {port} ({why}) : vérifiez l’adresse, le port et le pare-feu.',
    '{host} cannot be reached on port {port} ({why}): check the address, the port and the firewall.',
  ),
  remote_silent: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 504],
    'Le serveur distant ne répond plus depuis {seconds} s (étape : {during}).',
    'The remote server has not answered for {seconds} s (step: {during}).',
  ),
  remote_too_slow: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 504],
    'Le serveur distant est trop lent : plus de {seconds} s (étape : {during}).',
    'The remote server is too slow: over {seconds} s (step: {during}).',
  ),
  remote_cut: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 502],
    'Connexion coupée par le serveur distant ou par le réseau (étape : {during}).',
    'Connection cut by the remote server or the network (step: {during}).',
  ),
  remote_unintelligible: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 502],
    'Le serveur distant ne parle pas le protocole attendu ({why}) : vérifiez le protocole et le port.',
    'The remote server does not speak the expected protocol ({why}): check protocol and port.',
  ),
  no_safe_algorithm: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 502],
    'Le serveur distant ne propose aucun chiffrement sûr ({why}) : mettez-le à jour.',
    'The remote server offers no safe encryption ({why}): update it.',
  ),
  host_key_unknown: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 409],
    'Clé du serveur distant à confirmer : {fingerprint}. Comparez-la à celle que donne son administrateur, puis confirmez-la.',
    'Host key of the remote server to confirm: {fingerprint}. Compare it with what its administrator says, then confirm it.',
  ),
  host_key_changed: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 409],
    'La clé du serveur distant a changé : {fingerprint} au lieu de {pinned}. Rien n’est lu : demandez la raison à son administrateur, puis confirmez la nouvelle clé.',
    'The host key of the remote server has changed: {fingerprint} instead of {pinned}. Nothing is read: ask its administrator why, then confirm the new key.',
  ),
  tls_unavailable: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 502],
    'Le serveur distant ne propose pas TLS sur ce port ({reply}) : choisissez un autre protocole ou un autre port.',
    'The remote server does not offer TLS on this port ({reply}): choose another protocol or port.',
  ),
  certificate_refused: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 409],
    'Certificat du serveur distant refusé ({why}), empreinte SHA-256 {fingerprint}. Donnez l’autorité qui l’a signé, ou épinglez cette empreinte après l’avoir vérifiée.',
    'Certificate of the remote server refused ({why}), SHA-256 fingerprint {fingerprint}. Give the authority that signed it, or pin this fingerprint once you have checked it.',
  ),
  certificate_changed: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 409],
    'Le certificat du serveur distant a changé : {fingerprint} au lieu de {pinned}. Rien n’est lu : vérifiez-le, puis épinglez la nouvelle empreinte.',
    'The certificate of the remote server has changed: {fingerprint} instead of {pinned}. Nothing is read: check it, then pin the new fingerprint.',
  ),
  private_key_unusable: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 422],
    'Clé privée inutilisable ({why}) : vérifiez son format et sa phrase secrète.',
    'The private key cannot be used ({why}): check its format and its passphrase.',
  ),
  remote_login_refused: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 422],
    'Le serveur distant refuse l’identifiant {username} ({reply}) : vérifiez l’identifiant et le mot de passe ou la clé.',
    'The remote server refuses the username {username} ({reply}): check the username and the password or key.',
  ),
  remote_folder_missing: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 422],
    'Dossier introuvable ou interdit sur le serveur distant : {directory} ({reply}).',
    'No such folder on the remote server, or no access: {directory} ({reply}).',
  ),
  passive_port_blocked: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 502],
    'Connexion de données impossible vers le port {port} du serveur distant ({why}) : ouvrez ses ports passifs dans son pare-feu.',
    'No data connection to port {port} of the remote server ({why}): open its passive ports in its firewall.',
  ),
  listing_too_large: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 422],
    'Le dossier distant contient trop de fichiers ou sa liste est démesurée ({limit} au plus) : rangez-le ou choisissez un autre dossier.',
    'The remote folder holds too many files, or its listing is out of proportion ({limit} at most): tidy it up or choose another folder.',
  ),
  remote_file_missing: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 502],
    '{name} ne se trouve plus sur le serveur distant, ou sa lecture y est interdite ({reply}).',
    '{name} is no longer on the remote server, or may not be read there ({reply}).',
  ),
  remote_file_changed: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 502],
    '{name} a changé pendant sa lecture ({expected} octets annoncés) : il sera relu.',
    '{name} changed while it was read ({expected} bytes announced): it will be read again.',
  ),
  remote_refused: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 502],
    'Le serveur distant refuse une opération (étape : {during}) : {reply}',
    'The remote server refuses an operation (step: {during}): {reply}',
  ),
  no_file_matches: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 404],
    'Aucun fichier du dossier distant ne correspond à {pattern} (fichiers vus : {seen}).',
    'No file of the remote folder matches {pattern} (files seen: {seen}).',
  ),
  done_file_missing: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 409],
    '{name} n’est pas encore accompagné du fichier de fin {pattern}, ou celui-ci est plus ancien.',
    'The done-file {pattern} for {name} is not there yet, or is older.',
  ),
  remote_file_growing: entry(
    'operator',
    true,
    [451, SFTP_FAILURE, 409],
    '{name} est encore en cours d’écriture sur le serveur distant : il sera lu plus tard.',
    '{name} is still being written on the remote server: it will be read later.',
  ),
  no_connector: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 404],
    'Aucun serveur distant n’est configuré pour ce compte.',
    'No remote server is configured for this account.',
  ),
  master_key_missing: entry(
    'operator',
    false,
    [451, SFTP_FAILURE, 500],
    'La clé maîtresse {id}, qui protège ce secret, manque : remettez-la en place (ARRIVAGE_MASTER_KEYS ou fichier de clés), ou redonnez le secret.',
    'The master key {id}, which seals this secret, is missing: put it back (ARRIVAGE_MASTER_KEYS or the key file), or give the secret again.',
  ),
  connector_secrets_needed: entry(
    'operator',
    false,
    [501, SFTP_FAILURE, 422],
    'Redonnez le mot de passe ou la clé privée : ceux du serveur précédent ne sont pas envoyés à un autre.',
    'Give the password or private key again: those of the server before are not sent to another.',
  ),

  // decisions about syncs, and files over HTTP
  digest_mismatch: entry(
    'sender',
    true,
    [550, SFTP_FAILURE, 400],
    'Le fichier reçu n’a pas l’empreinte SHA-256 annoncée : il n’est pas importé, renvoyez-le.',
    'The file that came does not have the SHA-256 that was announced: it is not imported, send it again.',
  ),
  sync_not_held: entry(
    'developer',
    false,
    [503, SFTP_FAILURE, 409],
    'La synchronisation {id} n’attend aucune décision.',
    'Sync {id} waits for no decision.',
  ),
  sync_overtaken: entry(
    'operator',
    false,
    [503, SFTP_FAILURE, 409],
    'Un export plus récent a été importé depuis : écartez la synchronisation {id}. La rejouer ensuite importe quand même ses fichiers.',
    'A later export has been imported since: discard sync {id}. To replay it then imports its files all the same.',
  ),
  sync_under_way: entry(
    'developer',
    true,
    [450, SFTP_FAILURE, 409],
    'Une synchronisation de ces fichiers ou de ce compte n’est pas terminée.',
    'A sync of these files or of this tenant is not finished.',
  ),
  sync_is_held: entry(
    'developer',
    false,
    [503, SFTP_FAILURE, 409],
    'Ces fichiers attendent une décision : validez ou rejetez d’abord la synchronisation suspendue.',
    'These files wait for a decision: approve or discard the held sync first.',
  ),
  sync_without_files: entry(
    'developer',
    false,
    [550, SFTP_FAILURE, 409],
    'La synchronisation {id} n’a pas de fichiers, ou une synchronisation suivante les a repris.',
    'Sync {id} has no files, or a later sync took them over.',
  ),
  sync_files_purged: entry(
    'developer',
    false,
    [550, SFTP_FAILURE, 409],
    'Les fichiers de la synchronisation {id} ont été purgés.',
    'The files of sync {id} are purged.',
  ),
  sync_not_applied: entry(
    'developer',
    false,
    [503, SFTP_FAILURE, 409],
    'La synchronisation {id} n’a rien enregistré : il n’y a rien à annuler.',
    'Sync {id} stored nothing: there is nothing to undo.',
  ),
  sync_is_revert: entry(
    'developer',
    false,
    [503, SFTP_FAILURE, 409],
    'La synchronisation {id} en annule une autre : rejouez plutôt celle-là.',
    'Sync {id} undoes another: replay that one instead.',
  ),
  sync_reverted: entry(
    'developer',
    false,
    [503, SFTP_FAILURE, 409],
    'La synchronisation {id} est déjà annulée.',
    'Sync {id} is undone already.',
  ),
  sync_not_latest: entry(
    'developer',
    false,
    [503, SFTP_FAILURE, 409],
    'Des synchronisations plus récentes reposent sur la {id} : annulez-les d’abord.',
    'Later syncs stand on sync {id}: undo those first.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code);

export type Because = Reason | Verbatim;
/** What stands in the text of an entry; the reason for it is one of the catalogue of reasons, or no sentence of ours. */
export type ErrorParams = Readonly<Record<string, string | number | Reason>> & {
  readonly why?: Because;
  readonly what?: Because;
};

/** The text of an entry, the reason in it included. */
export const entryText = (code: ErrorCode, language: 'fr' | 'en', params: ErrorParams): string =>
  fill(catalogue[code][language], figuresIn(params, language));

function figuresIn(params: ErrorParams, language: 'fr' | 'en'): Figures {
  const figures = Object.entries(params).map(
    ([name, value]) => [name, typeof value === 'object' ? reasonText(value, language) : value] as const,
  );
  return Object.fromEntries(figures);
}

/** The parameters of a refusal as they are stored, a reason as its English sentence. */
export function plainParams(params: ErrorParams): Record<string, string> {
  return Object.fromEntries(Object.entries(figuresIn(params, 'en')).map(([name, value]) => [name, String(value)]));
}

/** The parameters of a stored refusal. */
export function readParams(stored: Readonly<Record<string, string>>): ErrorParams {
  const { why, what, ...others } = stored;
  const read = (words: string): Because => readReason(words) ?? verbatim(words);
  return { ...others, ...(why !== undefined && { why: read(why) }), ...(what !== undefined && { what: read(what) }) };
}

/** A thrown catalogue entry. `message` is English; `text` speaks the reader's language. */
export class ArrivageError extends Error {
  override readonly name = 'ArrivageError';
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, cause?: unknown) {
    super(entryText(code, 'en', params), cause === undefined ? undefined : { cause });
    this.code = code;
    this.params = params;
  }

  get entry(): CatalogueEntry {
    return catalogue[this.code];
  }

  text(language: 'fr' | 'en'): string {
    return entryText(this.code, language, this.params);
  }
}
