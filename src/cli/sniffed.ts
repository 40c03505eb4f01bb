import type { Format, FormatPins } from '../model/format.ts';
import { readXlsx } from '../parse/xlsx.ts';
import { openSource } from '../sync/open-source.ts';
import { headerJudge } from '../validate/judge.ts';

const found = Symbol('found');

/** How a file is to be read, every byte looked at as an import does. @throws what `parse/` refuses */
export async function formatOf(path: string, pins: FormatPins): Promise<Format> {
  const judge = headerJudge();
  const source = await openSource(path, pins, judge, { whole: true });
  if (source.kind === 'text') return source.format;
  let format: Format | undefined;
  try {
    await readXlsx(path, {
      judge,
      ...(pins.sheet !== undefined && { sheet: pins.sheet }),
      ...(pins.headerLine !== undefined && { headerLine: pins.headerLine }),
      onFormat: (is) => {
        format = is;
        // Leaves the reader: the rest of the workbook is not asked for.
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw found;
      },
      onRecord: () => undefined,
      onDefect: () => undefined,
    });
  } catch (reason) {
    if (reason !== found) throw reason;
  }
  if (!format) throw new Error('the workbook told no format');
  return format;
}
