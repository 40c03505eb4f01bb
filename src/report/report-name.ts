/** Names that Windows, macOS and every client take; the rest of a name is left as the sender wrote it. */
const UNSAFE = /[<>:"/\\|?*\u0000-\u001f\u007f]/g;

/** A name may have 255 bytes; `.20261124T081500Z-999.rejections.csv` needs 36. */
const MAX_BASE = 200;

/** `2026-11-24T08:15:00.000Z` → `20261124T081500Z`: sorts by time and holds no colon. */
export const stamp = (time: Date): string => time.toISOString().replace(/[-:]|\.\d+/g, '');

interface ReportNames {
  report: string;
  rejections: string;
}

/** The names of an upload's report files. Where one is taken, the time gets a counter: `…T081500Z-2.report.txt`. */
export function reportNames(uploadName: string, time: Date, taken: (name: string) => boolean): ReportNames {
  const base = `${clipped(uploadName.replace(UNSAFE, '_').replace(/^[.~]/, '_'))}.${stamp(time)}`;
  for (let attempt = 1; ; attempt++) {
    const stem = attempt === 1 ? base : `${base}-${attempt}`;
    const names = { report: `${stem}.report.txt`, rejections: `${stem}.rejections.csv` };
    if (!taken(names.report) && !taken(names.rejections)) return names;
  }
}

/** Cut to whole characters within the bound of bytes. */
function clipped(name: string): string {
  let text = name;
  while (Buffer.byteLength(text) > MAX_BASE) text = Array.from(text).slice(0, -1).join('');
  return text;
}
