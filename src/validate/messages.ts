import { fill } from '../errors.ts';
import type { Language } from '../model/tenant.ts';
import { columns, fecColumns } from './columns/columns.ts';

/** What a finding does: refuses its record, or remarks on one that is kept (the cell alone may be dropped). */
type FindingKind = 'rejection' | 'warning' | 'either';

export interface FindingEntry {
  kind: FindingKind;
  /** As a remark it is about money, dates, sides, names or codes: nobody may hear that all is well beside it. */
  doubt: boolean;
  fr: string;
  en: string;
}

const entry = (kind: FindingKind, fr: string, en: string): FindingEntry => ({ kind, doubt: false, fr, en });
const doubt = (kind: FindingKind, fr: string, en: string): FindingEntry => ({ kind, doubt: true, fr, en });

/**
 * Every finding on a record or a file, in words for an accountant. `{column}` is the column's name, `{value}` what stood
 * there. Of `either`: a required column refuses the record; elsewhere the cell is left out and the record is kept.
 */
export const findings = {
  // how a file came
  continued_upload: doubt(
    'warning',
    'Ce fichier prolonge un envoi précédent du même nom : ses {value} premiers octets sont ceux de cet envoi.',
    'This file continues an earlier one of the same name: its first {value} bytes are of that one.',
  ),
  overwritten_upload: doubt(
    'warning',
    'Ce fichier a été écrit par-dessus un envoi précédent du même nom sans que celui-ci soit vidé : {value} octets de cet envoi y restent.',
    'This file was written over an earlier one of the same name without cutting it: {value} bytes of that one remain.',
  ),
  cut_upload: entry(
    'warning',
    'Ce fichier a été écrit par-dessus un envoi plus long du même nom sans que celui-ci soit vidé : il s’arrête au dernier octet reçu, et {value} octets de l’ancien envoi sont laissés.',
    'This file was written over a longer one of the same name without cutting it: it ends at the last byte that came, and {value} bytes of the earlier one are left out.',
  ),

  // the shape of records
  record_too_long: entry(
    'rejection',
    'Ligne trop longue : guillemet ouvert et jamais refermé ?',
    'Line too long: an opening quote that is never closed?',
  ),
  unclosed_quote: entry(
    'rejection',
    'Un guillemet est ouvert et n’est jamais refermé.',
    'A quote is opened and never closed.',
  ),
  stray_quote: entry(
    'rejection',
    'Dans « {value} », un guillemet se trouve au milieu de la cellule : on ne sait pas où elle finit.',
    'In “{value}” a quote stands in the middle of the cell: nobody can tell where it ends.',
  ),
  truncated: entry(
    'rejection',
    'Le fichier s’arrête au milieu de cette ligne.',
    'The file ends in the middle of this line.',
  ),
  too_many_columns: entry(
    'rejection',
    'Cette ligne a beaucoup trop de colonnes.',
    'This line has far too many columns.',
  ),
  too_many_cells: entry(
    'rejection',
    'Cette ligne a plus de cellules que l’en-tête : un séparateur dans un libellé sans guillemets ?',
    'This line has more cells than the header: a delimiter in a label without quotes?',
  ),
  too_few_cells: entry(
    'rejection',
    'Cette ligne a moins de cellules que l’en-tête : un retour à la ligne dans un libellé sans guillemets ? Elle est peut-être la suite de la ligne précédente.',
    'This line has fewer cells than the header: a line break in a label without quotes? It may be the rest of the line before.',
  ),
  broken_text: doubt(
    'warning',
    'La ligne « {value} » n’a qu’une cellule : c’est peut-être la moitié d’un texte coupé par un retour à la ligne. Vérifiez le texte de la ligne qui la précède et de celle qui la suit.',
    'The line “{value}” has only one cell: it may be half of a text that a line break cut. Check the text of the line before it and of the one after it.',
  ),

  no_record: entry(
    'rejection',
    'Cette ligne ressemble à un second en-tête, à un exemple, à un titre de page ou à une fin de fichier : elle n’est pas reprise.',
    'This line looks like a second header, an example, a page title or a trailer: it is not imported.',
  ),
  earlier_export: doubt(
    'warning',
    'Le fichier contient plusieurs exports à la suite : seul le dernier, à partir de la ligne {value}, est repris ; les lignes qui précèdent sont laissées de côté.',
    'The file holds several exports, one after the other: only the last one, from line {value} on, is imported; the lines before are left out.',
  ),
  unnamed_column: entry(
    'warning',
    'Une colonne sans en-tête contient « {value} » : elle n’est pas importée.',
    'A column without a header holds “{value}”: it is not imported.',
  ),
  unknown_column: entry(
    'warning',
    'La colonne « {column} » n’est pas reconnue : elle est conservée telle quelle, avec les données complémentaires.',
    'The column “{column}” is not known: it is kept as it is, with the extra data.',
  ),
  mapped_column_absent: doubt(
    'warning',
    'La correspondance attend une colonne pour {column}, absente du fichier.',
    'The mapping expects a column for {column}, which the file does not have.',
  ),
  doubtful_header: doubt(
    'warning',
    'La ligne « {value} » est prise pour l’en-tête et n’est pas importée. Si le fichier n’en a pas, indiquez-le dans la correspondance (headerLine : 0).',
    'The line “{value}” is taken for the header and not imported. If the file has none, say so in the mapping (headerLine: 0).',
  ),
  ambiguous_encoding: doubt(
    'warning',
    'Deux encodages sont également possibles pour ce fichier : {value}. Le premier est retenu ; si ce n’est pas le bon, indiquez l’encodage dans la correspondance.',
    'Two encodings are equally possible for this file: {value}. The first is used; if it is not the right one, say which in the mapping.',
  ),
  garbled_text: doubt(
    'warning',
    'Des caractères n’ont aucun sens, comme « {value} » : texte abîmé avant l’export, ou mauvais encodage. Ils sont conservés tels quels.',
    'Some characters make no sense, as in “{value}”: the text was damaged before the export, or the encoding is wrong. They are kept as they are.',
  ),
  encoded_twice: entry(
    'warning',
    'Des textes sont encodés deux fois en UTF-8, comme « {value} » : ils sont rétablis dans tout le fichier.',
    'Some texts are encoded twice in UTF-8, such as “{value}”: they are put right in the whole file.',
  ),
  mixed_encodings: entry(
    'warning',
    'Des lignes en UTF-8 sont mêlées à d’autres en Windows-1252, comme « {value} » : elles sont rétablies dans tout le fichier.',
    'Lines in UTF-8 are mixed with others in Windows-1252, such as “{value}”: they are put right in the whole file.',
  ),
  restored_controls: entry(
    'warning',
    'Des caractères de Windows (’ œ € –) sont écrits comme des caractères de commande, comme dans « {value} » : ils sont rétablis dans tout le fichier.',
    'Windows characters (’ œ € –) are written as control characters, as in “{value}”: they are put right in the whole file.',
  ),
  lost_characters: doubt(
    'warning',
    'Des points d’interrogation se trouvent au milieu de mots, comme dans « {value} » : l’export a perdu les caractères qu’il ne savait pas écrire. Ils sont conservés tels quels.',
    'Question marks stand within words, as in “{value}”: the export lost the characters that it could not write. They are kept as they are.',
  ),
  html_entities: entry(
    'warning',
    'Des caractères sont écrits en HTML, comme dans « {value} » : ils sont rétablis dans tout le fichier.',
    'Some characters are written in HTML, as in “{value}”: they are put right in the whole file.',
  ),
  sheets_not_read: doubt(
    'warning',
    'D’autres feuilles du classeur portent les mêmes colonnes et ne sont pas lues : {value}.',
    'Other sheets of the workbook hold the same columns and are not read: {value}.',
  ),

  // values
  missing_value: entry(
    'rejection',
    'La colonne {column} est vide, alors qu’elle est obligatoire.',
    'The column {column} is empty, and it is required.',
  ),
  error_cell: doubt(
    'either',
    'La colonne {column} contient une erreur de tableur ou une formule non calculée (« {value} »).',
    'The column {column} holds a spreadsheet error or a formula that was not calculated (“{value}”).',
  ),
  rounded_number: doubt(
    'either',
    '« {value} » ({column}) a été arrondi par un tableur : ses chiffres sont perdus. Mettez la colonne au format texte et renvoyez le fichier.',
    '“{value}” ({column}) was rounded by a spreadsheet: its digits are lost. Format the column as text and send the file again.',
  ),
  converted_code: doubt(
    'warning',
    '« {value} » ({column}) a l’air d’une date ou d’un vrai/faux qu’un tableur a fait d’un code, comme 1-2 : le code n’est plus connu. Mettez la colonne au format texte et renvoyez le fichier.',
    '“{value}” ({column}) looks like a date or a truth value that a spreadsheet made of a code, such as 1-2: the code is lost. Format the column as text and send the file again.',
  ),
  quoted_code: doubt(
    'either',
    '« {value} » ({column}) garde les guillemets ou les apostrophes qui l’entourent : le reste du fichier n’en met pas ainsi. Indiquez-les dans la correspondance (format.quote) ou corrigez la ligne.',
    '“{value}” ({column}) keeps the quotes or apostrophes around it, which the rest of the file does not use so. Name them in the mapping (format.quote), or mend the line.',
  ),
  value_too_long: doubt(
    'either',
    'La valeur de {column} dépasse 200 caractères.',
    'The value of {column} is longer than 200 characters.',
  ),
  unreadable_characters: doubt(
    'warning',
    'Des caractères sont illisibles et remplacés par « � » : le fichier mêle plusieurs encodages, ou ils étaient déjà perdus.',
    'Characters are unreadable and replaced by “�”: the file mixes several encodings, or they were lost before.',
  ),
  invalid_amount: doubt(
    'either',
    '« {value} » n’est pas un montant ({column}).',
    '“{value}” is not an amount ({column}).',
  ),
  foreign_currency: doubt(
    'warning',
    '« {value} » porte une autre monnaie que l’euro (dans la cellule ou son format), et le fichier n’a pas de colonne devise : le montant est repris en euros ({column}).',
    '“{value}” bears another currency than the euro (in the cell or its format), and the file has no currency column: the amount is taken as euros ({column}).',
  ),
  amount_too_large: doubt(
    'either',
    '« {value} » dépasse le plus grand montant possible ({column}).',
    '“{value}” exceeds the largest possible amount ({column}).',
  ),
  amount_rounded: doubt(
    'warning',
    '« {value} » a plus de deux décimales : le montant est arrondi au centime ({column}).',
    '“{value}” has more than two decimals: the amount is rounded to the cent ({column}).',
  ),
  fraction_of_cent: doubt(
    'either',
    '« {value} » a plus de deux décimales : ce n’est pas une somme d’argent, ou l’export l’a divisée par mille ({column}).',
    '“{value}” has more than two decimals: it is no amount of money, or the export divided it by a thousand ({column}).',
  ),
  ambiguous_amounts: doubt(
    'warning',
    'Rien dans la colonne {column} ne dit si le séparateur marque les milliers ou les décimales : il est lu comme celui des milliers ({value}).',
    'Nothing in the column {column} says whether the separator is for thousands or decimals: it is read as thousands ({value}).',
  ),
  perhaps_thousands: doubt(
    'warning',
    '« {value} » a trois décimales, ce que nul autre montant de la colonne {column} n’a : le séparateur est lu comme celui des décimales, et peut être celui des milliers.',
    '“{value}” has three decimals, as no other amount of the column {column} has: the separator is read as that of decimals, and may be that of thousands.',
  ),
  code_of_words: doubt(
    'warning',
    'Le code client « {value} » est fait de mots, alors que les autres ont des chiffres : cette ligne n’est peut-être pas un client (titre, pied de page, commentaire).',
    'The client’s code “{value}” is of words, though the others have digits: this line may be no client (a heading, the foot of a page, a comment).',
  ),
  perhaps_total: doubt(
    'warning',
    'La ligne « {value} » a pour montant la somme des lignes qui la précèdent : c’est peut-être un total de l’édition, et il est compté comme une écriture. Retirez les totaux de l’export.',
    'The line “{value}” has the sum of the lines before it as its amount: it may be a total of the listing, and it is counted as an entry. Leave totals out of the export.',
  ),
  perhaps_cut: doubt(
    'warning',
    'Le fichier s’arrête sans fin de ligne, et le dernier montant ({value}, {column}) a moins de décimales que tous les autres : la ligne est peut-être coupée.',
    'The file ends without a line end, and its last amount ({value}, {column}) has fewer decimals than all others: the line may be cut.',
  ),
  total_differs: doubt(
    'warning',
    'Le total que donne le fichier diffère de la somme de ses lignes ({column}, total du fichier ≠ somme lue) : {value}. Une ligne manque peut-être, ou est mal lue.',
    'The total that the file gives differs from the sum of its lines ({column}, the file’s total ≠ the sum read): {value}. A line may be missing, or read wrong.',
  ),
  count_differs: doubt(
    'warning',
    'Le nombre de lignes que donne le fichier diffère de ce qu’il contient (ligne du fichier ≠ écritures lues) : {value}. Des lignes manquent peut-être.',
    'The number of lines that the file gives differs from what it holds (the file’s line ≠ entries read): {value}. Lines may be missing.',
  ),
  fec_unbalanced: doubt(
    'warning',
    'Le FEC n’est pas équilibré (débits ≠ crédits, toutes lignes confondues) : {value}. Il est incomplet ou abîmé.',
    'The FEC does not balance (debits ≠ credits, over all its lines): {value}. It is incomplete or damaged.',
  ),
  zero_amount: doubt('warning', 'Le montant de l’écriture est nul.', 'The amount of the entry is zero.'),
  debit_and_credit: entry(
    'rejection',
    'L’écriture a un débit et un crédit à la fois.',
    'The entry has both a debit and a credit.',
  ),
  invalid_side: entry(
    'rejection',
    '« {value} » n’est pas un sens : D, C, Débit, Crédit, +, -, 0, 1 ou -1 sont attendus.',
    '“{value}” is not a side: D, C, debit, credit, +, -, 0, 1 or -1 is expected.',
  ),
  ambiguous_side: doubt(
    'warning',
    'La colonne de sens ne dit pas elle-même ce que ses chiffres veulent dire : ils sont lus ainsi : {value}.',
    'The side column does not tell what its digits mean: they are read as {value}.',
  ),
  negative_credits: doubt(
    'warning',
    'Les crédits du fichier sont négatifs, tous ou presque : leur signe est compris comme une répétition du sens, ils restent des crédits.',
    'The credits of the file are negative, all or nearly all: their sign is taken to repeat the side, they stay credits.',
  ),
  mixed_credits: doubt(
    'warning',
    'Beaucoup de crédits du fichier sont négatifs, et d’autres positifs : les négatifs sont lus comme des crédits repris, donc des sommes dues.',
    'Many credits of the file are negative, and others positive: the negative ones are read as credits taken back, that is as owed.',
  ),
  negative_debits: doubt(
    'warning',
    'Les débits du fichier sont négatifs, tous ou presque : leur signe est compris comme une répétition du sens, ils restent des débits.',
    'The debits of the file are negative, all or nearly all: their sign is taken to repeat the side, they stay debits.',
  ),
  only_negative_debits: doubt(
    'warning',
    'Les seuls débits du fichier sont négatifs : ils sont lus comme des avoirs, qui diminuent la somme due.',
    'The only debits of the file are negative: they are read as credit notes, which lower what is owed.',
  ),
  side_by_values: entry(
    'warning',
    'La colonne « {column} » est lue comme le sens des montants : ses valeurs le nomment.',
    'The column “{column}” is read as the side of the amounts: its values name it.',
  ),
  unsigned_amounts: doubt(
    'warning',
    'Aucun montant n’est négatif, et une colonne qui n’est pas reprise pourrait en donner le sens ({value}) : tous sont comptés comme des sommes dues. Si c’est le sens, indiquez cette colonne dans la correspondance (side).',
    'No amount is negative, and a column that is not used might give the side ({value}): all are counted as owed. If it is the side, name this column in the mapping (side).',
  ),
  unread_payment: doubt(
    'warning',
    'La colonne « {column} » dit que tout ou partie est payé (« {value} »), et le fichier n’a ni solde ni lettrage : le montant entier reste dû. Ajoutez le reste dû à l’export (solde).',
    'The column “{column}” says that it is paid, or part of it (“{value}”), and the file has neither balances nor letters: the whole amount stays owed. Add what is left to pay to the export (balance).',
  ),
  unsigned_credits: doubt(
    'warning',
    'Aucun montant n’est négatif, alors que des lignes parlent d’avoirs ou de règlements (« {value} ») : tous sont comptés comme des sommes dues. Ajoutez le sens à l’export, ou le débit et le crédit.',
    'No amount is negative, though lines speak of credit notes or payments (“{value}”): all are counted as owed. Add the side to the export, or debit and credit.',
  ),
  credit_by_type: doubt(
    'warning',
    'Aucun montant du fichier n’est négatif : un avoir ou un règlement (« {value} ») est donc déduit de la somme due, d’après son type.',
    'No amount of the file is negative: so a credit note or a payment (“{value}”) is taken off what is owed, by its type.',
  ),
  positive_credit: doubt(
    'warning',
    'Un avoir ou un règlement a un montant positif (« {value} ») : il est compté comme une somme due. Si l’export ne signe pas ses montants, ajoutez-y le sens, ou le débit et le crédit.',
    'A credit note or a payment has a positive amount (“{value}”): it is counted as owed. If the export does not sign its amounts, add the side to it, or debit and credit.',
  ),
  balance_inconsistent: doubt(
    'warning',
    'Le solde « {value} » dépasse le montant de l’écriture ou est de signe contraire : il n’est pas repris.',
    'The balance “{value}” exceeds the amount of the entry or has the opposite sign: it is left out.',
  ),
  letter_flags: doubt(
    'warning',
    'La colonne de lettrage dit seulement oui ou non, sans code : les écritures « non » sont ouvertes, les « oui » soldées si leur somme est nulle par compte.',
    'The column of matching codes says but yes or no: entries with “no” are open, those with “yes” settled if they add up to zero by account.',
  ),
  running_balance: doubt(
    'warning',
    'La colonne {column} n’est pas un reste à payer : ses montants dépassent ceux des écritures ou sont de signe contraire, comme ceux d’un solde progressif. Elle n’est pas reprise.',
    'The column {column} is not what is left to pay: its amounts exceed those of the entries or have the opposite sign, as those of a running balance do. It is left out.',
  ),
  empty_balance: doubt(
    'warning',
    'Le solde est vide, alors que d’autres lignes en ont un : il est lu comme zéro, et l’écriture comme soldée.',
    'The balance is empty, though other lines have one: it is read as zero, and the entry as settled.',
  ),
  balance_without_figures: doubt(
    'warning',
    'La colonne {column} ne contient que des tirets, aucun chiffre : elle n’est pas reprise.',
    'The column {column} holds nothing but dashes, no figure: it is left out.',
  ),
  negative_credit_limit: doubt(
    'warning',
    'L’encours autorisé « {value} » est négatif : il n’est pas repris.',
    'The credit limit “{value}” is negative: it is left out.',
  ),
  invalid_date: doubt('either', '« {value} » n’est pas une date ({column}).', '“{value}” is not a date ({column}).'),
  date_out_of_range: doubt(
    'either',
    'La date « {value} » ({column}) est invraisemblable : avant 1990, ou trop loin dans l’avenir.',
    'The date “{value}” ({column}) is implausible: before 1990, or too far in the future.',
  ),
  ambiguous_dates: doubt(
    'warning',
    'Une date de la colonne {column} peut se lire de plusieurs façons, et rien dans le fichier ne tranche : {value}.',
    'A date of the column {column} can be read in several ways, and nothing in the file decides: {value}.',
  ),
  mixed_date_orders: doubt(
    'warning',
    'Les colonnes de dates du fichier ne suivent pas le même ordre : {column} est lue {value}.',
    'The date columns of the file do not follow the same order: {column} is read as {value}.',
  ),
  swapped_dates: doubt(
    'warning',
    'Un tableur a interverti le jour et le mois des dates de la colonne {column} dont le jour va de 1 à 12 : ils sont remis en place ({value}).',
    'A spreadsheet swapped day and month of those dates of the column {column} whose day is 1 to 12: they are put back ({value}).',
  ),
  perhaps_swapped_dates: doubt(
    'warning',
    'Dans la colonne {column}, un tableur a peut-être interverti le jour et le mois : {value}.',
    'A spreadsheet may have swapped day and month in column {column}: {value}.',
  ),
  perhaps_cents: doubt(
    'warning',
    'Aucun montant n’a de centimes, et peu sont des multiples de cinq : l’export compte peut-être en centimes ({value}). Vérifiez le total.',
    'No amount has cents, and few are multiples of five: the export may count in cents ({value}). Compare the total.',
  ),
  perhaps_from_1904: doubt(
    'warning',
    'La dernière écriture date de quatre ans : le tableur compte peut-être ses jours depuis 1904 sans le dire ({value}).',
    'The last entry is four years old: the spreadsheet may count its days from 1904 without saying so ({value}).',
  ),
  evening_before: entry(
    'warning',
    'Les dates de la colonne {column} sont écrites en temps universel, à 22 h ou 23 h la veille : le jour suivant est retenu ({value}).',
    'The dates of the column {column} are written in universal time, at 22:00 or 23:00 of the evening before: the day that follows is taken ({value}).',
  ),
  evening_unclear: doubt(
    'warning',
    'L’heure d’une date de la colonne {column} ne dit pas si ce jour ou le suivant est voulu : {value}.',
    'The time of a date of the column {column} does not say whether that day or the next is meant: {value}.',
  ),
  unlikely_due_date: doubt(
    'warning',
    'L’échéance « {value} » n’en est pas une (date convenue pour « aucune », ou à des années de l’écriture) : elle n’est pas reprise, et déduite du délai du client.',
    'The due date “{value}” is none (a date that stands for “none”, or years away from the entry): it is left out, and derived from the client’s terms.',
  ),
  due_far_after_entry: doubt(
    'warning',
    'L’échéance « {value} » est à plus de six ans de l’écriture.',
    'The due date “{value}” is over six years after the entry.',
  ),
  unlikely_entry_date: doubt(
    'warning',
    'La date « {value} » ({column}) est de celles qu’un logiciel écrit faute d’en connaître une.',
    'The date “{value}” ({column}) is one that software writes for want of another.',
  ),
  due_before_entry: doubt(
    'warning',
    'L’échéance « {value} » précède la date de l’écriture.',
    'The due date “{value}” is before the date of the entry.',
  ),
  unknown_entry_type: doubt(
    'warning',
    'Le type d’écriture « {value} » n’est pas connu : il est déduit du montant (débit ou positif : facture, crédit ou négatif : règlement).',
    'The entry type “{value}” is not known: it is taken from the amount (debit or positive: invoice, credit or negative: payment).',
  ),
  empty_entry_id: entry(
    'warning',
    'Écriture sans identifiant : elle est reconnue à son client, son journal, sa pièce, son échéance et son type.',
    'Entry without an id: it is known by its client, journal, document, due date and type.',
  ),
  invalid_bool: entry(
    'warning',
    '« {value} » n’est ni oui ni non ({column}) : la valeur n’est pas reprise.',
    '“{value}” is neither yes nor no ({column}): the value is left out.',
  ),
  invalid_days: doubt(
    'warning',
    '« {value} » n’est pas un nombre de jours entre 0 et 365 ({column}) : la valeur n’est pas reprise.',
    '“{value}” is not a number of days from 0 to 365 ({column}): the value is left out.',
  ),
  unknown_country: entry(
    'warning',
    'Le pays « {value} » n’est pas connu : il n’est pas repris.',
    'The country “{value}” is not known: it is left out.',
  ),
  unknown_language: entry(
    'warning',
    'La langue « {value} » n’est pas connue : elle n’est pas reprise.',
    'The language “{value}” is not known: it is left out.',
  ),
  unknown_currency: doubt(
    'warning',
    'La devise « {value} » n’est pas connue : EUR est retenu.',
    'The currency “{value}” is not known: EUR is taken.',
  ),
  codes_without_zeros: entry(
    'warning',
    'Toutes les valeurs de {column} finissent par « ,0 », comme un logiciel écrit des nombres : elles sont lues sans ({value}).',
    'All values of {column} end in “.0”, as a program writes numbers: they are read without it ({value}).',
  ),
  some_codes_without_zeros: doubt(
    'warning',
    'Des valeurs de {column} finissent par « ,0 », comme un logiciel écrit des nombres, et d’autres non : elles sont lues sans ({value}).',
    'Some values of {column} end in “.0”, as a program writes numbers, and others do not: they are read without it ({value}).',
  ),
  completed_number: doubt(
    'warning',
    '« {value} » ({column}) a perdu son zéro initial, si le client est en France : il lui est rendu. Le fichier ne dit pas le pays.',
    '“{value}” ({column}) has lost its first zero, if the client is in France: it is given back. The file does not say the country.',
  ),
  short_number: doubt(
    'warning',
    '« {value} » ({column}) a peut-être perdu son zéro initial : le fichier ne dit pas le pays, et la valeur est reprise telle quelle.',
    '“{value}” ({column}) may have lost its first zero: the file does not say the country, and the value is kept as it is.',
  ),
  invalid_siret: entry(
    'warning',
    '« {value} » n’est pas un SIREN ou un SIRET valable (clé de contrôle).',
    '“{value}” is not a valid SIREN or SIRET (check digit).',
  ),
  invalid_vat_number: entry(
    'warning',
    '« {value} » n’a pas la forme d’un numéro de TVA intracommunautaire.',
    '“{value}” does not have the form of a VAT number.',
  ),
  invalid_email: entry('either', '« {value} » n’est pas une adresse e-mail.', '“{value}” is not an e-mail address.'),
  account_not_411: entry(
    'warning',
    'Le compte « {value} » n’est pas un compte client (411).',
    'The account “{value}” is not a customers’ account (411).',
  ),
  invalid_document_ref: entry(
    'warning',
    '« {value} » n’est ni un nom de fichier ni une adresse https : la valeur n’est pas reprise.',
    '“{value}” is neither a file name nor an https address: the value is left out.',
  ),
  no_identity: entry(
    'rejection',
    'Le contact n’a ni nom ni adresse e-mail.',
    'The contact has neither a name nor an e-mail address.',
  ),

  // of what a file speaks
  other_company: doubt(
    'rejection',
    'Ce fichier est réservé à une société et cette ligne en nomme une autre : « {value} ».',
    'This file is reserved for one company and this line names another: “{value}”.',
  ),
  outside_scope: doubt(
    'warning',
    'La colonne {column} contient « {value} », hors de la portée fixée pour ce fichier : la ligne est reprise, mais elle ne sera jamais présumée soldée quand ce fichier ne la contiendra plus.',
    'Column {column} holds “{value}”, outside the scope fixed for this file: the line is imported, but it will never be presumed settled when this file no longer holds it.',
  ),
  company_absent: doubt(
    'warning',
    'La société « {value} » était dans le dernier envoi et n’est pas dans celui-ci, alors qu’elle a des écritures ouvertes : elles restent ouvertes. Si elles sont réglées, fixez la portée de ce fichier à toutes les sociétés.',
    'The company “{value}” was in the last delivery and is not in this one, though it has open entries: they stay open. If they are paid, fix the scope of this file to all companies.',
  ),
  too_many_companies: doubt(
    'warning',
    'La colonne des sociétés contient plus de 1 000 valeurs différentes : aucune ligne n’est présumée soldée. Est-ce la bonne colonne ?',
    'The column of companies holds more than 1,000 different values: no line is presumed settled. Is it the right column?',
  ),
  // two exercises together
  carried_forward: entry(
    'warning',
    'Écriture d’un exercice antérieur, que les à-nouveaux de l’exercice suivant reprennent : elle n’est pas comptée deux fois.',
    'Entry of an earlier exercise, which the next one carries forward: it is not counted twice.',
  ),
  carried_forward_differs: doubt(
    'warning',
    'Les à-nouveaux du client « {value} » ne font pas le solde de l’exercice antérieur : seuls les à-nouveaux sont repris. À rapprocher.',
    'What is carried forward for the client “{value}” is not the balance of the earlier exercise: only the former is imported. Compare them.',
  ),
  not_carried_forward: doubt(
    'warning',
    'Le client « {value} » n’a pas d’à-nouveaux, alors que l’exercice antérieur laisse un solde : les écritures de celui-ci sont reprises. À rapprocher.',
    'Nothing is carried forward for the client “{value}”, though the earlier exercise leaves a balance: its entries are imported. Compare them.',
  ),
  // what other rows say
  unknown_client: entry(
    'rejection',
    'Le client « {value} » n’existe ni dans le fichier clients ni en base.',
    'The client “{value}” exists neither in the clients file nor in the database.',
  ),
  likely_client: doubt(
    'warning',
    'Un client inconnu ne diffère d’un client connu que par des zéros ou par la casse ({value}) : un tableur a-t-il changé les codes ?',
    'An unknown client differs from a known one by zeros or by case alone ({value}): has a spreadsheet changed the codes?',
  ),
  duplicate_key: entry(
    'rejection',
    'Une ligne précédente a le même identifiant et un contenu différent : seule la première est reprise.',
    'An earlier line has the same identity and another content: only the first is kept.',
  ),
  duplicate_row: entry(
    'warning',
    'Ligne répétée à l’identique : une seule est reprise.',
    'Line repeated word for word: one is kept.',
  ),
  repeated_entry: doubt(
    'warning',
    'Écriture sans identifiant, répétée à l’identique : une seule est reprise. Si ce sont deux opérations, ajoutez un identifiant à l’export.',
    'Entry without an id, repeated word for word: one is kept. If there are two operations, add an id to the export.',
  ),
  unknown_parent: entry(
    'warning',
    'La maison mère « {value} » n’existe ni dans le fichier ni en base.',
    'The parent “{value}” exists neither in the file nor in the database.',
  ),
  parent_cycle: entry(
    'warning',
    'Le client « {value} » est, de maison mère en maison mère, la sienne.',
    'The client “{value}” is, parent by parent, its own.',
  ),
  several_main_contacts: entry(
    'warning',
    'Le client « {value} » a plusieurs contacts principaux.',
    'The client “{value}” has several main contacts.',
  ),
  kept_open: doubt(
    'warning',
    'Le fichier ne contient plus cette ligne enregistrée, mais une ligne refusée la désigne, ou pourrait la désigner : elle reste ouverte.',
    'The file no longer holds this stored line, but a refused line names it, or might: it stays open.',
  ),
} as const satisfies Record<string, FindingEntry>;

