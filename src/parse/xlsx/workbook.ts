import { posix } from 'node:path';
import { storable } from '../../model/storable.ts';
import type { Package } from './package.ts';
import { readXml, type XmlEvents } from './xml.ts';
import { strangerIn } from './zip-kind.ts';

export interface Sheet {
  name: string;
  part: string;
  hidden: boolean;
}

/** Where a workbook's parts lie, whatever they are called, and in which order they stand in the zip. */
export interface Workbook {
  /** In the order of the tabs, without chart sheets. */
  sheets: Sheet[];
  dateSystem: 1900 | 1904;
  strings: string | undefined;
  styles: string | undefined;
}

interface Relation {
  type: string;
  target: string;
}

/** @throws xlsx_damaged; of a zip or an office document of another kind what it is: see `strangerIn` */
export async function readWorkbook(zip: Package): Promise<Workbook> {
  const named = [...(await relations(zip, '')).values()].find((each) => each.type === 'officeDocument');
  const main = named?.target ?? 'xl/workbook.xml';
  if (!zip.has(main) || main.endsWith('.bin')) throw await strangerIn(zip);
  const related = await relations(zip, main);
  const workbook: Workbook = { sheets: [], dateSystem: 1900, strings: undefined, styles: undefined };
  for (const { type, target } of related.values()) {
    if (type === 'sharedStrings' && zip.has(target)) workbook.strings = target;
    if (type === 'styles' && zip.has(target)) workbook.styles = target;
  }
  await readXml(main, zip.read(main), workbookReader(workbook, related));
  if (workbook.sheets.length === 0) throw await strangerIn(zip);
  return workbook;
}

function workbookReader(workbook: Workbook, related: Map<string, Relation>): XmlEvents {
  return {
    ...deaf,
    open(name, attributes) {
      if (name === 'workbookPr' && /^(1|true)$/.test(attributes['date1904'] ?? '')) workbook.dateSystem = 1904;
      if (name !== 'sheet') return;
      const relation = related.get(relationId(attributes));
      if (relation?.type !== 'worksheet') return;
      const hidden = (attributes['state'] ?? 'visible') !== 'visible';
      workbook.sheets.push({ name: storable(attributes['name'] ?? ''), part: relation.target, hidden });
    },
  };
}

const deaf = { text: () => undefined, close: () => undefined };

/** `r:id`, under whatever prefix the namespace of relationships has. */
function relationId(attributes: Readonly<Record<string, string>>): string {
  const key = Object.keys(attributes).find((name) => name.endsWith(':id'));
  return key === undefined ? '' : (attributes[key] ?? '');
}

/**
 * The relationships of a part (of the package, for ''), by id. Types are known by their last segment, since the strict
 * format (purl.oclc.org) differs in the rest.
 */
async function relations(zip: Package, part: string): Promise<Map<string, Relation>> {
  const folder = posix.dirname(part);
  const source = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  const found = new Map<string, Relation>();
  if (!zip.has(source)) return found;
  await readXml(source, zip.read(source), {
    ...deaf,
    open(name, attributes) {
      if (name !== 'Relationship') return;
      const type = (attributes['Type'] ?? '').split('/').at(-1) ?? '';
      const target = attributes['Target'] ?? '';
      const absolute = target.startsWith('/') ? target : `/${folder}/${target}`;
      found.set(attributes['Id'] ?? '', { type, target: posix.normalize(absolute).slice(1) });
    },
  });
  return found;
}
