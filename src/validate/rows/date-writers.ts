import type { RecordView } from '../../model/record.ts';
import { type DateNumber, dateNumberOf, NO_DATE, UNREADABLE } from '../cells/calendar.ts';
import { broken, cellWriter, Done, no, type Target, type ValueWriter } from '../cells/cells.ts';
import { writeDate } from '../output/copy.ts';
import { readDate } from '../cells/date.ts';
import { countPair, type DateColumn, doubtOf, forgetLast, mayBeDoubtful } from '../cells/date-column.ts';
import { type CellWriter, refuse, type Row } from './row.ts';
import { Cell, openCell, type Span } from '../cells/text.ts';

/** The first date that is none of a time before ledgers were kept on computers. */
const FIRST = 19_900_101;
const LAST_DUE = 20_991_231;
/** Years, as they differ in `20260131`. */
const YEAR = 10_000;
/** An entry may be dated ahead by two years. */
const AHEAD = 2 * YEAR;

/**
 * What is owed lapses after five years (code de commerce, article L110-4), so that an opening balance carries no older
 * due date forward; no plan of payment runs for more than ten, and one that does for more than six is rare.
 */
const MOST_BEFORE = 6 * YEAR;
const FAR_AFTER = 6 * YEAR;
const MOST_AFTER = 10 * YEAR;

/** Entry dates that programs write for want of one. */
const defaults: readonly DateNumber[] = [19_900_101, 19_991_231, 20_000_101];
const LAST_DEFAULT = 20_000_101;

/** The writers of a file's dates. The date of an entry is read before the other columns, and written in its place. */
export function dateWriters(row: Row, today: Date, columnOf: (name: string) => DateColumn) {
  const { out, span } = row;
  const latest = dateNumberOf(today) + AHEAD;
  const entry = { column: undefined as DateColumn | undefined, done: Done.nothing as number, code: '', position: -1 };

  /** Reads the opened cell; `row.code` is set where the date is refused. */
  const reader = (name: string, column: DateColumn): ((view: RecordView, position: number) => DateNumber) => {
    const last = name === 'due_date' ? LAST_DUE : latest;
    const isDoubtful = mayBeDoubtful(column);
    return (view, position) => {
      const date = readDate(view.bytes, span.start, span.end, column);
      if (date === UNREADABLE) row.code = 'invalid_date';
      else if (date !== NO_DATE && (date < FIRST || date > last)) {
        row.code = 'date_out_of_range';
        return UNREADABLE;
      } else if (isDoubtful) {
        const doubt = doubtOf(column);
        if (doubt !== undefined) row.warnings.add(doubt, name, view, position, shown(date));
      }
      return date;
    };
  };

  const writer = (target: Target): CellWriter => {
    const { column: name } = target;
    const column = columnOf(name);
    const read = reader(name, column);
    const check = name === 'due_date' ? checkDue(column) : undefined;
    const write: ValueWriter = (view, position) => {
      const date = read(view, position);
      if (date === UNREADABLE) return Done.refused;
      const code = check?.(date, view, position);
      if (code !== undefined) return no(row, code);
      if (date === NO_DATE) return Done.nothing;
      out.at = writeDate(date, out.buffer, out.at);
      return Done.written;
    };
    return cellWriter(target, row, write);
  };

  /** @returns the finding on a due date that is left out, so that it is derived from the client's terms */
  const checkDue = (column: DateColumn) => (date: DateNumber, view: RecordView, position: number) => {
    const { entryDate } = row;
    if (date === NO_DATE) return row.cents > 0 && holdsDate(view, span) ? 'unlikely_due_date' : undefined;
    if (entry.column !== undefined) countPair(entry.column, column);
    if (entryDate === 0) return undefined;
    if (date < entryDate - MOST_BEFORE || date > entryDate + MOST_AFTER) return 'unlikely_due_date';
    if (date < entryDate) row.warnings.add('due_before_entry', 'due_date', view, position);
    else if (date > entryDate + FAR_AFTER) row.warnings.add('due_far_after_entry', 'due_date', view, position);
    return undefined;
  };

  const entryDateReader = ({ positions }: Target): CellWriter => {
    const position = (entry.position = positions[0] ?? 0);
    const column = (entry.column = columnOf('entry_date'));
    const read = reader('entry_date', column);
    return (view) => {
      const state = openCell(view, position, span);
      if (state !== Cell.value) {
        forgetLast(column);
        entry.done = state === Cell.error ? broken(row) : Done.nothing;
      } else {
        const date = read(view, position);
        entry.done = date === UNREADABLE ? Done.refused : date === NO_DATE ? Done.nothing : Done.written;
        if (entry.done === Done.written) row.entryDate = date;
        if (date <= LAST_DEFAULT && defaults.includes(date))
          row.warnings.add('unlikely_entry_date', 'entry_date', view, position);
      }
      if (entry.done === Done.refused) entry.code = row.code;
      return true;
    };
  };

  const writeEntryDate = ({ column, positions }: Target): CellWriter => {
    const position = positions[0] ?? 0;
    return () => {
      if (entry.done === Done.refused) return refuse(row, entry.code, column, position);
      if (entry.done === Done.nothing) return refuse(row, 'missing_value', column, position);
      out.at = writeDate(row.entryDate, out.buffer, out.at);
      return true;
    };
  };

  return { writer, entryDateReader, writeEntryDate };
}

/** A null date that is not all zeros, such as 01/01/1900. */
function holdsDate({ bytes }: RecordView, { start, end }: Span): boolean {
  for (let i = start; i < end; i++) if ((bytes[i] as number) >= 0x31 && (bytes[i] as number) <= 0x39) return true;
  return false;
}

const shown = (date: DateNumber): string =>
  String(date).replace(
    /^(\d{4})(\d\d)(\d\d)$/,
    (_, year: string, month: string, day: string) => `${year}-${month}-${day}`,
  );
