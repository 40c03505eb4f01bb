/** The three kinds of data that a tenant sends, in the order in which a sync loads them. */
export const datasets = ['clients', 'contacts', 'ecritures'] as const;
export type Dataset = (typeof datasets)[number];

/** `snapshot`: the file is the whole truth. `delta`: the file holds only what changed. */
export type LoadMode = 'snapshot' | 'delta';

export const defaultMode: Readonly<Record<Dataset, LoadMode>> = {
  clients: 'delta',
  contacts: 'delta',
  ecritures: 'snapshot',
};
