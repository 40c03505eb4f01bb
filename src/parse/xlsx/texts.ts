import type { Warning } from '../../model/rejection.ts';
import { garbleAt } from '../encoding/french.ts';
import { mendedText } from '../encoding/mend.ts';

/** Texts of a workbook that were damaged before it was written: put right or said as those of a text file are. */
export interface WorkbookTexts {
  /** A shared string as it is meant; which line holds it is not known yet. */
  shared(text: string): string;
  /** A row refers to the shared string of this number. */
  refer(index: number, line: number): void;
  /** A text that stands in a row itself. */
  inline(text: string, line: number): string;
  /** Forgets the lines: the sheet is read from its start. */
  rewind(): void;
  remarks(): Warning[];
}

interface Damage {
  codes: readonly string[];
  value: string;
}

const mostExamples = 5;
/** How many of the texts with accents must look garbled where each alone might be meant. */
const garbledShare = 0.2;

export function workbookTexts(): WorkbookTexts {
  const damaged = new Map<number, Damage>();
  let strings = 0;
  let accented = 0;
  let likely = 0;
  let said = new Map<string, Warning>();

  function look(text: string): { text: string; damage: Damage | undefined } {
    if (!/[&?\u0080-\uffff]/.test(text)) return { text, damage: undefined };
    const mended = mendedText(text);
    const kinds = garblesIn(mended.text);
    if (/[\u00c0-\u017f]/.test(text)) accented += 1;
    if (kinds.has('likely')) likely += 1;
    const codes = [
      ...mended.codes,
      ...(kinds.has('certain') ? ['garbled_text'] : kinds.has('likely') ? ['likely'] : []),
      ...(losesWithinWord(text) ? ['lost_characters'] : []),
    ];
    return { text: mended.text, damage: codes.length > 0 ? { codes, value: text.slice(0, 200) } : undefined };
  }

  function say({ codes, value }: Damage, line: number): void {
    for (const code of codes) {
      const warning = said.get(code) ?? { code, column: null, count: 0, examples: [] };
      warning.count += 1;
      if (warning.examples.length < mostExamples && warning.examples.at(-1)?.line !== line)
        warning.examples.push({ line, value });
      said.set(code, warning);
    }
  }

  return {
    shared(given) {
      const { text, damage } = look(given);
      if (damage) damaged.set(strings, damage);
      strings += 1;
      return text;
    },
    refer(index, line) {
      const damage = damaged.size > 0 ? damaged.get(index) : undefined;
      if (damage) say(damage, line);
    },
    inline(given, line) {
      const { text, damage } = look(given);
      if (damage) say(damage, line);
      return text;
    },
    rewind: () => void (said = new Map()),
    remarks() {
      const isGarbled = likely >= garbledShare * accented;
      return [...said.values()].flatMap((warning) =>
        warning.code !== 'likely' ? [warning] : isGarbled ? [{ ...warning, code: 'garbled_text' }] : [],
      );
    },
  };
}

function garblesIn(text: string): Set<ReturnType<typeof garbleAt>> {
  const kinds = new Set<ReturnType<typeof garbleAt>>();
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) kinds.add(garbleAt(text, at));
  return kinds;
}

/** A `?` between letters, and not where the query of a Web address begins. */
const losesWithinWord = (text: string): boolean =>
  text.includes('?') && text.split(/[\s;,]/).some((word) => /\p{L}\?\p{L}/u.test(word) && !/\/.*\?|\?.*=/.test(word));
