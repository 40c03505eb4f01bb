import { datasetByMapping, datasetByUsualName } from '../intake/by-name.ts';
import type { Dataset } from '../model/dataset.ts';
import type { HeaderJudge } from '../model/format.ts';
import type { Mapping } from '../model/mapping.ts';
import { xlsxFormat } from '../parse/xlsx/xlsx.ts';
import { columnsNamed, headerJudge } from '../validate/columns/judge.ts';
import { openSource } from './open-source.ts';
import type { Identified, ThreadTask } from './thread-protocol.ts';

type Task = Extract<ThreadTask, { kind: 'identify' }>;

/**
 * What a file holds: as the rule says by which it was fetched, or the tenant's mapping of its name; else as its header says. Where people would call such a
 * file something else, the dataset of which the header names more columns wins: `ecritures.csv` without amounts is no
 * list of clients, and is better put aside.
 */
export async function identify({ file, mappings, rule }: Task): Promise<Identified> {
  if (rule) return { content: rule === 'ecritures' && (await isFec(file.path)) ? 'fec' : rule, header: [] };
  const claimed = datasetByMapping(file.name, mappings);
  if (claimed) return { content: claimed, header: [] };
  const byDataset = Object.fromEntries(mappings.map((mapping) => [mapping.dataset, mapping]));
  const judge = headerJudge(byDataset);
  const named = datasetByUsualName(file.name);
  const header = await headerOf(file.path, judge, named && headerJudge(byDataset, [named]));
  const content = contentOf(judge(header).dataset, named, header, byDataset);
  return { content, header: header.slice(0, 40) };
}

/** An FEC is écritures, and names clients besides. What cannot be read says so when it is. */
async function isFec(path: string): Promise<boolean> {
  const judge = headerJudge();
  return headerOf(path, judge).then(
    (header) => judge(header).dataset === 'fec',
    () => false,
  );
}

function contentOf(
  byHeader: Dataset | 'fec' | undefined,
  byName: Dataset | undefined,
  header: string[],
  mappings: Partial<Record<Dataset, Mapping>>,
): Identified['content'] {
  if (byHeader === 'fec' || byName === undefined) return byHeader ?? 'unknown';
  const named = (dataset: Dataset) => columnsNamed(header, dataset, mappings[dataset]);
  if (byHeader === undefined) return named(byName) > 0 || goesByPosition(mappings[byName]) ? byName : 'unknown';
  return named(byHeader) > named(byName) ? byHeader : byName;
}

/** Whether a mapping goes by position, for files without a header: only their name tells what they hold. */
const goesByPosition = (mapping: Mapping | undefined): boolean =>
  Object.values(mapping?.columns ?? {}).some((column) => typeof column === 'number');

/** The header's cells. In a workbook with several lists, `namedAfter` knows the sheet that the file is called after. */
async function headerOf(path: string, judge: HeaderJudge, namedAfter?: HeaderJudge): Promise<string[]> {
  const source = await openSource(path, {}, judge, { whole: false });
  if (source.kind === 'text') return source.format.header;
  const found = await xlsxFormat(path, { judge });
  if (namedAfter && namedAfter(found.header).dataset === undefined) {
    const other = await xlsxFormat(path, { judge: namedAfter }).catch(() => found);
    if (namedAfter(other.header).dataset !== undefined) return other.header;
  }
  return found.header;
}
