import type { TransactionSql } from 'postgres';
import { openCopy, type CopyWriter } from '../load/copy.ts';
import { directColumns, repeatsDirect } from '../load/direct.ts';
import { openRemoved, touchesKept } from '../load/difference.ts';
import { openSpared } from '../load/spared.ts';
import { copyColumns, createStaging, widenStaging, type Staging } from '../load/staging.ts';
import type { Dataset, LoadMode } from '../model/dataset.ts';
import { scopeOf } from '../model/scope.ts';
import type { Format } from '../model/format.ts';
import type { StagingLayout } from '../model/staging.ts';
import type { TenantId } from '../model/tenant.ts';
import type { DirectTarget } from '../validate/rows/direct.ts';
import { ofTwoYears } from '../validate/file/openings.ts';
import { mostRuns } from '../validate/columns/verdict.ts';
import type { PlannedFile } from './plan.ts';
import type { Reader } from '../reader/reader.ts';
import type { ScratchFile } from './scratch-file.ts';
import type { Basis, Opened, ReadOptions, ReadResult, Stream } from '../reader/thread-protocol.ts';

/** What is staged of one dataset, over all files so far. */
interface StagedDataset {
  staging: Staging;
  mode: LoadMode;
  /** File number → rows, as the COPY counted them. */
  staged: ReadonlyMap<number, number>;
  allowSettle: boolean;
  hasSpared: boolean;
  /** Staged is only what differs from the last snapshot. */
  isDifference: boolean;
  /** How many of the rows staged are in the table already. */
  direct: number;
}

export type Stages = ReadonlyMap<Dataset, StagedDataset>;

