import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inEnglish, readReason, type ReasonCode, reasons, reasonText } from '../../src/errors/reasons.ts';
import { ArrivageError, because, entryText, plainParams, readParams, verbatim } from '../../src/errors.ts';
import { root, resolvePath } from '../../src/model/virtual-path.ts';
import { readFields } from '../../src/sftp/bytes.ts';

const entries = Object.entries(reasons) as [ReasonCode, { fr: string; en: string }][];
const namedIn = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

function refusal(attempt: () => unknown): ArrivageError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ArrivageError) return error;
  }
  throw new Error('it was not refused');
}

describe('every reason', () => {
  it('has a text in both languages, which names the same figures', () => {
    for (const [code, { fr, en }] of entries) {
      expect([fr.trim(), en.trim()], code).not.toContain('');
      expect(namedIn(fr), code).toEqual(namedIn(en));
    }
  });

  it('is known again by its English sentence, with its figures', () => {
    for (const [code, { en }] of entries) {
      const figures = Object.fromEntries(namedIn(en).map((name) => [name, `<${name}>`]));
      const sentence = reasonText({ reason: code, figures }, 'en');
      expect(readReason(sentence), code).toEqual({ reason: code, figures });
    }
  });

  it('is given somewhere', () => {
    const src = new URL('../../src', import.meta.url).pathname;
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' });
    const sources = files.filter((name) => name.endsWith('.ts') && name !== join('errors', 'reasons.ts'));
    const code = sources.map((name) => readFileSync(join(src, name), 'utf8')).join('\n');
    expect(entries.map(([each]) => each).filter((each) => !code.includes(`'${each}'`))).toEqual([]);
  });
});

describe('a refusal says why in the reader’s language', () => {
  it('with figures', () => {
    const error = refusal(() => resolvePath(root, 'a/'.repeat(17)));
    expect(error.text('fr')).toBe('Nom de fichier refusé : plus de 16 dossiers.');
    expect(error.message).toBe('File name refused: more than 16 folders.');
  });

  it('where French had no words before', () => {
    const error = refusal(() => readFields(Buffer.alloc(0)).uint32());
    expect(error.text('fr')).toBe('Commande incorrecte : paquet tronqué.');
    expect(error.text('en')).toBe('Bad request: truncated packet.');
  });

  it('and leaves a command, a name and what a server said as they are, whatever they look like', () => {
    const error = new ArrivageError('bad_request', { why: verbatim('time') });
    expect(error.text('fr')).toBe('Commande incorrecte : time.');
  });

  it('also once it was stored, with figures or without, and what another version may have stored', () => {
    const stored = plainParams({ why: because('name_too_long', { most: 255 }) });
    expect(stored).toEqual({ why: 'a name over 255 bytes' });
    const french = (why: string) => entryText('path_refused', 'fr', readParams({ why }));
    expect(french('a name over 255 bytes')).toBe('Nom de fichier refusé : un nom de plus de 255 octets.');
    expect(french('temporary name')).toBe('Nom de fichier refusé : nom temporaire.');
    expect(french('ECONNRESET')).toBe('Nom de fichier refusé : ECONNRESET.');
  });

  it('also after it went from thread to thread', () => {
    const params = structuredClone({ ...new ArrivageError('no_table', { why: because('pdf_document') }).params });
    expect(entryText('no_table', 'fr', params)).toContain('(document PDF)');
  });
});

it('the compiler refuses a reason that is none, one without its figures, and an English sentence', () => {
  // @ts-expect-error no such reason
  because('too_blue');
  // @ts-expect-error it names how many
  because('too_many_folders');
  // @ts-expect-error a sentence has two languages
  new ArrivageError('bad_request', { why: 'the file is blue' });
  expect(inEnglish('too_many_folders', { most: 16 })).toBe('more than 16 folders');
});
