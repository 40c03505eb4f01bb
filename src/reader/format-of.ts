import type { Format, FormatPins, HeaderJudge } from '../model/format.ts';
import { xlsxFormat } from '../parse/xlsx/xlsx.ts';
import { openSource } from './open-source.ts';

/** How a file is to be read, every byte looked at as an import does. @throws what `parse/` refuses */
export async function formatOf(path: string, pins: FormatPins, judge: HeaderJudge): Promise<Format> {
  const source = await openSource(path, pins, judge, { whole: true });
  if (source.kind === 'text') return source.format;
  return xlsxFormat(path, {
    judge,
    ...(pins.sheet !== undefined && { sheet: pins.sheet }),
    ...(pins.headerLine !== undefined && { headerLine: pins.headerLine }),
  });
}
