import type { Dataset } from '../model/dataset.ts';
import type { Format, FormatPins } from '../model/format.ts';
import type { Mapping, VersionedMapping } from '../model/mapping.ts';
import { inferMapping, likeliest, type InferredMapping } from '../validate/columns/infer.ts';
import { headerJudge } from '../validate/columns/judge.ts';
import { previewMapping, type MappingPreview } from '../validate/columns/preview.ts';
import { formatOf } from './format-of.ts';
import { sampleOf } from './sample.ts';
import { identify } from './thread-identify.ts';
import type { Identified } from './thread-protocol.ts';

const SAMPLE_ROWS = 1000;

export interface Proposal extends InferredMapping {
  /** How the sample was read. */
  format: Format;
}

/** Proposes a mapping from a sample file; what was pinned is part of it. @throws what `parse/` refuses */
export async function propose(path: string, pins: FormatPins, today: Date): Promise<Proposal> {
  const judge = headerJudge();
  const format = await formatOf(path, pins, judge);
  const sample = await sampleOf(path, format, { pins, judge, limit: SAMPLE_ROWS });
  const inferred = inferMapping(
    format.header,
    sample.map(({ cells }) => cells),
    today,
  );
  const { decimalMark, ...others } = inferred.mapping;
  const mapping = {
    ...(Object.keys(pins).length > 0 && { format: pins }),
    ...others,
    // The numbers of a workbook have no mark; as texts of the sample they have a dot.
    ...(decimalMark && format.kind !== 'xlsx' && { decimalMark }),
  };
  return { ...inferred, mapping, format };
}

/** A committed file, with what its tenant has set. */
export interface FileInQuestion {
  path: string;
  /** As its sender called it. */
  name: string;
  size: number;
  mappings: VersionedMapping[];
  /** To be tried instead of what is in force. */
  wanted?: { dataset: Dataset; mapping: Mapping };
}

export interface Preview extends MappingPreview {
  /** What an import would take the file for, as it stands. */
  identified: Identified['content'];
  /** How it was read. */
  format: Format;
}

/**
 * How the first records of a file would be imported: under the mapping of its dataset in force, or under one that is
 * wanted. @throws what `parse/` refuses
 */
export async function preview({ mappings, wanted, ...file }: FileInQuestion, today: Date): Promise<Preview> {
  const { content, header } = await identify({ kind: 'identify', file, mappings });
  const dataset = wanted?.dataset ?? datasetOf(content, header);
  const mapping = wanted?.mapping ?? mappings.find((each) => each.dataset === dataset) ?? {};
  const judge = headerJudge({ [dataset]: mapping }, [dataset]);
  const pins = mapping.format ?? {};
  const format = await formatOf(file.path, pins, judge);
  const sample = await sampleOf(file.path, format, { pins, judge, limit: SAMPLE_ROWS });
  return { ...previewMapping(dataset, format.header, mapping, sample, today), identified: content, format };
}

/** The dataset that a header has most of, of a file that an import would not know what to do with. */
function datasetOf(content: Identified['content'], header: readonly string[]): Dataset {
  if (content === 'fec') return 'ecritures';
  return content === 'unknown' ? likeliest(header) : content;
}
