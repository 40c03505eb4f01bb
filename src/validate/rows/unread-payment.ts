import { fold } from '../cells/fold.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { remember } from '../cells/remember.ts';
import type { CellWriter, Row } from './row.ts';
import { Cell, openCell } from '../cells/text.ts';
import { truth } from '../cells/vocabulary.ts';

const folded = (names: string): ReadonlySet<string> => new Set(names.split('|').map(fold));

/** What has been paid, or whether or when something was: a figure, a date or a yes. */
const payments = folded(
  'réglé|réglée|montant réglé|total réglé|déjà réglé|réglé ttc|montant déjà réglé|règlement|règlements|montant règlement|' +
    'montant du règlement|montant des règlements|payé|payée|montant payé|total payé|déjà payé|encaissé|encaissée|montant encaissé|' +
    'acompte|acomptes|acompte versé|acomptes versés|versé|montant versé|acquitté|acquittée|soldée|payé le|payée le|soldé le|' +
    'date d’encaissement|date encaissement|paid|is paid|amount paid|paid amount|total paid|payments|payment amount|' +
    'amount received|received|paid to date|settled|cleared|clearing date',
);
/** Where an entry stands, in words. */
const states = folded(
  'statut|état|status|state|situation|statut facture|statut de la facture|état facture|état de la facture|statut paiement|' +
    'statut de paiement|statut du paiement|état paiement|état de paiement|état du paiement|statut règlement|statut de règlement|' +
    'état règlement|état de règlement|payment status|invoice status|payment state',
);

const figure = /^[-+(€$£\s]*\d/;
const paid =
  /^(?:partiellement |totalement |int[ée]gralement |fully |partially |partly )?(?:pay[ée]e?s?|r[ée]gl[ée]e?s?|sold[ée]e?s?|acquitt[ée]e?s?|encaiss[ée]e?s?|lettr[ée]e?s?|apur[ée]e?s?|paid|settled|cleared|partiel(?:le)?(?:ment)?|partial(?:ly)?)(?!\p{L})/iu;

const saysPaid = remember((text) => paid.test(text) || undefined);
const saysPayment = remember(
  (text) => paid.test(text) || (figure.test(text) ? /[1-9]/.test(text) : truth(text) === true) || undefined,
);

/**
 * Remarks on what is owed by the amount alone where a cell beside it says that it is paid, or partly: of a file that has
 * neither balances nor letters nothing else would lower it. Undefined where no column says such a thing.
 */
export function unreadPayments(match: ColumnMatch, row: Row): CellWriter | undefined {
  const { positions, extras, header } = match;
  if (match.fec || positions.has('balance') || positions.has('letter')) return undefined;
  const said = extras.map(({ position }) => ({ position, name: fold(header[position] ?? '') }));
  const settled = positions.get('settled_date');
  const columns = [
    ...said.filter(({ name }) => payments.has(name)).map(({ position }) => ({ position, says: saysPayment })),
    ...(settled === undefined ? [] : [{ position: settled, says: saysPayment }]),
    ...said.filter(({ name }) => states.has(name)).map(({ position }) => ({ position, says: saysPaid })),
  ];
  if (columns.length === 0) return undefined;
  return (view) => {
    if (row.cents <= 0) return true;
    for (const { position, says } of columns) {
      if (openCell(view, position, row.span) !== Cell.value) continue;
      if (says(view.bytes, row.span.start, row.span.end) === undefined) continue;
      row.warnings.add('unread_payment', header[position] ?? null, view, position);
      break;
    }
    return true;
  };
}
