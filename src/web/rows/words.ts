import type { Language } from '../../model/tenant.ts';

const en = {
  search: 'Search',
  searchIn: { clients: 'Code or name', ecritures: 'Piece or label', contacts: 'Name or e-mail' },
  client: 'Client',
  status: 'Status',
  statuses: { '': 'All', open: 'Open', settled: 'Settled', settled_presumed: 'Presumed settled' },
  overdue: 'Overdue only',
  show: 'Show',
  clear: 'Clear the filters',
  none: 'No row.',
  noneYet: 'No row is stored yet. In validation, trials store nothing.',
  csv: 'All as CSV',
};

const fr: typeof en = {
  search: 'Rechercher',
  searchIn: { clients: 'Code ou nom', ecritures: 'Pièce ou libellé', contacts: 'Nom ou e-mail' },
  client: 'Client',
  status: 'Statut',
  statuses: { '': 'Tous', open: 'Ouvertes', settled: 'Soldées', settled_presumed: 'Présumées soldées' },
  overdue: 'En retard seulement',
  show: 'Afficher',
  clear: 'Effacer les filtres',
  none: 'Aucune ligne.',
  noneYet: 'Aucune ligne n’est encore enregistrée. En validation, les essais n’enregistrent rien.',
  csv: 'Toutes en CSV',
};

export type RowsWords = typeof en;
export const rowsWords = (language: Language): RowsWords => ({ fr, en })[language];
