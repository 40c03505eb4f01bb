import type { TransactionSql } from 'postgres';
import { backTo, setSavepoint } from '../db/savepoint.ts';
import { openCopy, type CopyWriter } from '../load/copy.ts';
import { directColumns, repeatsDirect } from '../load/direct.ts';
import { openRemoved, touchesKept } from '../load/difference.ts';
import type { StagedDataset } from '../load/load.ts';
import { openSpared } from '../load/spared.ts';
import { copyColumns, createStaging, widenStaging } from '../load/staging.ts';
import type { Dataset, LoadMode } from '../model/dataset.ts';
import { scopeOf } from '../model/scope.ts';
import type { Format } from '../model/format.ts';
import type { StagingLayout } from '../model/staging.ts';
import type { TenantId } from '../model/tenant.ts';
import { ofTwoYears } from '../validate/file/openings.ts';
import { mostRuns } from '../validate/columns/verdict.ts';
import type { PlannedFile } from './plan.ts';
import type { Reader } from '../reader/reader.ts';
import type { ScratchFile } from './scratch-file.ts';
import type { Opened, ReadOptions, ReadPlan, ReadResult, Stream } from '../reader/thread-protocol.ts';

export type Stages = ReadonlyMap<Dataset, StagedDataset>;

export interface StageContext {
  tx: TransactionSql;
  reader: Reader;
  rejects: ScratchFile;
  /** Where rows for staging wait meanwhile. */
  rest: ScratchFile;
  signal: AbortSignal;
  tenantId: TenantId;
  options: Pick<ReadOptions, 'tenant' | 'today'>;
  pathOf: (uploadId: string) => string;
  /** Whether an FEC's clients are wanted: not where a clients file comes with it. */
  wantsClients: boolean;
  progress: (bytes: number, rows: number) => void;
}

export interface StagedRead {
  stages: Stages;
  format: Format;
  result: ReadResult;
  /** Rows of clients that an FEC brought; `null` where it is none, or they were not wanted. */
  clients: number | null;
}

/** One read of a file, before it is known to hold. */
interface Attempt extends StagedRead {
  /** How the thread has read it, which may find that the way it was sent is none. */
  way: ReadPlan['kind'];
  /** What was staged and what is in the table already may not stand side by side. */
  conflicts: boolean;
}

type Verdict = { kind: 'sound' } | { kind: 'again'; plan: ReadPlan };

/**
 * Reads one file into staging, whole or not at all: on any failure the transaction stands where it stood before.
 * Where what was read shows that the plan was wrong, it is taken back and the file read again by another.
 * @throws ArrivageError for a file that has to be put aside; anything else for a sync that has to be tried again
 */
export async function stageFile(
  context: StageContext,
  stages: Stages,
  file: PlannedFile,
  first: ReadPlan,
): Promise<StagedRead> {
  const mark = context.rejects.mark();
  await setSavepoint(context.tx, 'file');
  const undo = async () => {
    await backTo(context.tx, 'file');
    await context.rest.cutTo(0);
    await context.rejects.cutTo(mark);
  };
  let plan = first;
  for (let decided = 0; ;) {
    const read = await attempt(context, stages, file, plan).catch(async (error: unknown) => {
      await undo();
      throw error;
    });
    const verdict = judge(file, plan, read, decided < mostRuns - 1);
    if (verdict.kind === 'sound') return read;
    await undo();
    plan = verdict.plan;
    if (plan.kind === 'whole' && plan.decisions) decided++;
  }
}

/**
 * Pure: whether what was staged may stay. A file that was not read whole is read whole if the rest of it cannot be left
 * out; one whose columns were read under a wrong assumption, by what it decides, while it `mayDecide`.
 */
function judge(file: PlannedFile, plan: ReadPlan, read: Attempt, mayDecide: boolean): Verdict {
  const { refuted, decisions } = read.result;
  if (isMisled(file, plan, read)) return { kind: 'again', plan: { kind: 'whole' } };
  return refuted && mayDecide ? { kind: 'again', plan: { kind: 'whole', decisions } } : { kind: 'sound' };
}

function isMisled(file: PlannedFile, plan: ReadPlan, { way, conflicts, result }: Attempt): boolean {
  switch (way) {
    case 'whole':
      return false;
    case 'bulk':
      // Rows that are in their table already cannot be left out any more.
      return conflicts || ofTwoYears(result.openings);
    case 'changedLines':
      return conflicts || result.astray || result.refuted || hasMoved(file, plan, result);
  }
}

/** Where the file speaks of other companies than the baseline, what is gone from it says too little. */
function hasMoved({ fixed }: PlannedFile, plan: ReadPlan, { companies }: ReadResult): boolean {
  const speaks = scopeOf(fixed ?? {}, companies ?? []);
  return plan.kind !== 'changedLines' || JSON.stringify(plan.baseline.scope) !== JSON.stringify(speaks);
}

async function attempt(context: StageContext, stages: Stages, file: PlannedFile, plan: ReadPlan): Promise<Attempt> {
  const { upload, mapping, fixed, fileNo } = file;
  const stager = new FileStager(context, stages, file);
  try {
    const result = await context.reader.run(
      {
        kind: 'read',
        file: { path: context.pathOf(upload.id), name: upload.name, size: upload.size },
        options: { ...context.options, dataset: file.dataset ?? 'ecritures', mapping, fixed, fileNo, plan },
      },
      {
        opened: (what) => stager.open(what),
        chunk: (stream, bytes) => stager.take(stream, bytes),
        progress: context.progress,
      },
      context.signal,
    );
    return await stager.finish(result);
  } catch (error) {
    await stager.abort();
    throw error;
  }
}

