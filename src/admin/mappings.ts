import type { Db, Tx } from '../db/client.ts';
import { currentMappings, setMapping as storeMapping } from '../db/queries/tenants/mappings.ts';
import { inTurn } from '../db/queries/tenants/tenants.ts';
import { ArrivageError, verbatim } from '../errors.ts';
import { strangeColumns, strangeScope } from '../intake/mapping-input.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Mapping, VersionedMapping } from '../model/mapping.ts';
import type { TenantId } from '../model/tenant.ts';
import { audited, type Admin, type Precondition } from './admin.ts';

/** A mapping that names what its dataset has not. */
export class StrangeMapping extends ArrivageError {
  /** Columns that there are not, and those that there are. */
  readonly strange: string[];
  readonly known: string[];
  /** The place of the first scope that only entries could have; -1: none. */
  readonly scope: number;

  constructor(mapping: Mapping, dataset: Dataset) {
    const { strange, known } = strangeColumns(mapping, dataset);
    super('invalid_request', { why: verbatim(strange.join(', ')) });
    this.strange = strange;
    this.known = known;
    this.scope = mapping.scopes?.findIndex((scope) => strangeScope(scope, dataset)) ?? -1;
  }
}

/** @throws StrangeMapping */
export function refuseStrange(mapping: Mapping, dataset: Dataset): void {
  const found = new StrangeMapping(mapping, dataset);
  if (found.strange.length > 0 || found.scope >= 0) throw found;
}

/** The mapping of a dataset; of version 0 where none was ever set. */
export async function mappingInForce(db: Db | Tx, tenant: TenantId, dataset: Dataset): Promise<VersionedMapping> {
  const found = (await currentMappings(db, tenant)).find((mapping) => mapping.dataset === dataset);
  return found ?? { dataset, version: 0 };
}

/** Puts a mapping in force for the files to come. @throws StrangeMapping; what the precondition throws */
export async function setMapping(
  admin: Admin,
  tenant: TenantId,
  dataset: Dataset,
  mapping: Mapping,
  precondition?: Precondition<VersionedMapping>,
): Promise<VersionedMapping> {
  refuseStrange(mapping, dataset);
  return inTurn(admin.database.db, tenant, async (tx) => {
    precondition?.(await mappingInForce(tx, tenant, dataset));
    const made = await storeMapping(tx, tenant, dataset, mapping);
    await audited(admin, tx, tenant, 'mapping.set', { dataset, version: made.version });
    return made;
  });
}
