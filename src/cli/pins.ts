import { InvalidArgumentError, Option, type Command } from 'commander';
import { encodings, type Encoding, type FormatPins } from '../model/format.ts';
import * as values from './values.ts';

export interface PinOptions {
  encoding?: Encoding;
  delimiter?: string;
  quote?: '"' | 'none';
  headerLine?: number;
  sheet?: string;
}

/** Options that say what is known of a file's format. */
export function addPins(command: Command): Command {
  return command
    .addOption(new Option('--encoding <name>', 'of the text').choices(encodings))
    .option('--delimiter <character>', 'between cells; "tab" for a tab', delimiter)
    .option('--quote <mark>', '\'"\', or "none"', quote)
    .option('--header-line <n>', 'where the header stands; 0: there is none', values.lineNumber)
    .option('--sheet <name>', 'of a workbook');
}

function delimiter(text: string): string {
  const character = text === 'tab' || text === '\\t' ? '\t' : text;
  if (Buffer.byteLength(character) !== 1 || /["\r\n\0]/.test(character))
    throw new InvalidArgumentError('Expected one ASCII character that is no quote, or "tab".');
  return character;
}

function quote(text: string): '"' | 'none' {
  if (text !== '"' && text !== 'none') throw new InvalidArgumentError('Expected \'"\' or "none".');
  return text;
}

export function pinsOf({ encoding, delimiter: between, quote: mark, headerLine, sheet }: PinOptions): FormatPins {
  return {
    ...(encoding !== undefined && { encoding }),
    ...(between !== undefined && { delimiter: between }),
    ...(mark !== undefined && { quote: mark }),
    ...(headerLine !== undefined && { headerLine }),
    ...(sheet !== undefined && { sheet }),
  };
}
