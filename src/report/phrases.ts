import type { Dataset } from '../model/dataset.ts';
import type { CsvFormat, Escape, LineEnds, Quote, Repair } from '../model/format.ts';
import type { GuardTrip, LeftAtSource, Stage } from '../model/sync.ts';
import type { Language } from '../model/tenant.ts';

/** The fixed words of a report. `{name}` is filled in; what depends on a count lists both forms. */
export interface Phrases {
  title: string;
  datasets: Record<Dataset | 'unknown' | 'ignored', string>;
  applied: string;
  allAside: string;
  dryRun: string;
  /** Said after it, where the guard would stop the real import. */
  dryRunHeld: string;
  unchanged: string;
  noFiles: string;
  onlyIgnored: string;
  reverted: string;
  revertedBy: string;
  held: string;
  discarded: string;
  failed: string;
  underWay: string;
  guard: Record<GuardTrip['rule'], string>;
  missing: string;
  /** What was taken from a server and stays there. */
  left: Record<LeftAtSource['how'], string>;
  moreLeft: readonly [one: string, many: string];
  file: string;
  otherFiles: string;
  labels: Record<
    | 'size'
    | 'format'
    | 'columns'
    | 'mapping'
    | 'mode'
    | 'scope'
    | 'counts'
    | 'totals'
    | 'effects'
    | 'remarks'
    | 'doubts'
    | 'putAside'
    | 'ignored'
    | 'rejections',
    string
  >;
  csv: string;
  sheet: string;
  headerAt: string;
  noHeader: string;
  detected: string;
  pinned: string;
  snapshot: string;
  delta: string;
  sameAsBefore: string;
  /** Words for the scope of a snapshot. */
  scope: {
    whole: string;
    anyCompany: string;
    none: string;
    unnamed: string;
    companies: readonly [one: string, many: string];
    journal: string;
    from: string;
  };
  /** Singular and plural of each count. */
  counts: Record<
    'read' | 'inserted' | 'updated' | 'unchanged' | 'rejected' | 'skipped' | 'duplicate' | 'settled' | 'reopened',
    readonly [one: string, many: string]
  >;
  totals: {
    /** What is summed, in the order of a file's way. */
    of: Record<'read' | 'refused' | 'duplicate' | 'stored', string>;
    sums: string;
    balance: string;
    rows: readonly [one: string, many: string];
    clients: string;
    manyClients: string;
    unread: readonly [one: string, many: string];
    others: readonly [one: string, many: string];
    confirmed: string;
  };
  undone: Record<'restored' | 'removed', readonly [one: string, many: string]>;
  putAside: readonly [one: string, many: string];
  /** Said of a sync that has some, after its counts. */
  withDoubts: string;
  doubts: readonly [one: string, many: string];
  /** What stood there, as an example. */
  shown: string;
  colon: string;
  line: readonly [one: string, many: string];
  bytes: string;
  times: readonly [one: string, many: string];
  column: string;
  more: readonly [one: string, many: string];
  stages: Record<Stage, string>;
  durations: string;
  next: Record<
    | 'nothing'
    | 'sameAsBefore'
    | 'rejected'
    | 'doubts'
    | 'details'
    | 'held'
    | 'dryRun'
    | 'failed'
    | 'failedFetch'
    | 'hostKey'
    | 'putAside'
    | 'missing'
    | 'left'
    | 'discarded',
    string
  >;
  nextTitle: string;
  csvHeader: readonly string[];
  delimiter: string;
  delimiters: Record<string, string>;
  /** Nothing of what is usual. */
  quotes: Partial<Record<Quote, string>>;
  escapes: Partial<Record<Escape, string>>;
  lineEnds: Record<LineEnds, string>;
  kinds: Record<CsvFormat['kind'], string>;
  /** What was undone in all of a text; follows its encoding. */
  repairs: Record<Repair, string>;
}

