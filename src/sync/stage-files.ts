import { setSavepoint } from '../db/savepoint.ts';
import type { Applied } from '../db/queries/syncs/outcome.ts';
import { datasets, type Dataset } from '../model/dataset.ts';
import { isFilesFault, reasonOf } from './file-fault.ts';
import type { FileFate } from './outcome.ts';
import type { PlannedFile } from './plan.ts';
import type { ProgressMeter } from './progress.ts';
import { planReading, type PlanFacts } from './read-plan.ts';
import { stageFile, type StageContext, type Stages } from './stage.ts';

/** What staging the files of a sync takes. */
export interface Staging {
  context: StageContext;
  facts: PlanFacts;
  /** Datasets of which no file need be read. */
  same: ReadonlyMap<Dataset, Applied>;
  progress: Pick<ProgressMeter, 'total' | 'next'>;
}

/** Reads every file that is to be read; one that cannot be is put aside and the others go on. */
export async function stageFiles(staging: Staging): Promise<{ fates: FileFate[]; stages: Stages }> {
  const { context, facts, progress } = staging;
  progress.total(facts.files.reduce((sum, { upload }) => sum + upload.size, 0));
  let stages: Stages = new Map();
  const fates: FileFate[] = [];
  await setSavepoint(context.tx, 'sync');
  // Clients first: rows that name them may then go straight into their table.
  for (const file of facts.files.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    const fate = await stageOne(staging, stages, file);
    if (fate.kind === 'read') ({ stages } = fate);
    fates.push(fate);
    progress.next();
  }
  return { fates: fates.toSorted((a, b) => a.file.fileNo - b.file.fileNo), stages };
}

const placeOf = ({ dataset }: PlannedFile): number => (dataset ? datasets.indexOf(dataset) : datasets.length);

async function stageOne(
  { context, facts, same }: Staging,
  stages: Stages,
  file: PlannedFile,
): Promise<FileFate & { stages: Stages }> {
  const { quarantine, content } = file.upload;
  if (quarantine) return { kind: content === 'ignored' ? 'ignored' : 'aside', file, reason: quarantine, stages };
  const last = file.dataset && same.get(file.dataset);
  if (last) return { kind: 'same', file, last, stages };
  try {
    const plan = await planReading(facts, file, stages);
    return { kind: 'read', file, ...(await stageFile(context, stages, file, plan)) };
  } catch (error) {
    if (!isFilesFault(error)) throw error;
    return { kind: 'aside', file, reason: reasonOf(error), stages };
  }
}
