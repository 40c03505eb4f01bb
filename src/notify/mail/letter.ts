import type { Language } from '../../model/tenant.ts';

export type Block =
  { kind: 'text'; text: string } | { kind: 'title'; text: string } | { kind: 'list'; items: readonly string[] };

/** A mail before it is written down as text and as HTML. */
export interface Letter {
  language: Language;
  subject: string;
  blocks: readonly Block[];
}

/** Characters that a mail program shows of a subject at most. */
const LONGEST_SUBJECT = 200;

/** One line without control characters: nothing in it can end the header and begin another. */
export const subjectOf = ({ subject }: Letter): string =>
  subject.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, LONGEST_SUBJECT);

export function letterText({ blocks }: Letter): string {
  const parts = blocks.map((block) =>
    block.kind === 'list' ? block.items.map((item) => `- ${item}`).join('\n') : block.text,
  );
  return `${parts.join('\n\n')}\n`;
}

export function letterHtml(letter: Letter): string {
  const body = letter.blocks.map((block) => {
    if (block.kind === 'list') return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
    return block.kind === 'title' ? `<h2>${escaped(block.text)}</h2>` : `<p>${escaped(block.text)}</p>`;
  });
  return [
    `<!doctype html><html lang="${letter.language}"><head><meta charset="utf-8"><title>${escaped(subjectOf(letter))}</title>`,
    '<style>body{font:15px/1.5 sans-serif;max-width:42em}h2{font-size:1.1em}</style></head>',
    `<body>${body.join('\n')}</body></html>`,
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (each) => ENTITIES[each] ?? each);
