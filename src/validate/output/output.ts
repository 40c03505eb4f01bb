import type { Dataset } from '../../model/dataset.ts';

/** Where COPY text goes. A buffer that was handed over is the sink's alone: the validator never touches it again. */
export interface ValidatorSink {
  /** An empty buffer of at least so many bytes. */
  take(bytes: number): Uint8Array;
  rows(dataset: Dataset, buffer: Uint8Array, length: number): void;
  /** Rows for staging, of a file whose final rows go straight into the table. */
  rest(buffer: Uint8Array, length: number): void;
  rejections(buffer: Uint8Array, length: number): void;
  /** Lines of `sparedColumns`: only of a snapshot, and only where it has refused records. */
  spared(buffer: Uint8Array, length: number): void;
}

export const BUFFER_BYTES = 262_144;

/** A buffer under way. `at` moves as rows are written; only whole rows are ever handed over. */
export interface Output {
  buffer: Uint8Array;
  /** The same bytes. */
  view: DataView;
  at: number;
  /** Makes room for a row of at most so many bytes. Call it between rows. */
  reserve(bytes: number): void;
  flush(): void;
}

const nothing = new Uint8Array(0);
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function output(take: ValidatorSink['take'], give: (buffer: Uint8Array, length: number) => void): Output {
  const out: Output = {
    buffer: nothing,
    view: viewOf(nothing),
    at: 0,
    reserve(bytes) {
      if (out.at + bytes <= out.buffer.length) return;
      out.flush();
      if (out.buffer.length >= bytes) return;
      out.buffer = take(Math.max(bytes, BUFFER_BYTES));
      out.view = viewOf(out.buffer);
    },
    flush() {
      if (out.at > 0) {
        give(out.buffer, out.at);
        out.buffer = nothing;
      }
      out.at = 0;
    },
  };
  return out;
}
