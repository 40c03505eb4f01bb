/**
 * Control characters would let a file name forge a reply. One line for each text; the last one ends the reply
 * (RFC 959, section 4.2). Lines between the first and the last are indented, so that none can look like its end.
 */
export function formatReply(code: number, lines: readonly string[]): string {
  const clean = lines.map(oneLine);
  const last = clean.at(-1) ?? '';
  const before = clean.slice(0, -1).map((line, index) => (index === 0 ? `${code}-${line}` : ` ${line}`));
  return [...before, `${code} ${last}`].join('\r\n') + '\r\n';
}

function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
}

/** For clients that did not ask for UTF-8: a French console in cp850 shows letters instead of noise. */
export function foldToAscii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[’‘]/g, "'")
    .replace(/[«»“”]/g, '"')
    .replace(/[\u00a0\u2009\u202f]/g, ' ')
    .replace(/[^ -~]/g, '?');
}

/** A path in a 257 reply: quotes are doubled (RFC 959, appendix II). */
export function quotePath(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