const fr: Phrases = {
  title: 'Compte rendu de la synchronisation n° {id}',
  datasets: {
    clients: 'clients',
    contacts: 'contacts',
    ecritures: 'écritures',
    unknown: 'contenu non reconnu',
    ignored: 'hors export',
  },
  applied: 'Importation effectuée : {counts}.',
  allAside: 'Aucune donnée importée : {files}.',
  dryRun: 'Essai à blanc, rien n’est enregistré. Une importation réelle donnerait : {counts}.',
  dryRunHeld: 'Elle serait suspendue : {reasons}.',
  unchanged: 'Rien à importer : ces données ont déjà été importées à l’identique.',
  noFiles: 'Rien à importer : aucun nouveau fichier.',
  onlyIgnored: 'Rien à importer : aucun des fichiers reçus n’est un export.',
  reverted: 'Synchronisation n° {sync} annulée : {counts}.',
  revertedBy: 'Annulée depuis par la synchronisation n° {sync}.',
  held: 'Importation suspendue, rien n’est enregistré : {reasons}.',
  discarded: 'Importation écartée sur décision d’un responsable : rien n’est enregistré.',
  failed: 'L’importation a échoué, rien n’est enregistré : {why}',
  underWay: 'Importation en cours.',
  guard: {
    settles_entries: 'elle solderait {measured} des lignes ouvertes ({dataset}), alors que {allowed} sont permis',
    settles_amount: 'elle solderait {measured} du montant ouvert ({dataset}), alors que {allowed} sont permis',
    few_rows: 'le fichier n’a que {measured} des lignes du précédent ({dataset}), alors qu’il en faut {allowed}',
  },
  missing: 'Livraison incomplète, il manque : {datasets}.',
  left: {
    move: 'Fichiers pris en compte, mais que le serveur d’origine n’a pas laissé déplacer : {files}.',
    delete: 'Fichiers pris en compte, mais que le serveur d’origine n’a pas laissé supprimer : {files}.',
  },
  moreLeft: ['autre', 'autres'],
  file: 'Fichier {name} ({dataset})',
  otherFiles: 'Autres fichiers de cette synchronisation',
  labels: {
    size: 'Taille',
    format: 'Format',
    columns: 'Colonnes',
    mapping: 'Réglages',
    mode: 'Mode',
    scope: 'Portée',
    counts: 'Lignes',
    totals: 'Contrôle',
    effects: 'Effets',
    remarks: 'Remarques',
    doubts: 'À relire',
    putAside: 'Mis de côté',
    ignored: 'Ignoré',
    rejections: 'Rejets',
  },
  csv: '{kind}, {encoding}, séparateur {delimiter}{quoting}, fins de ligne {lineEnds}, {header}',
  sheet: 'Excel, feuille « {sheet} », {header}',
  headerAt: 'en-tête à la ligne {line}',
  noHeader: 'sans en-tête',
  detected: 'détection automatique',
  pinned: 'version {version}',
  snapshot: 'fichier complet',
  delta: 'modifications seulement',
  sameAsBefore: 'identique au dernier fichier importé, non relu',
  scope: {
    whole: 'toute la base',
    anyCompany: 'toutes les sociétés',
    none: 'aucune société',
    unnamed: 'par défaut',
    companies: ['société', 'sociétés'],
    journal: 'journal {journal}',
    from: 'écritures datées du {date} ou après',
  },
  counts: {
    read: ['ligne lue', 'lignes lues'],
    inserted: ['nouvelle', 'nouvelles'],
    updated: ['modifiée', 'modifiées'],
    unchanged: ['inchangée', 'inchangées'],
    rejected: ['rejetée', 'rejetées'],
    skipped: ['ignorée', 'ignorées'],
    duplicate: ['en double', 'en double'],
    settled: ['ligne enregistrée présumée soldée', 'lignes enregistrées présumées soldées'],
    reopened: ['ligne enregistrée rouverte', 'lignes enregistrées rouvertes'],
  },
  totals: {
    of: { read: 'lu', refused: 'refusé', duplicate: 'en double', stored: 'enregistré' },
    sums: '{of} : {rows}, débit {debit}, crédit {credit}, débit − crédit {amount} {currency}',
    balance: 'reste à payer {balance}',
    rows: ['écriture', 'écritures'],
    clients: 'clients : {read} lus, {stored} enregistrés',
    manyClients: 'plus de 200 000 clients',
    unread: ['ligne rejetée dont le montant est illisible', 'lignes rejetées dont le montant est illisible'],
    others: ['écriture dans une autre devise', 'écritures dans d’autres devises'],
    confirmed: 'le total du fichier, ligne {line}, concorde avec ce qui est lu',
  },
  undone: {
    restored: ['ligne rétablie', 'lignes rétablies'],
    removed: ['ligne supprimée', 'lignes supprimées'],
  },
  putAside: ['fichier mis de côté', 'fichiers mis de côté'],
  withDoubts: '{said} ; {doubts}',
  doubts: ['remarque douteuse à relire', 'remarques douteuses à relire'],
  shown: '« {value} »',
  colon: ' : ',
  line: ['ligne {line}', 'lignes {line}'],
  bytes: '{size} ({bytes} octets)',
  times: ['fois', 'fois'],
  column: 'colonne « {column} »',
  more: ['autre ligne rejetée', 'autres lignes rejetées'],
  stages: {
    fetch: 'récupération',
    waiting: 'attente',
    parse: 'lecture',
    merge: 'rapprochement',
    commit: 'enregistrement',
    report: 'compte rendu',
  },
  durations: 'Durées',
  nextTitle: 'Que faire',
  next: {
    nothing: 'Rien : tout est en ordre.',
    sameAsBefore: 'Rien de nouveau : le compte rendu de l’importation de ces données reste valable.',
    rejected: 'Corrigez les lignes rejetées dans votre logiciel, puis renvoyez l’export entier.',
    doubts:
      'Relisez les remarques : elles portent sur des montants, des dates, des sens, des noms ou des codes dont la lecture est douteuse.',
    details: 'Le détail des rejets : {file}.',
    held: 'Vérifiez que l’export est complet. S’il ne l’est pas, renvoyez-le. S’il l’est, demandez à votre prestataire d’approuver la synchronisation n° {id}.',
    dryRun: 'Si ce compte rendu vous convient, demandez à votre prestataire de passer en production.',
    failed: 'Renvoyez le fichier ; si l’échec persiste, signalez la synchronisation n° {id} à votre prestataire.',
    failedFetch:
      'Rien n’est à renvoyer : le fichier n’a pas pu être récupéré. Corrigez la cause ci-dessus (« arrivage connector test {tenant} » essaie chaque étape), puis relancez la synchronisation.',
    hostKey:
      'Rien n’est à renvoyer. Faites comparer la clé {fingerprint} à celle que donne l’administrateur du serveur. Si c’est la même : « arrivage connector confirm-host-key {tenant} {fingerprint} », puis relancez la synchronisation.',
    putAside: 'Corrigez le fichier mis de côté, puis renvoyez-le.',
    missing: 'Envoyez aussi : {datasets}.',
    left: 'Faites donner au compte du connecteur le droit de déplacer ou de supprimer ces fichiers sur leur serveur (« arrivage connector test » l’essaie). C’est tenté de nouveau à chaque récupération, et rien n’est importé deux fois.',
    discarded: 'Renvoyez un export corrigé.',
  },
  csvHeader: ['fichier', 'ligne', 'colonne', 'valeur', 'code', 'motif', 'ligne d’origine'],
  delimiter: '« {delimiter} »',
  delimiters: { '\t': 'tabulation', ' ': 'espace' },
  quotes: { "'": ', cellules entre apostrophes', '“': ', cellules entre “ ”', none: ', sans guillemets' },
  escapes: { '\\': ', échappement par « \\ »', none: ', guillemets non doublés' },
  lineEnds: { crlf: 'CRLF', lf: 'LF', cr: 'CR', crcrlf: 'CR CR LF', mixed: 'mélangées', none: 'absentes' },
  kinds: { csv: 'CSV', fec: 'FEC' },
  repairs: {
    'html-entities': 'entités HTML',
    'encoded-twice': 'encodé deux fois',
    'c1-controls': 'caractères de commande',
  },
};