/**
 * Where the thread's buffers go: rows straight into a COPY; the rest where it can wait for its turn, since one connection
 * runs one COPY at a time.
 */
class FileStager {
  readonly #context: StageContext;
  readonly #fileNo: number;
  readonly #mode: LoadMode;
  readonly #stages: Map<Dataset, StagedDataset>;
  /** Bounded: 200,000 clients, 250,000 keys, 4 MiB. */
  readonly #waiting = { clients: [] as Uint8Array[], removed: [] as Uint8Array[], spared: [] as Uint8Array[] };
  #opened: Opened | undefined;
  #copy: CopyWriter | undefined;

  constructor(context: StageContext, before: Stages, { fileNo, mode }: PlannedFile) {
    this.#context = context;
    this.#fileNo = fileNo;
    this.#mode = mode;
    this.#stages = new Map(before);
  }

  async open(what: Opened): Promise<void> {
    this.#opened = what;
    const { staging } = await this.#enter(what.layout, this.#mode);
    this.#copy = what.direct
      ? await openCopy(this.#context.tx, staging.target.table, directColumns(what.layout))
      : await openCopy(this.#context.tx, staging.table, copyColumns(what.layout));
  }

  async take(stream: Stream, bytes: Uint8Array): Promise<void> {
    if (stream === 'rows') await this.#copy?.write(bytes);
    else if (stream === 'rest') await this.#context.rest.append(bytes);
    else if (stream === 'rejections') await this.#context.rejects.append(bytes);
    // The thread takes its buffer back.
    else if (stream === 'removed' || stream === 'spared' || (stream === 'clients' && this.#context.wantsClients))
      this.#waiting[stream].push(Uint8Array.from(bytes));
  }

  async finish(result: ReadResult): Promise<Attempt> {
    const { tx, tenantId, wantsClients } = this.#context;
    if (!this.#opened || !this.#copy) throw new Error('a file was read before it was opened');
    const { layout, clientsLayout, format, direct } = this.#opened;
    const { dataset } = layout;
    const way = direct ? 'bulk' : result.kept !== null ? 'changedLines' : 'whole';
    let rows = await this.#copy.end();
    this.#copy = undefined;
    let conflicts = false;
    if (way === 'bulk') {
      this.#note(dataset, { direct: rows });
      rows += await this.#stageRest(layout);
      conflicts = await repeatsDirect(tx, this.#stageOf(dataset).staging, tenantId);
    }
    const travelled = result.accepted - (result.kept ?? 0);
    if (rows !== travelled) throw new Error(`${rows} rows staged of ${travelled} accepted`);
    this.#count(dataset, result.accepted, !result.damaged);
    if (way === 'changedLines') {
      await this.#fill(await openRemoved(tx, this.#stageOf(dataset).staging), this.#waiting.removed);
      this.#note(dataset, { isDifference: true });
      conflicts = await touchesKept(tx, this.#stageOf(dataset).staging, tenantId);
    }
    if (this.#waiting.spared.length > 0) {
      await this.#fill(await openSpared(tx, this.#stageOf(dataset).staging), this.#waiting.spared);
      this.#note(dataset, { hasSpared: true });
    }
    const clients = clientsLayout && wantsClients ? await this.#stageClients(clientsLayout) : null;
    return { stages: this.#stages, format, result, clients, way, conflicts };
  }

  async abort(): Promise<void> {
    await this.#copy?.abort('the file is put aside');
  }

  /** Makes room for a file's rows. */
  async #enter(layout: StagingLayout, as: LoadMode): Promise<StagedDataset> {
    const { tx } = this.#context;
    const known = this.#stages.get(layout.dataset);
    const file = { fileNo: this.#fileNo, layout };
    const staging = known ? await widenStaging(tx, known.staging, file) : await createStaging(tx, [file]);
    const fresh = { staged: new Map(), allowSettle: true, hasSpared: false, isDifference: false, direct: 0, mode: as };
    const stage = { ...fresh, ...known, staging };
    this.#stages.set(layout.dataset, stage);
    return stage;
  }

  async #stageRest(layout: StagingLayout): Promise<number> {
    const { tx, rest } = this.#context;
    const { table } = this.#stageOf(layout.dataset).staging;
    const rows = await this.#fill(await openCopy(tx, table, copyColumns(layout)), rest.read());
    await rest.cutTo(0);
    return rows;
  }

  async #stageClients(layout: StagingLayout): Promise<number> {
    const { staging } = await this.#enter(layout, 'delta');
    const copy = await openCopy(this.#context.tx, staging.table, copyColumns(layout));
    const rows = await this.#fill(copy, this.#waiting.clients);
    this.#count('clients', rows, true);
    return rows;
  }

  async #fill(into: CopyWriter, chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[]): Promise<number> {
    this.#copy = into;
    for await (const chunk of chunks) await into.write(chunk);
    const rows = await into.end();
    this.#copy = undefined;
    return rows;
  }

  #stageOf(dataset: Dataset): StagedDataset {
    const stage = this.#stages.get(dataset);
    if (!stage) throw new Error(`nothing was staged of ${dataset}`);
    return stage;
  }

  #note(dataset: Dataset, facts: Partial<StagedDataset>): void {
    this.#stages.set(dataset, { ...this.#stageOf(dataset), ...facts });
  }

  #count(dataset: Dataset, rows: number, complete: boolean): void {
    const { staged, allowSettle } = this.#stageOf(dataset);
    this.#note(dataset, {
      staged: new Map(staged).set(this.#fileNo, rows),
      allowSettle: allowSettle && complete,
    });
  }
}
