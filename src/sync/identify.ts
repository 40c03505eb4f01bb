import { createHash } from 'node:crypto';
import type { Database } from '../db/client.ts';
import { noteIdentity, type UploadFacts } from '../db/queries/uploads/to-import.ts';
import { ArrivageError, because, type Because } from '../errors.ts';
import { datasetByMapping, liesBeside } from '../intake/by-name.ts';
import { besideByName } from '../model/beside.ts';
import type { Connector } from '../model/connector.ts';
import type { Dataset } from '../model/dataset.ts';
import type { VersionedMapping } from '../model/mapping.ts';
import type { Identity, StoredIdentity } from '../model/identity.ts';
import type { TenantId } from '../model/tenant.ts';
import { datasetByRule } from '../pull/choose.ts';
import { baseName } from '../model/virtual-path.ts';
import type { Committed } from '../spool/spool.ts';
import { isFilesFault, reasonOf } from './file-fault.ts';
import { identifyingVersion } from '../reader/reading-version.ts';
import type { Reader } from '../reader/reader.ts';

/** What tells a tenant's files by their names. */
export interface Naming {
  mappings: VersionedMapping[];
  /** The rules of the tenant's connector: they tell what was fetched. */
  rules: Connector['files'];
}

type Asked = Pick<UploadFacts, 'id' | 'path' | 'size' | 'door' | 'identity'>;

/** Cut off once `signal` is aborted: two hundred files that take long to tell would keep the worker from stopping. */
export type Identify = (
  reader: Reader,
  tenant: TenantId,
  upload: Asked,
  naming: Naming,
  signal: AbortSignal,
) => Promise<Identity>;

const nothing = () => Promise.resolve();

/**
 * Asks the parsing thread what uploads hold, once, and keeps it with them: their bytes never change. Those that wait for
 * others are asked about at each arrival.
 */
export function createIdentifier(committed: Pick<Committed, 'path'>, { sql }: Pick<Database, 'sql'>): Identify {
  const version = identifyingVersion();
  return async (reader, tenant, upload, { mappings, rules }, signal) => {
    const rule = upload.door === 'pull' ? datasetByRule(baseName(upload.path), rules) : undefined;
    const versions = mappings.map((mapping) => [mapping.dataset, mapping.version]);
    const by = hashOf([version, upload.path, versions, rule]);
    if (upload.identity?.by === by) return identityOf(upload.identity);
    const found = await look(reader, tenant, upload, { mappings, rule, signal });
    await noteIdentity(sql, tenant, upload.id, { ...found, by });
    return found;
  };

  async function look(
    reader: Reader,
    tenant: TenantId,
    upload: Asked,
    { mappings, rule, signal }: { mappings: VersionedMapping[]; rule: Dataset | undefined; signal: AbortSignal },
  ): Promise<Identity> {
    const beside = (rule ?? datasetByMapping(baseName(upload.path), mappings)) ? undefined : besideByName(upload.path);
    if (beside) return ignored(because(beside));
    const file = { path: committed.path(tenant, upload.id), name: baseName(upload.path), size: upload.size };
    try {
      const task = { kind: 'identify', file, mappings, ...(rule && { rule }) } as const;
      const sink = { opened: nothing, chunk: nothing, progress: () => undefined };
      const { content, header } = await reader.run(task, sink, signal);
      if (content !== 'unknown') return { content, quarantine: null };
      if (liesBeside(file.name, 'unrecognised')) return ignored(because('log_or_note'));
      const seen = header.filter((cell) => cell.trim() !== '').join(', ') || '—';
      return { content, quarantine: reasonOf(new ArrivageError('unrecognised', { seen: seen.slice(0, 500) })) };
    } catch (error) {
      if (!isFilesFault(error)) throw error;
      if (rule || datasetByMapping(file.name, mappings) || !liesBeside(file.name, error.code))
        return { content: 'unknown', quarantine: reasonOf(error) };
      return ignored(error.params.why ?? because('end_marker'));
    }
  }
}

const identityOf = ({ content, quarantine }: StoredIdentity): Identity => ({ content, quarantine });

const hashOf = (facts: unknown): string => createHash('sha256').update(JSON.stringify(facts)).digest('hex');

const ignored = (why: Because): Identity => ({
  content: 'ignored',
  quarantine: reasonOf(new ArrivageError('beside_export', { why })),
});
