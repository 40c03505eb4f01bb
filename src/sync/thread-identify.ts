import { datasetByMapping, datasetByUsualName } from '../intake/by-name.ts';
import type { Dataset } from '../model/dataset.ts';
import type { HeaderJudge } from '../model/format.ts';
import type { Mapping } from '../model/mapping.ts';
import { xlsxFormat } from '../parse/xlsx.ts';
import { columnsNamed, headerJudge } from '../validate/judge.ts';
import { openSource } from './open-source.ts';
import type { Identified, ThreadTask } from './thread-protocol.ts';

type Task = Extract<ThreadTask, { kind: 'identify' }>;

/**
 * What a file holds: as the tenant's mapping says of its name; else as its header says. Where people would call such a
 * file something else, the dataset of which the header names more columns wins: `ecritures.csv` without amounts is no
 * list of clients, and is better put aside.
 */
export async function identify({ file, mappings }: Task): Promise<Identified> {
  const claimed = datasetByMapping(file.name, mappings);
  if (claimed) return { content: claimed, header: [] };
  const byDataset = Object.fromEntries(mappings.map((mapping) => [mapping.dataset, mapping]));
  const judge = headerJudge(byDataset);
  const header = await headerOf(file.path, judge);
  return { content: contentOf(judge(header).dataset, file.name, header), header: header.slice(0, 40) };
}

function contentOf(byHeader: Dataset | 'fec' | undefined, name: string, header: string[]): Identified['content'] {
  const byName = datasetByUsualName(name);
  if (byHeader === 'fec' || byName === undefined) return byHeader ?? 'unknown';
  const named = columnsNamed(header, byName);
  if (byHeader === undefined) return named > 0 ? byName : 'unknown';
  return columnsNamed(header, byHeader) > named ? byHeader : byName;
}

async function headerOf(path: string, judge: HeaderJudge): Promise<string[]> {
  const pins: NonNullable<Mapping['format']> = {};
  const source = await openSource(path, pins, judge, { whole: false });
  const { header } = source.kind === 'text' ? source.format : await xlsxFormat(path, { judge });
  return header;
}
