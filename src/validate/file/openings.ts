import type { RecordView } from '../../model/record.ts';
import { fold } from '../cells/fold.ts';
import type { ColumnMatch } from '../columns/match.ts';
import { textOf } from '../cells/remember.ts';
import type { Row } from '../rows/row.ts';
import { Cell, openCell } from '../cells/text.ts';

/** What an FEC opens its exercise with: balances carried forward from the one before ("à nouveaux"). */
export interface Openings {
  /** Lines of the rows that carry something forward, at most `mostLines`. */
  lines: number[];
  /** Their dates (`2026-01-01`) and that of the earliest row that was read; null: none was. */
  dates: string[];
  first: string | null;
}

export interface FoundOpenings {
  /** Looks at the row that stands in the output. */
  note(view: RecordView): void;
  /** Rows that carry something forward, by date. */
  counts(): ReadonlyMap<string, number>;
  /** @param dates those of all rows, of lines that were not read, too */
  found(dates: Iterable<string>): Openings;
}

/** Lines that are kept, the first ones, which is no loss: the account of a client has a few. */
const mostLines = 200_000;

const journalCodes =
  /^(an|ano|anv|anx|ran|anouv|anouveau|anouveaux|reportanouveau|reportsanouveau|ouv|ouverture|reouv|reouverture)(\d{1,4})?$/;
/** Names of opening journals, which say little else. */
const journalNames =
  /anouveaux?|^(journal|ecritures?|balance|bilan|soldes?|reprise)?(des?|d)?(balance|bilan|soldes?)?(des?|d)?(re)?ouverture|^reprises?(des?|d|du)?(soldes?|balance|bilan)|^opening(balances?|entries)?$/;
/** Labels of opening entries, on the first day. */
const words =
  /^(solde|report|reprise)?s?(des|de)?(solde|report)?s?anouveaux?|^(journal|balance|bilan|soldes?|reprise)?(des?|d)?ouverture$|^reprises?(des?|d|du)?(soldes?|balance)|^soldes?(initia(l|ux)|anterieurs?|precedents?)|^openingbalance/;

/**
 * A line carries forward whose journal is one of these by its code or its name, or whose label says so on the first day
 * of the file: later in the year a label alone may stand for anything.
 */
export function foundOpenings(match: ColumnMatch, names: readonly string[], row: Row): FoundOpenings {
  const { out, span } = row;
  const dateCell = names.indexOf('entry_date');
  const position = (name: string): number => match.positions.get(name) ?? -1;
  const [journal, journalName, label] = ['journal', 'journal_name', 'label'].map(position) as [number, number, number];
  const journals = new Map<string, boolean>();
  const byDate = new Map<string, number>();
  const lines: number[] = [];
  let byLabel: number[] = [];
  let first: string | null = null;

  const cellOf = (view: RecordView, at: number): string =>
    at >= 0 && openCell(view, at, span) === Cell.value ? textOf(view.bytes, span.start, span.end) : '';
  const isOpeningJournal = (view: RecordView): boolean => {
    const code = cellOf(view, journal);
    const known = journals.get(code);
    if (known !== undefined) return known;
    const is = journalCodes.test(fold(code)) || journalNames.test(fold(cellOf(view, journalName)));
    if (journals.size < 1000) journals.set(code, is);
    return is;
  };
  const add = (date: string, rows: number) => byDate.set(date, (byDate.get(date) ?? 0) + rows);

  return {
    note(view) {
      const date = Buffer.from(out.buffer.subarray(row.ranges.starts[dateCell], row.ranges.ends[dateCell])).toString(
        'latin1',
      );
      if (first === null || date < first) {
        first = date;
        byLabel = [];
      }
      if (isOpeningJournal(view)) {
        add(date, 1);
        if (lines.length < mostLines) lines.push(view.line);
      } else if (date === first && byLabel.length < mostLines && words.test(fold(cellOf(view, label))))
        byLabel.push(view.line);
    },
    counts: () => {
      const counts = new Map(byDate);
      if (first !== null && byLabel.length > 0) counts.set(first, (counts.get(first) ?? 0) + byLabel.length);
      return counts;
    },
    found: (dates) => ({ lines: [...lines, ...byLabel], dates: [...dates], first }),
  };
}

/** Whether some of these FECs carry forward what others of their rows are. */
export function ofTwoYears(...all: readonly (Openings | null)[]): boolean {
  const [first] = all.flatMap((one) => one?.first ?? []).toSorted();
  return first !== undefined && all.some((one) => one?.dates.some((date) => date > first));
}
