import type { Dataset } from './dataset.ts';

/**
 * The columns of the datasets, each once: what it is called, what it holds, under which headers it comes, what stands in it
 * where a file says nothing. From here come the tables, the layouts of COPY, what validation reads and requires, what the load
 * merges, the API's schemas and the labels. A column more is a line here and a migration.
 */

/** How a cell of a file is read. */
export type ReadAs =
  | 'text'
  | 'code'
  | 'date'
  | 'amount'
  | 'days'
  | 'bool'
  | 'siret'
  | 'vat'
  | 'email'
  | 'country'
  | 'language'
  | 'currency'
  | 'entry_type'
  | 'side'
  | 'document';

/** Whatever a ledger is kept in, where its files name no currency: amounts are taken to be in it. */
export const ledgerCurrency = 'EUR';

export type SqlType =
  | 'text'
  | 'text collate "C"'
  | 'uuid'
  | 'jsonb'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'date'
  | 'numeric(15, 2)'
  | 'timestamp with time zone';

/**
 * Where its values come from. `row`: of the tenant, and of the syncs that found the row. `file`: from files. `source`: from
 * files, too, but it is read into another column, and stored nowhere. `load`: from what the file and the other rows say
 * together. `user`: from people, and no file touches it.
 */
export type Origin = 'row' | 'file' | 'source' | 'load' | 'user';

/** What a column that is never empty holds where the file says nothing. Without any of these it is null. */
interface Facts {
  /** Nothing: the record is refused. */
  required?: true;
  /** What is worked out, also for files that have no such column: the tenant's own company, the type that the sign suggests. */
  derived?: true;
  default?: string | number | boolean;
}

/** What a file calls a column. Headers are as people write them. */
export interface Heading {
  readAs: ReadAs;
  /** What an accountant calls it, in French and in English. */
  fr: string;
  en: string;
  /** Besides its name and these two. */
  headers: readonly string[];
  /** Those that mean this column only where no other header of the file does. */
  weak: readonly string[];
  /** Those whose yes is this column's no. */
  negated: readonly string[];
}

export interface Column extends Facts {
  /** In the database, in a mapping, in CSV and in an import file: `client_code`. */
  name: string;
  sql: SqlType;
  origin: Origin;
  /** For what comes from files under a header of its own. */
  heading?: Heading;
}

/** What is not read as a text. */
const sqlOf: Partial<Record<ReadAs, SqlType>> = {
  date: 'date',
  amount: 'numeric(15, 2)',
  days: 'integer',
  bool: 'boolean',
};

const parts = (text: string): string[] => text.split('|').filter((part) => part.trim() !== '');

/** @param headers parted by `|`; after `~` the weak ones, after `!` the negated ones */
function column(name: string, readAs: ReadAs, fr: string, en: string, headers = '', facts: Facts = {}): Column {
  const [, sure = '', weak = '', negated = ''] = /^([^~!]*)(?:~([^!]*))?(?:!(.*))?$/.exec(headers) ?? [];
  const heading = { readAs, fr, en, headers: parts(sure), weak: parts(weak), negated: parts(negated) };
  return { name, sql: sqlOf[readAs] ?? 'text', origin: 'file', heading, ...facts };
}

const source = (...given: Parameters<typeof column>): Column => ({ ...column(...given), origin: 'source' });

const made = (name: string, sql: SqlType, facts: Facts = {}): Column => ({ name, sql, origin: 'load', ...facts });

const company = column(
  'company',
  'code',
  'société',
  'company',
  'dossier|entité|entity|subsidiary|code société|code dossier|company code|filiale|ent_num',
  { derived: true, default: '' },
);

const clientAliases =
  'code tiers|compte auxiliaire|compte tiers|ct_num|compauxnum|customer id|customer code|customer number|customer no|' +
  'client id|client number|code auxiliaire|n° client|no client|num client|numéro client|numéro de client|n° tiers|' +
  'compte client|customer account|account code|account number|ec_tiers|id client|identifiant client|code du client';

const client = (weak: string) =>
  column('client_code', 'code', 'code client', 'client code', `${clientAliases}~${weak}`, { required: true });

const tags = Array.from({ length: 20 }, (_, i) =>
  column(`tag${i + 1}`, 'text', `étiquette ${i + 1}`, `tag ${i + 1}`, i === 0 ? '~tag|étiquette' : ''),
);