export type FindingCode = keyof typeof findings;

export const isFindingCode = (code: string): code is FindingCode => Object.hasOwn(findings, code);

/** Whether a remark is one beside which nobody may hear that all is well; a code from another version is, to be sure. */
export const isDoubt = (code: string): boolean => !isFindingCode(code) || findings[code].doubt;

/** How many of these remarks are doubts: what an outcome says beside its counts. */
export const doubtsAmong = (remarks: readonly { code: string }[]): number =>
  remarks.filter(({ code }) => isDoubt(code)).length;

/** Doubts first; otherwise in the order given. */
export const doubtsFirst = <T extends { code: string }>(remarks: readonly T[]): T[] =>
  remarks.toSorted((a, b) => Number(isDoubt(b.code)) - Number(isDoubt(a.code)));

/** What a column is called, for people. */
export function columnLabel(name: string, language: Language): string {
  const column = [...Object.values(columns).flat(), ...fecColumns].find((column) => column.name === name);
  return column?.[language] ?? name;
}

/** The text of a finding; a code that is not known, from an older version, is shown as it is. */
export function findingText(
  code: string,
  language: Language,
  { column, value }: { column: string | null; value: string | null },
): string {
  if (!isFindingCode(code)) return code;
  return fill(findings[code][language], {
    column: column === null ? '' : columnLabel(column, language),
    value: value ?? '',
  });
}
