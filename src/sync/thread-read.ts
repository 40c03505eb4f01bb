import type { Format } from '../model/format.ts';
import type { ParseDefect, RecordView } from '../model/record.ts';
import { headerJudge } from '../validate/judge.ts';
import { matchColumns } from '../validate/match.ts';
import { createValidator, type Validator } from '../validate/validator.ts';
import { copyLine } from './copy-text.ts';
import { readRecords, readRecordsAs } from './records.ts';
import type { Outbox } from './thread-outbox.ts';
import type { ReadResult, Stream, ThreadMessage, ThreadTask } from './thread-protocol.ts';

/** XML is about five times as large as its zip. */
const XLSX_INFLATION = 5;

type Post = (message: ThreadMessage) => void;
type Task<K> = Extract<ThreadTask, { kind: K }>;

/** Parses and validates one file; rows leave as COPY text while reading goes on. */
export async function readFile({ file, options }: Task<'read'>, outbox: Outbox, post: Post): Promise<ReadResult> {
  const { dataset, mapping, fileNo } = options;
  let validator: Validator | undefined;
  let rows = 0;

  const open = (format: Format) => {
    const match = matchColumns(dataset, format.header, mapping, format.kind === 'fec');
    const made = createValidator({
      match,
      mapping,
      tenant: options.tenant,
      today: new Date(options.today),
      size: format.kind === 'xlsx' ? file.size * XLSX_INFLATION : file.size,
      fileNo,
      date1904: format.kind === 'xlsx' && format.date1904,
      ...(options.decisions && { decisions: options.decisions }),
      sink: {
        take: (bytes) => outbox.take(bytes),
        rows: (of, buffer, length) => outbox.give(of === dataset ? 'rows' : 'clients', buffer, length),
        rejections: (buffer, length) => outbox.give('rejections', buffer, length),
        spared: (buffer, length) => outbox.give('spared', buffer, length),
      },
    });
    const [layout, clientsLayout = null] = made.layouts;
    if (!layout) throw new Error('a validator has at least one layout');
    post({ kind: 'opened', opened: { format, layout, clientsLayout } });
    return made;
  };

  const summary = await readRecords(
    { path: file.path, pins: mapping.format ?? {}, judge: headerJudge({ [dataset]: mapping }) },
    {
      onFormat: (format) => (validator = open(format)),
      onRecord: (view) => {
        validator?.accept(view);
        rows++;
      },
      onDefect: (defect) => sendLine(outbox, 'rejections', defectLine(fileNo, defect)),
      pause: async (bytes) => {
        post({ kind: 'progress', bytes, rows });
        await outbox.ready();
      },
    },
  );
  if (!validator) throw new Error('a file was read before its format was known');
  const { accepted, rejected, skipped, read, fecClients, ...found } = validator.finish();
  return {
    ...found,
    accepted,
    clientsAccepted: fecClients,
    read: read + summary.defects + summary.repeatedHeaders,
    rejected: rejected + summary.defects,
    skipped: skipped + summary.repeatedHeaders,
    damaged: summary.defects > 0 || summary.truncated || accepted === 0,
  };
}

/** The lines of a file as they stand there, as COPY text of (file_no, line, raw). `lines` is sorted. */
export async function readRaws({ file, fileNo, format, lines }: Task<'raws'>, outbox: Outbox): Promise<null> {
  const wanted = new Set(lines);
  await readRecordsAs(file.path, format, {
    onFormat: () => undefined,
    onRecord: (view) => {
      if (wanted.has(view.line)) sendLine(outbox, 'raws', copyLine([fileNo, view.line, rawOf(view)]));
    },
    onDefect: () => undefined,
    pause: () => outbox.ready(),
  });
  return null;
}

const RAW_CHARACTERS = 4096;

function rawOf(view: RecordView): string {
  // Four bytes make a character at most.
  const end = Math.min(view.rawEnd, view.rawStart + RAW_CHARACTERS * 4);
  const bytes = Buffer.from(view.raw.buffer, view.raw.byteOffset + view.rawStart, end - view.rawStart);
  return bytes.toString('utf8').slice(0, RAW_CHARACTERS);
}

const defectLine = (fileNo: number, { line, code, raw }: ParseDefect) =>
  copyLine([fileNo, line, null, code, null, raw]);

function sendLine(outbox: Outbox, stream: Stream, line: string): void {
  const bytes = Buffer.byteLength(line);
  const buffer = outbox.take(bytes);
  Buffer.from(buffer.buffer).write(line);
  outbox.give(stream, buffer, bytes);
}