const mail = column(
  'email',
  'email',
  'e-mail',
  'email',
  'mail|courriel|adresse mail|adresse e-mail|adresse email|email address|ct_email|adresse électronique',
);
const phone = column(
  'phone',
  'text',
  'téléphone',
  'phone',
  'tél|téléphone fixe|telephone|phone number|ct_telephone|tel fixe|n° téléphone|numéro de téléphone',
);
const mobile = column(
  'mobile',
  'text',
  'mobile',
  'mobile phone',
  'portable|tél portable|téléphone portable|téléphone mobile|tél mobile|gsm|cell|cell phone',
);
const paymentMode = column(
  'payment_mode',
  'text',
  'mode de règlement',
  'payment method',
  'mode règlement|mode de paiement|mode paiement|n_reglement|moyen de paiement|payment mode|moyen de règlement|modereglement|moderglt',
);
const currency = column(
  'currency',
  'currency',
  'devise',
  'currency',
  'idevise|code devise|currency code|n_devise|monnaie',
  { default: ledgerCurrency },
);

/** What every row has. @param weak words that may mean the client's code, in files of this dataset */
const everyRow = (weak: string): Column[] => [
  // The tenant in tables with millions of rows is compared byte by byte whatever the database's locale, since a locale's order
  // makes every step down an index slower (a fifth of a first import).
  { name: 'tenant_id', sql: 'text collate "C"', origin: 'row', required: true },
  // 128-bit hash of the row's identity, under which a sync finds it again.
  { name: 'key', sql: 'uuid', origin: 'row', required: true },
  company,
  client(weak),
  // Columns of the file that the data model does not know: name → text.
  { name: 'extra', sql: 'jsonb', origin: 'file' },
  // 64-bit hash of what the file said, so that an unchanged row is known without comparing it.
  { name: 'row_hash', sql: 'bigint', origin: 'row', default: 0 },
  { name: 'first_seen', sql: 'bigint', origin: 'row', required: true },
  { name: 'last_changed', sql: 'bigint', origin: 'row', required: true },
];

const usersOwn: readonly Column[] = [
  { name: 'notes', sql: 'text', origin: 'user' },
  { name: 'stop_reminders', sql: 'boolean', origin: 'user', default: false },
];

