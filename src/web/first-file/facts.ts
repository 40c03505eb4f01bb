import type { PreviewShape } from '../../api/routes/previews.ts';
import type { RejectionShape } from '../../api/routes/sync-outcome.ts';
import type { SyncShape } from '../../api/contract/sync-schema.ts';
import type { UploadShape } from '../../api/routes/uploads.ts';
import { boundedMap } from '../../base/bounded-map.ts';
import { ask, Refused, type Problem } from '../ask.ts';
import type { WebContext } from '../context.ts';
import { readerOf } from '../reader.ts';
import { sumOf } from '../sync/sum.ts';
import type { Reader } from '../frame/parts.tsx';

/** What is shown of a file before anybody looks at its columns. */
export interface Look {
  dataset: PreviewShape['dataset'];
  identified: PreviewShape['identified'];
  known: number;
  all: number;
  missing: number;
  refusal: PreviewShape['refusal'];
  format: PreviewShape['format'];
}

export interface SeenUpload {
  upload: UploadShape;
  /** Undefined: not now. */
  look: Look | Problem | undefined;
}

export interface FirstFileFacts {
  uploads: readonly SeenUpload[];
  /** Not shown. */
  more: number;
  trial: SyncShape | undefined;
  rejections: readonly RejectionShape[];
  reader: Reader;
  /** What was refused just now. */
  wrong?: readonly string[];
  /** What went well beside it. */
  taken?: number;
}

/** A look at each costs a thread some tenths of a second. */
const MOST_LOOKS = 8;
const REMEMBERED = 200;

/** Looks at files, each once: their bytes never change, so only another mapping, or language, makes another look. */
export function openLooks() {
  const seen = boundedMap<string, Look | Problem>(REMEMBERED);

  async function lookAt(c: WebContext, upload: string, mappings: string): Promise<Look | Problem | undefined> {
    const { id } = c.var.tenant;
    const key = JSON.stringify([id, upload, mappings, c.var.language]);
    const known = seen.get(key);
    if (known) return known;
    try {
      const found = lookOf(await ask<PreviewShape>(c, `/tenants/${id}/uploads/${upload}/preview`));
      seen.set(key, found);
      return found;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.problem.status >= 500 || error.problem.status === 429) return undefined;
      seen.set(key, error.problem);
      return error.problem;
    }
  }

  /** One after another: an owner has one thread. */
  return async (c: WebContext, uploads: readonly UploadShape[]): Promise<SeenUpload[]> => {
    if (uploads.length === 0) return [];
    const { items } = await ask<{ items: { dataset: string; version: number }[] }>(
      c,
      `/tenants/${c.var.tenant.id}/mappings`,
    );
    const versions = items.map(({ dataset, version }) => `${dataset} ${version}`).join();
    const found: SeenUpload[] = [];
    for (const upload of uploads) found.push({ upload, look: await lookAt(c, upload.id, versions) });
    return found;
  };
}

export type Looks = ReturnType<typeof openLooks>;

const lookOf = ({ dataset, identified, columns, missing, refusal, format }: PreviewShape): Look => ({
  ...{ dataset, identified, refusal, format, missing: missing.length },
  known: Object.keys(columns).length,
  all: format.header.filter((text) => text.trim() !== '').length,
});

export const isLook = (found: Look | Problem | undefined): found is Look => found !== undefined && 'known' in found;

/** What can still be tried or imported: the latest of each name, as long as its bytes are there. */
function inQuestion(uploads: readonly UploadShape[], state: string): UploadShape[] {
  const open = ['waiting', 'unrecognised', 'quarantined', ...(state === 'validation' ? ['gathered'] : [])];
  const names = new Set<string>();
  return uploads.filter(({ path, state: of, purgedAt }) => {
    const isLatest = !names.has(path);
    names.add(path);
    return isLatest && purgedAt === null && open.includes(of);
  });
}

export async function factsOf(c: WebContext, looks: Looks): Promise<FirstFileFacts> {
  const { id, state } = c.var.tenant;
  const [uploads, syncs] = await Promise.all([
    ask<{ items: UploadShape[] }>(c, `/tenants/${id}/uploads?limit=50`),
    ask<{ items: SyncShape[] }>(c, `/tenants/${id}/syncs?limit=1`),
  ]);
  const [trial] = syncs.items;
  const asked = inQuestion(uploads.items, state);
  const isOver = trial !== undefined && trial.finishedAt !== null;
  const [seen, rejections] = await Promise.all([
    looks(c, asked.slice(0, MOST_LOOKS)),
    isOver ? ask<{ items: RejectionShape[] }>(c, `/syncs/${trial.id}/rejections?limit=200`) : { items: [] },
  ]);
  return {
    ...{ uploads: seen, more: asked.length - seen.length, trial, rejections: rejections.items },
    reader: readerOf(c),
  };
}

/** Lines that the import would store, and those that it would refuse. */
export const linesOf = (sync: SyncShape): { stored: number; refused: number } => ({
  stored: sumOf(sync, ({ inserted, updated, unchanged }) => inserted + updated + unchanged),
  refused: sumOf(sync, ({ rejected }) => rejected),
});