const en: Phrases = {
  title: 'Report of sync no. {id}',
  datasets: {
    clients: 'clients',
    contacts: 'contacts',
    ecritures: 'entries',
    unknown: 'content not recognised',
    ignored: 'no export',
  },
  applied: 'Import done: {counts}.',
  allAside: 'No data imported: {files}.',
  dryRun: 'Dry run, nothing is stored. A real import would give: {counts}.',
  dryRunHeld: 'It would be put on hold: {reasons}.',
  unchanged: 'Nothing to import: the same data was imported before.',
  noFiles: 'Nothing to import: no new file.',
  onlyIgnored: 'Nothing to import: no file that came is an export.',
  reverted: 'Sync no. {sync} undone: {counts}.',
  revertedBy: 'Undone since by sync no. {sync}.',
  held: 'Import on hold, nothing is stored: {reasons}.',
  discarded: 'Import discarded by decision of a person in charge: nothing is stored.',
  failed: 'The import failed, nothing is stored: {why}',
  underWay: 'Import under way.',
  guard: {
    settles_entries: 'it would settle {measured} of the open lines ({dataset}), where {allowed} are allowed',
    settles_amount: 'it would settle {measured} of the open amount ({dataset}), where {allowed} are allowed',
    few_rows: 'the file has only {measured} of the lines of the last one ({dataset}), where {allowed} are needed',
  },
  missing: 'Incomplete delivery, missing: {datasets}.',
  left: {
    move: 'Files that were taken, but could not be moved at their source: {files}.',
    delete: 'Files that were taken, but could not be deleted at their source: {files}.',
  },
  moreLeft: ['more', 'more'],
  file: 'File {name} ({dataset})',
  otherFiles: 'Other files of this sync',
  labels: {
    size: 'Size',
    format: 'Format',
    columns: 'Columns',
    mapping: 'Settings',
    mode: 'Mode',
    scope: 'Scope',
    counts: 'Lines',
    totals: 'Control',
    effects: 'Effects',
    remarks: 'Remarks',
    doubts: 'To check',
    putAside: 'Put aside',
    ignored: 'Ignored',
    rejections: 'Rejections',
  },
  csv: '{kind}, {encoding}, delimiter {delimiter}{quoting}, line ends {lineEnds}, {header}',
  sheet: 'Excel, sheet “{sheet}”, {header}',
  headerAt: 'header on line {line}',
  noHeader: 'no header',
  detected: 'detected',
  pinned: 'version {version}',
  snapshot: 'whole file',
  delta: 'changes only',
  sameAsBefore: 'the same as the last imported file, not read again',
  scope: {
    whole: 'all that is stored',
    anyCompany: 'all companies',
    none: 'no company',
    unnamed: 'by default',
    companies: ['company', 'companies'],
    journal: 'journal {journal}',
    from: 'entries dated {date} or later',
  },
  counts: {
    read: ['line read', 'lines read'],
    inserted: ['new', 'new'],
    updated: ['changed', 'changed'],
    unchanged: ['unchanged', 'unchanged'],
    rejected: ['rejected', 'rejected'],
    skipped: ['skipped', 'skipped'],
    duplicate: ['duplicate', 'duplicates'],
    settled: ['stored line presumed settled', 'stored lines presumed settled'],
    reopened: ['stored line reopened', 'stored lines reopened'],
  },
  totals: {
    of: { read: 'read', refused: 'refused', duplicate: 'duplicate', stored: 'stored' },
    sums: '{of}: {rows}, debit {debit}, credit {credit}, debit − credit {amount} {currency}',
    balance: 'left to pay {balance}',
    rows: ['entry', 'entries'],
    clients: 'clients: {read} read, {stored} stored',
    manyClients: 'more than 200,000 clients',
    unread: ['rejected line of which the amount cannot be read', 'rejected lines of which the amount cannot be read'],
    others: ['entry in another currency', 'entries in other currencies'],
    confirmed: 'the total of the file, on line {line}, agrees with what was read',
  },
  undone: { restored: ['line as before', 'lines as before'], removed: ['line removed', 'lines removed'] },
  putAside: ['file put aside', 'files put aside'],
  withDoubts: '{said}; {doubts}',
  doubts: ['doubtful remark to check', 'doubtful remarks to check'],
  shown: '“{value}”',
  colon: ': ',
  line: ['line {line}', 'lines {line}'],
  bytes: '{size} ({bytes} bytes)',
  times: ['time', 'times'],
  column: 'column “{column}”',
  more: ['other rejected line', 'other rejected lines'],
  stages: {
    fetch: 'fetching',
    waiting: 'waiting',
    parse: 'reading',
    merge: 'comparing',
    commit: 'storing',
    report: 'report',
  },
  durations: 'Durations',
  nextTitle: 'What to do',
  next: {
    nothing: 'Nothing: all is well.',
    sameAsBefore: 'Nothing new: what the report of their import said still holds.',
    rejected: 'Correct the rejected lines in your software, then send the whole export again.',
    doubts: 'Check the remarks: they are about amounts, dates, sides, names or codes that may be read wrong.',
    details: 'The rejections in detail: {file}.',
    held: 'Check that the export is complete. If it is not, send it again. If it is, ask your provider to approve sync no. {id}.',
    dryRun: 'If this report suits you, ask your provider to go live.',
    failed: 'Send the file again; if it still fails, tell your provider about sync no. {id}.',
    failedFetch:
      'There is nothing to send again: the file could not be fetched. Mend the cause above (“arrivage connector test {tenant}” tries each step), then sync again.',
    hostKey:
      'There is nothing to send again. Have the key {fingerprint} compared with what the server’s administrator says. If it is the same: “arrivage connector confirm-host-key {tenant} {fingerprint}”, then sync again.',
    putAside: 'Correct the file that was put aside, then send it again.',
    missing: 'Also send: {datasets}.',
    left: 'Have the connector’s account allowed to move or delete these files on their server (“arrivage connector test” tries it). It is tried again at each fetch, and nothing is imported twice.',
    discarded: 'Send a corrected export.',
  },
  csvHeader: ['file', 'line', 'column', 'value', 'code', 'reason', 'original line'],
  delimiter: '“{delimiter}”',
  delimiters: { '\t': 'tab', ' ': 'space' },
  quotes: { "'": ', cells in apostrophes', '“': ', cells in “ ”', none: ', no quotes' },
  escapes: { '\\': ', escapes by “\\”', none: ', quotes not doubled' },
  lineEnds: { crlf: 'CRLF', lf: 'LF', cr: 'CR', crcrlf: 'CR CR LF', mixed: 'mixed', none: 'none' },
  kinds: { csv: 'CSV', fec: 'FEC' },
  repairs: { 'html-entities': 'HTML entities', 'encoded-twice': 'encoded twice', 'c1-controls': 'control characters' },
};

export const phrases: Readonly<Record<Language, Phrases>> = { fr, en };