/** In the order of the tables; those of files are read, staged and hashed in this order, too. */
export const columns: Readonly<Record<Dataset, readonly Column[]>> = {
  clients: [
    ...everyRow('compte|account|code|tiers|n° compte|id|identifiant|account no|numéro'),
    column(
      'name',
      'text',
      'raison sociale',
      'name',
      'intitulé|ct_intitule|compauxlib|customer name|client name|company name|nom client|nom du client|nom tiers|dénomination|intitulé du compte|account name|libellé tiers~nom|customer|client|libellé',
      { required: true },
    ),
    column(
      'account',
      'code',
      'compte collectif',
      'ledger account',
      'compte général|comptenum|cg_num|cg_numprinc|compte comptable|gl account|general account|collectif~account|compte',
    ),
    column(
      'siret',
      'siret',
      'SIRET',
      'registration number',
      'siren|legal id|ct_siret|n° siret|numéro siret|n° siren|numéro siren|siret/siren|siren/siret|company registration number~identifiant|identifiant légal',
    ),
    column(
      'vat_number',
      'vat',
      'n° de TVA',
      'VAT number',
      'tva intra|numéro tva|n° tva|tva intracommunautaire|n° tva intracommunautaire|n° tva intra|numéro de tva|ct_identifiant|vat|vat id|vat no|tax id',
    ),
    column(
      'address1',
      'text',
      'adresse',
      'address',
      'adresse 1|address 1|street|rue|ct_adresse|adresse ligne 1|address line 1|street address',
    ),
    column(
      'address2',
      'text',
      'complément d’adresse',
      'address line 2',
      'complément|adresse 2|address 2|complément adresse|ct_complement|adresse ligne 2',
    ),
    column('zip', 'code', 'code postal', 'postcode', 'cp|zip code|postal code|ct_codepostal|codepostal'),
    column('city', 'text', 'ville', 'city', 'town|ct_ville|commune|localité'),
    column('country', 'country', 'pays', 'country', 'ct_pays|code pays|country code'),
    mail,
    phone,
    mobile,
    column('language', 'language', 'langue', 'language', 'code langue|ct_langue|language code'),
    currency,
    paymentMode,
    column(
      'payment_term_days',
      'days',
      'délai de paiement (jours)',
      'payment days',
      'délai|échéance jours|délai de paiement|délai paiement|délai de règlement|délai règlement|terms|payment terms|nb jours|nombre de jours|payment term|conditions de paiement|délai jours',
    ),
    column(
      'credit_limit',
      'amount',
      'encours autorisé',
      'credit limit',
      'plafond|encours max|encours maximum|ct_encours|limite de crédit|plafond de crédit|plafond encours|encours maximum autorisé',
    ),
    column(
      'parent_code',
      'code',
      'maison mère',
      'parent',
      'code maison mère|parent account|parent client|société mère|compte mère|ct_numcentrale|centrale',
    ),
    column('group_name', 'text', 'groupe', 'group', 'nom du groupe|nom groupe'),
    column(
      'account_manager',
      'text',
      'chargé de compte',
      'account manager',
      'commercial|gestionnaire|owner|sales rep|salesperson|représentant|chargé de clientèle|responsable',
    ),
    column(
      'active',
      'bool',
      'actif',
      'active',
      '!sommeil|ct_sommeil|mis en sommeil|bloqué|blocked|inactif|inactive|compte bloqué|on hold',
      { default: true },
    ),
    ...tags,
    ...usersOwn,
  ],
  ecritures: [
    ...everyRow('compte|account|client|customer|code|tiers|n° compte|account no'),
    column(
      'entry_id',
      'code',
      'identifiant de l’écriture',
      'entry id',
      'n° interne|numéro interne|ec_no|unique id|identifiant unique|identifiant écriture|id écriture|transaction id|internal id~id|identifiant',
    ),
    column('journal', 'code', 'journal', 'journal code', 'code journal|jo_num|journalcode|code jal|jal|jnl'),
    column(
      'account',
      'code',
      'compte général',
      'ledger account',
      'compte collectif|comptenum|cg_num|cg_numprinc|compte comptable|gl account|general account|general ledger account|collectif|n° compte général|numéro de compte général~account|compte|n° compte',
    ),
    column(
      'piece_number',
      'code',
      'n° de pièce',
      'document number',
      'n° pièce|pièce|n° facture|facture|numéro facture|numéro de facture|pieceref|ec_piece|ec_refpiece|document no|invoice number|invoice no|invoice|numéro pièce|numéro de pièce|no pièce|num pièce|num facture|no facture|n° document|numéro document|voucher no|voucher number|invoice ref~référence|reference|réf|ref|réf pièce|référence pièce|document',
      { required: true },
    ),
    column(
      'entry_type',
      'entry_type',
      'type d’écriture',
      'item type',
      'type écriture|nature écriture|type de pièce|type pièce|document type|transaction type|entry type|type de document|type document|type doc|doc type|belegart|blart~type|nature',
      { derived: true },
    ),
    column(
      'entry_date',
      'date',
      'date d’écriture',
      'issue date',
      'date pièce|date écriture|ecrituredate|piecedate|jm_date|ec_date|date de pièce|date facture|date de facture|date comptable|invoice date|document date|entry date|posting date|transaction date|date d’émission|date émission~date',
      { required: true },
    ),
    column(
      'due_date',
      'date',
      'date d’échéance',
      'due date',
      'échéance|date échéance|ec_echeance|dateecheance|date de l’échéance|échéance le|maturity date|payment due date|date limite de paiement',
    ),
    made('due_date_derived', 'boolean', { default: false }),
    column(
      'amount',
      'amount',
      'montant',
      'amount',
      'ec_montant|montant ttc|ttc|total ttc|amount incl tax|montant signé|montant eur|montant euro|gross amount|invoice amount~total',
      { derived: true },
    ),
    source('debit', 'amount', 'débit', 'debit', 'montant débit|débit eur|debit amount|débit euro|montant débiteur'),
    source(
      'credit',
      'amount',
      'crédit',
      'credit',
      'montant crédit|crédit eur|credit amount|crédit euro|montant créditeur',
    ),
    source(
      'side',
      'side',
      'sens',
      'side',
      'ec_sens|sens écriture|sens de l’écriture|sens comptable|sens mouvement|sens du mouvement|code sens|' +
        'd/c|c/d|sens d/c|sens (d/c)|d ou c|c ou d|débit/crédit|crédit/débit|débit ou crédit|crédit ou débit|' +
        'débit/crédit (d/c)|sens débit/crédit|sens (débit/crédit)|type débit/crédit|indicateur débit/crédit|' +
        'debit or credit|credit or debit|debit/credit flag|debit/credit code|debit/credit mark|d/c indicator|d/c flag|' +
        'dc mark|dr/cr|cr/dr|db/cr|cr/db|debit credit indicator|credit debit indicator|cdtdbtind|' +
        'd/a|a/d|doit/avoir|doit ou avoir|dare/avere|s/h|soll/haben|soll-/haben-kennzeichen|soll/haben-kennzeichen|shkz|d/h|debe/haber',
    ),
    column(
      'balance',
      'amount',
      'solde',
      'outstanding',
      'reste dû|restant|balance|restant dû|reste à payer|solde dû|solde restant|amount due|outstanding amount|open amount|remaining amount|montant restant|reste à régler|solde facture',
    ),
    currency,
    column(
      'amount_currency',
      'amount',
      'montant en devise',
      'foreign amount',
      'montantdevise|montant devise|ec_devise|amount in currency|currency amount|amount currency',
    ),
    column(
      'label',
      'text',
      'libellé',
      'label',
      'ecriturelib|ec_intitule|description|libellé écriture|libellé de l’écriture|désignation|intitulé|narrative|memo',
    ),
    paymentMode,
    column(
      'letter',
      'code',
      'lettrage',
      'matching code',
      'ecriturelet|ec_lettrage|codelettrage|code lettrage|lettre|lettre de lettrage|matching|code de lettrage',
    ),
    column(
      'letter_date',
      'date',
      'date de lettrage',
      'matching date',
      'datelet|date lettrage|ec_datelettrage|matched on',
    ),
    column(
      'settled_date',
      'date',
      'date de règlement',
      'paid on',
      'date règlement|daterglt|date paiement|date de paiement|payment date|paid date|settlement date|ec_dateregle|réglé le',
    ),
    column(
      'order_ref',
      'text',
      'commande',
      'order',
      'n° commande|numéro commande|numéro de commande|bon de commande|order no|order number|réf commande|référence commande|po number|purchase order|no commande',
    ),
    column(
      'document_ref',
      'document',
      'pièce jointe',
      'document link',
      'url facture|url|lien facture|fichier|nom du fichier|fichier pdf|pdf|document url|attachment|lien|lien pdf|document file|file name~document',
    ),
    ...tags,
    made('status', 'text', { default: 'open' }),
    // The sync and the time at which it was settled, for whatever reason.
    made('settled_by_sync', 'bigint'),
    made('settled_at', 'timestamp with time zone'),
    ...usersOwn,
  ],
  contacts: [
    ...everyRow('compte|account|client|customer|tiers|n° compte|code|account no'),
    column(
      'contact_id',
      'code',
      'identifiant du contact',
      'contact id',
      'n° contact|id contact|identifiant contact|code contact|numéro contact|ct_no|contact number~id|identifiant',
    ),
    column(
      'last_name',
      'text',
      'nom',
      'last name',
      'nom de famille|surname|family name|nom contact|nom du contact|nom et prénom|nom prénom|contact name|full name|ct_nom~contact|name',
    ),
    column('first_name', 'text', 'prénom', 'first name', 'given name|ct_prenom|prénom contact|prénom du contact'),
    column('civility', 'text', 'civilité', 'title', 'civility|salutation|titre|n_civilite'),
    mail,
    phone,
    mobile,
    column('service', 'text', 'service', 'department', 'département|n_service'),
    column('role', 'text', 'fonction', 'role', 'ct_fonction|job title|position|poste|rôle|intitulé du poste'),
    column(
      'is_main',
      'bool',
      'principal',
      'main',
      'contact principal|contact relance|primary|main contact|primary contact|par défaut|default|relance',
      { default: false },
    ),
    made('active', 'boolean', { default: true }),
    // Of those that no file has brought: `manual`.
    made('origin', 'text', { default: 'file' }),
    ...usersOwn,
  ],
};

/** Alternatives of columns, besides those that are required: a file has one of each set, whole. */
export const alternatives: Readonly<Record<Dataset, readonly (readonly (readonly string[])[])[]>> = {
  clients: [],
  ecritures: [[['debit', 'credit'], ['amount']]],
  contacts: [[['last_name'], ['email']]],
};

/** Columns that come from one of these, in their order. */
export const columnsFrom = (dataset: Dataset, ...origins: readonly Origin[]): Column[] =>
  columns[dataset].filter(({ origin }) => origins.includes(origin));

/** Those of the table. */
export const storedColumns = (dataset: Dataset): Column[] => columnsFrom(dataset, 'row', 'file', 'load', 'user');

export const isNullable = (column: Column): boolean =>
  !column.required && !column.derived && column.default === undefined;

/** In TypeScript and JSON: `clientCode`. */
export const propertyOf = ({ name }: Column): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
