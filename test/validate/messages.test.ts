import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { columnLabel, findings, findingText, isFindingCode } from '../../src/validate/messages.ts';

describe('a finding speaks to an accountant', () => {
  it('in French and in English, naming the column and the value as they know them', () => {
    const date = { column: 'due_date', value: '31/02/2026' };
    expect(findingText('invalid_date', 'fr', date)).toBe('« 31/02/2026 » n’est pas une date (date d’échéance).');
    expect(findingText('invalid_date', 'en', date)).toBe('“31/02/2026” is not a date (due date).');
    expect(findingText('unknown_client', 'fr', { column: 'client_code', value: 'C0042' })).toBe(
      'Le client « C0042 » n’existe ni dans le fichier clients ni en base.',
    );
    expect(columnLabel('Zone', 'fr')).toBe('Zone');
  });

  it('and one of an older version is shown by its code', () => {
    expect(findingText('gone', 'fr', { column: null, value: null })).toBe('gone');
    expect(isFindingCode('toString')).toBe(false);
  });

  it('and names nothing that a finding does not have', () => {
    for (const [code, { fr, en }] of Object.entries(findings)) {
      const names = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
      expect(names(en), code).toEqual(names(fr));
      for (const name of names(fr)) expect(['{column}', '{value}']).toContain(name);
      expect(fr, code).not.toMatch(/'/);
    }
  });

  it('whatever code the rules use', () => {
    const folder = new URL('../../src/validate/', import.meta.url);
    const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    const used = source.matchAll(
      /(?:refuse\(row,|no\(row,|warnings\.add\(|remarks\.add\(|remark\(|unclear\(verdict,)\s*'(\w+)'/g,
    );
    const codes = [...used].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) expect(isFindingCode(code), code).toBe(true);
  });
});
