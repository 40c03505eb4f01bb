import { boundedMap } from '../base/bounded-map.ts';
import { ArrivageError, because, type Because } from '../errors.ts';
import { datasetByMapping, liesBeside } from '../intake/by-name.ts';
import { besideByName } from '../model/beside.ts';
import type { Connector } from '../model/connector.ts';
import type { Dataset } from '../model/dataset.ts';
import type { VersionedMapping } from '../model/mapping.ts';
import type { VirtualPath } from '../model/path.ts';
import type { Door, TenantId } from '../model/tenant.ts';
import { datasetByRule } from '../pull/choose.ts';
import { baseName } from '../model/virtual-path.ts';
import type { Committed } from '../spool/spool.ts';
import { isFilesFault, reasonOf } from './file-fault.ts';
import type { PlannedUpload } from './plan.ts';
import type { Reader } from '../reader/reader.ts';

export interface UploadFacts {
  id: string;
  path: VirtualPath;
  size: number;
  door: Door;
}

/** What tells a tenant's files by their names. */
export interface Naming {
  mappings: VersionedMapping[];
  /** The rules of the tenant's connector: they tell what was fetched. */
  rules: Connector['files'];
}

type Identity = Pick<PlannedUpload, 'content' | 'quarantine'>;

/** Cut off once `signal` is aborted: two hundred files that take long to tell would keep the worker from stopping. */
export type Identify = (
  reader: Reader,
  tenant: TenantId,
  upload: UploadFacts,
  naming: Naming,
  signal: AbortSignal,
) => Promise<Identity>;

/** Uploads whose content is remembered: those that wait for others are asked about at each arrival. */
const REMEMBERED = 1_000;

const nothing = () => Promise.resolve();

/** Asks the parsing thread what uploads hold, and remembers it: their bytes never change. */
export function createIdentifier(committed: Pick<Committed, 'path'>): Identify {
  const known = boundedMap<string, Identity>(REMEMBERED);
  return async (reader, tenant, upload, { mappings, rules }, signal) => {
    const rule = upload.door === 'pull' ? datasetByRule(baseName(upload.path), rules) : undefined;
    const versions = mappings.map(({ dataset, version }) => `${dataset}${version}`).join();
    const key = `${upload.id} ${upload.path} ${versions} ${rule ?? ''}`;
    const found = known.get(key) ?? (await look(reader, tenant, upload, { mappings, rule, signal }));
    known.set(key, found);
    return found;
  };

  async function look(
    reader: Reader,
    tenant: TenantId,
    upload: UploadFacts,
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

const ignored = (why: Because): Identity => ({
  content: 'ignored',
  quarantine: reasonOf(new ArrivageError('beside_export', { why })),
});
