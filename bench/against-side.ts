/** One side of `against.ts`: imports by the code of a checkout what it is told to. Arguments: checkout, database, folder. */
import type { Mapping } from '../src/model/mapping.ts';
import { openImporter } from './importer.ts';

export type Order =
  | { do: 'tenant' | 'advance' | 'finish'; tenant: string }
  | { do: 'commit'; tenant: string; name: string; path: string };

export interface Answer {
  /** Seconds of processor time. */
  processor?: number;
  outcomes?: Record<string, unknown>[];
}

const pinned: Mapping = { format: { encoding: 'windows-1252' } };
const [, , checkout = '', url = '', folder = ''] = process.argv;
const importer = await openImporter(checkout, url, folder);

async function answer(order: Order): Promise<Answer> {
  const { tenant } = order;
  if (order.do === 'tenant') await importer.tenant(tenant, pinned);
  else if (order.do === 'commit') await importer.commit(tenant, order.name, order.path);
  else if (order.do === 'advance') return { processor: await importer.advance(tenant) };
  else {
    const outcomes = await importer.outcomes(tenant);
    await importer.empty();
    return { outcomes };
  }
  return {};
}

process.on('message', (order: Order) => {
  answer(order).then(
    (said) => process.send?.(said),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => void importer.close());
process.send?.({});
