import { CellKind, type ParseDefect, type RecordView } from '../../model/record.ts';
import type { StringTable } from './strings.ts';

const MAX_COLUMNS = 512;
const MAX_RECORD = 1024 * 1024;
const SEMICOLON = 59;
const SPACE = 32;

/**
 * One row under construction. Cells may come in any order and any may be missing; `finish` lays them out joined by
 * `;`, which is at once the record's cells and its raw text.
 */
export class Row {
  line = 0;
  readonly #encoder = new TextEncoder();
  #values = Buffer.allocUnsafe(64 * 1024);
  #used = 0;
  readonly #from = new Int32Array(MAX_COLUMNS);
  readonly #to = new Int32Array(MAX_COLUMNS);
  /** Cells up to the last that is not empty. */
  #width = 0;
  #defect: ParseDefect['code'] | undefined;
  #joined = Buffer.allocUnsafe(64 * 1024);
  readonly #view: RecordView;

  constructor() {
    this.#view = {
      bytes: this.#joined,
      starts: new Int32Array(MAX_COLUMNS),
      ends: new Int32Array(MAX_COLUMNS),
      kinds: new Uint8Array(MAX_COLUMNS),
      count: 0,
      line: 0,
      breaks: 0,
      astray: -1,
      raw: this.#joined,
      rawStart: 0,
      rawEnd: 0,
    };
  }

  begin(line: number): void {
    this.line = line;
    this.#from.fill(0);
    this.#to.fill(0);
    this.#view.kinds.fill(CellKind.text);
    this.#used = 0;
    this.#width = 0;
    this.#defect = undefined;
  }

  put(column: number, text: string, kind: number): void {
    if (text === '' || !this.#admit(column, text.length * 3)) return;
    this.#place(column, this.#write(text), kind);
  }

  putShared(column: number, table: StringTable, index: number): boolean {
    const found = table.locate(index);
    if (!found) return false;
    const length = found.end - found.start;
    if (length === 0 || !this.#admit(column, length)) return true;
    copy(found.bytes, found.start, found.end, this.#values, this.#used);
    this.#place(column, length, CellKind.text);
    return true;
  }

  isBlank(): boolean {
    for (let i = 0; i < this.#used; i++) if ((this.#values[i] ?? 0) > SPACE) return false;
    return this.#defect === undefined;
  }

  defect(): ParseDefect | undefined {
    if (!this.#defect) return undefined;
    return { code: this.#defect, line: this.line, raw: this.#values.toString('utf8', 0, Math.min(this.#used, 4096)) };
  }

  /** The row as a record of at least `width` cells; reused by the next row. */
  finish(width: number): RecordView {
    const view = this.#view;
    view.count = Math.min(Math.max(width, this.#width), MAX_COLUMNS);
    view.line = this.line;
    if (this.#joined.length < this.#used + view.count) this.#rejoin(this.#values.length + MAX_COLUMNS);
    let at = 0;
    for (let i = 0; i < view.count; i++) {
      if (i > 0) this.#joined[at++] = SEMICOLON;
      const from = this.#from[i] ?? 0;
      const to = this.#to[i] ?? 0;
      view.starts[i] = at;
      copy(this.#values, from, to, this.#joined, at);
      at += to - from;
      view.ends[i] = at;
    }
    view.rawEnd = at;
    return view;
  }

  #rejoin(size: number): void {
    this.#joined = Buffer.allocUnsafe(size);
    this.#view.bytes = this.#joined;
    this.#view.raw = this.#joined;
  }

  /** Whether a cell of at most `bytes` may be written at `column`; makes room for it. */
  #admit(column: number, bytes: number): boolean {
    if (column >= MAX_COLUMNS) this.#defect ??= 'too_many_columns';
    else if (this.#used > MAX_RECORD) this.#defect ??= 'record_too_long';
    if (this.#defect) return false;
    if (this.#used + bytes > this.#values.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#values.length * 2, this.#used + bytes));
      this.#values.copy(larger, 0, 0, this.#used);
      this.#values = larger;
    }
    return true;
  }

  #place(column: number, length: number, kind: number): void {
    this.#from[column] = this.#used;
    this.#used += length;
    this.#to[column] = this.#used;
    this.#view.kinds[column] = kind;
    if (column >= this.#width) this.#width = column + 1;
    if (this.#used > MAX_RECORD) this.#defect ??= 'record_too_long';
  }

  /** Most cells are short ASCII, for which a loop beats a call into the encoder. */
  #write(text: string): number {
    const values = this.#values;
    const at = this.#used;
    if (text.length > 32) return this.#encoder.encodeInto(text, values.subarray(at)).written;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return this.#encoder.encodeInto(text, values.subarray(at)).written;
      values[at + i] = code;
    }
    return text.length;
  }
}

function copy(source: Uint8Array, from: number, to: number, target: Uint8Array, at: number): void {
  if (to - from > 32) target.set(source.subarray(from, to), at);
  else for (let i = from, j = at; i < to; i++, j++) target[j] = source[i] ?? 0;
}