export interface StageContext {
  tx: TransactionSql;
  reader: Reader;
  rejects: ScratchFile;
  signal: AbortSignal;
  tenantId: TenantId;
  options: Omit<ReadOptions, 'dataset' | 'mapping' | 'fixed' | 'fileNo' | 'decisions' | 'basis'>;
  /** What a file may be compared with. */
  basisOf: (file: PlannedFile) => Promise<Basis | undefined>;
  /** What it takes to copy a file's rows straight into the table, where that is possible. */
  directOf: (file: PlannedFile, stages: Stages) => Promise<DirectTarget | undefined>;
  /** Where rows for staging wait meanwhile. */
  rest: ScratchFile;
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

/** What a file is read with, besides what it is. */
type Hints = Pick<ReadOptions, 'decisions' | 'basis' | 'direct'>;

/**
 * Reads one file into staging, whole or not at all: on any failure the transaction stands where it stood before.
 * A file whose columns turn out to have been read under a wrong assumption is read again; so is one that was
 * compared with the last snapshot, if its other lines cannot be left out.
 * @throws ArrivageError for a file that has to be put aside; anything else for a sync that has to be tried again
 */
export async function stageFile(context: StageContext, stages: Stages, file: PlannedFile): Promise<StagedRead> {
  const basis = await context.basisOf(file);
  const spoke = basis && JSON.stringify(basis.scope);
  const direct = basis ? undefined : await context.directOf(file, stages);
  let read = await attempt(context, stages, file, { ...(basis && { basis }), ...(direct && { direct }) });
  // Of other companies than the basis, what is gone from it says too little.
  const speaks = JSON.stringify(scopeOf(file.fixed ?? {}, read.result.companies ?? []));
  const hasMoved = read.result.kept !== null && speaks !== spoke;
  // Rows that are in their table already cannot be left out any more.
  const isCarried = read.wentStraight && ofTwoYears(read.result.openings);
  if (
    read.clashes ||
    hasMoved ||
    isCarried ||
    read.result.astray ||
    (read.result.refuted && read.result.kept !== null)
  ) {
    await undo(context, read.mark);
    read = await attempt(context, stages, file, {});
  }
  for (let run = 1; read.result.refuted && run < mostRuns; run++) {
    await undo(context, read.mark);
    read = await attempt(context, stages, file, { decisions: read.result.decisions });
  }
  return read;
}

async function undo({ tx, rejects, rest }: StageContext, mark: number): Promise<void> {
  await tx.unsafe('rollback to savepoint file');
  await rest.cutTo(0);
  await rejects.cutTo(mark);
}

async function attempt(
  context: StageContext,
  stages: Stages,
  file: PlannedFile,
  hints: Hints,
): Promise<StagedRead & { mark: number; clashes: boolean; wentStraight: boolean }> {
  const { tx, rejects } = context;
  const mark = rejects.mark();
  await tx.unsafe('savepoint file');
  const intake = createIntake(context, stages, file.fileNo, file.mode);
  try {
    const result = await context.reader.run(
      {
        kind: 'read',
        file: { path: context.pathOf(file.upload.id), name: file.upload.name, size: file.upload.size },
        options: {
          ...context.options,
          dataset: file.dataset ?? 'ecritures',
          mapping: file.mapping,
          fixed: file.fixed,
          fileNo: file.fileNo,
          ...hints,
        },
      },
      { opened: intake.open, chunk: intake.take, progress: context.progress },
      context.signal,
    );
    return { ...(await intake.finish(result)), mark };
  } catch (error) {
    await intake.abort();
    await undo(context, mark);
    throw error;
  }
}

/** Where the thread's buffers go: rows straight into a COPY, the rest where it can wait for its turn. */
function createIntake(context: StageContext, before: Stages, fileNo: number, mode: LoadMode) {
  const stages = new Map(before);
  const clientChunks: Uint8Array[] = [];
  const removedChunks: Uint8Array[] = [];
  const sparedChunks: Uint8Array[] = [];
  let opened: Opened | undefined;
  let copy: CopyWriter | undefined;

  const enter = async (layout: StagingLayout, as: LoadMode, direct: boolean): Promise<CopyWriter> => {
    const known = stages.get(layout.dataset);
    const file = { fileNo, layout };
    const staging = known
      ? await widenStaging(context.tx, known.staging, file)
      : await createStaging(context.tx, [file]);
    const fresh = { staged: new Map(), allowSettle: true, hasSpared: false, isDifference: false, direct: 0, mode: as };
    stages.set(layout.dataset, { ...fresh, ...known, staging });
    return direct
      ? openCopy(context.tx, staging.target.table, directColumns(layout))
      : openCopy(context.tx, staging.table, copyColumns(layout));
  };
  const stageOf = (dataset: Dataset): StagedDataset => {
    const stage = stages.get(dataset);
    if (!stage) throw new Error(`nothing was staged of ${dataset}`);
    return stage;
  };
  const count = (dataset: Dataset, rows: number, complete: boolean) => {
    const stage = stageOf(dataset);
    const staged = new Map(stage.staged).set(fileNo, rows);
    stages.set(dataset, { ...stage, staged, allowSettle: stage.allowSettle && complete });
  };

  return {
    open: async (what: Opened) => {
      opened = what;
      copy = await enter(what.layout, mode, what.direct);
    },
    take: async (stream: Stream, bytes: Uint8Array) => {
      if (stream === 'rows') await copy?.write(bytes);
      else if (stream === 'rest') await context.rest.append(bytes);
      else if (stream === 'rejections') await context.rejects.append(bytes);
      // The thread takes its buffer back, and one connection runs one COPY at a time. Bounded: 200,000 clients, 4 MiB,
      // 250,000 keys.
      else if (stream === 'clients' && context.wantsClients) clientChunks.push(Uint8Array.from(bytes));
      else if (stream === 'spared') sparedChunks.push(Uint8Array.from(bytes));
      else if (stream === 'removed') removedChunks.push(Uint8Array.from(bytes));
    },
    finish: async (result: ReadResult): Promise<StagedRead & { clashes: boolean; wentStraight: boolean }> => {
      if (!opened || !copy) throw new Error('a file was read before it was opened');
      let rows = await copy.end();
      copy = undefined;
      let clashes = false;
      if (opened.direct) {
        rows += await stageRest(opened.layout, rows);
        clashes = await repeatsDirect(context.tx, stageOf(opened.layout.dataset).staging, context.tenantId);
      }
      const travelled = result.accepted - (result.kept ?? 0);
      if (rows !== travelled) throw new Error(`${rows} rows staged of ${travelled} accepted`);
      count(opened.layout.dataset, result.accepted, !result.damaged);
      if (result.kept !== null) clashes = await storeRemoved(opened.layout.dataset);
      if (sparedChunks.length > 0) await storeSpared(opened.layout.dataset);
      const clients = opened.clientsLayout && context.wantsClients ? await stageClients(opened.clientsLayout) : null;
      return { stages, format: opened.format, result, clients, clashes, wentStraight: opened.direct };
    },
    abort: async () => copy?.abort('the file is put aside'),
  };

  async function storeSpared(dataset: Dataset): Promise<void> {
    const stage = stageOf(dataset);
    await fill(await openSpared(context.tx, stage.staging), sparedChunks);
    stages.set(dataset, { ...stage, hasSpared: true });
  }

  async function stageRest(layout: StagingLayout, direct: number): Promise<number> {
    const stage = stageOf(layout.dataset);
    stages.set(layout.dataset, { ...stage, direct });
    const { rest } = context;
    const rows = await fill(await openCopy(context.tx, stage.staging.table, copyColumns(layout)), rest.read());
    await rest.cutTo(0);
    return rows;
  }

  /** @returns whether staged rows concern others than those that were removed */
  async function storeRemoved(dataset: Dataset): Promise<boolean> {
    const stage = stageOf(dataset);
    await fill(await openRemoved(context.tx, stage.staging), removedChunks);
    stages.set(dataset, { ...stage, isDifference: true });
    return touchesKept(context.tx, stage.staging, context.tenantId);
  }

  async function stageClients(layout: StagingLayout): Promise<number> {
    const rows = await fill(await enter(layout, 'delta', false), clientChunks);
    count('clients', rows, true);
    return rows;
  }

  async function fill(into: CopyWriter, chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[]): Promise<number> {
    copy = into;
    for await (const chunk of chunks) await copy.write(chunk);
    const rows = await copy.end();
    copy = undefined;
    return rows;
  }
}
