import { datasetByMapping, datasetByUsualName } from '../intake/by-name.ts';
import type { HeaderJudge } from '../model/format.ts';
import type { Mapping } from '../model/mapping.ts';
import { readXlsx } from '../parse/xlsx.ts';
import { headerJudge } from '../validate/judge.ts';
import { openSource } from './open-source.ts';
import type { Identified, ThreadTask } from './thread-protocol.ts';

type Task = Extract<ThreadTask, { kind: 'identify' }>;

/**
 * What a file holds: as the tenant's mapping says of its name; else as its header says; else as people usually call
 * such files.
 */
export async function identify({ file, mappings }: Task): Promise<Identified> {
  const claimed = datasetByMapping(file.name, mappings);
  if (claimed) return { content: claimed, header: [] };
  const judge = headerJudge(Object.fromEntries(mappings.map((mapping) => [mapping.dataset, mapping])));
  const header = await headerOf(file.path, judge);
  const content = judge(header).dataset ?? datasetByUsualName(file.name) ?? 'unknown';
  return { content, header: header.slice(0, 40) };
}

async function headerOf(path: string, judge: HeaderJudge): Promise<string[]> {
  const pins: NonNullable<Mapping['format']> = {};
  const source = await openSource(path, pins, judge, { whole: false });
  return source.kind === 'text' ? source.format.header : workbookHeader(path, judge);
}

/** Thrown by us, to leave the reader once it has found the header. */
const enough = Symbol('enough');

async function workbookHeader(path: string, judge: HeaderJudge): Promise<string[]> {
  let header: string[] = [];
  try {
    await readXlsx(path, {
      judge,
      onFormat: (format) => {
        header = format.header;
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw enough;
      },
      onRecord: () => undefined,
      onDefect: () => undefined,
    });
  } catch (reason) {
    if (reason !== enough) throw reason;
  }
  return header;
}
