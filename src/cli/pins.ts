import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  delimiterForm,
  encodings,
  type Encoding,
  type Escape,
  escapes,
  type FormatPins,
  type Quote,
  quotes,
} from '../model/format.ts';
import * as values from './values.ts';

export interface PinOptions {
  encoding?: Encoding;
  delimiter?: string;
  quote?: Quote;
  escape?: Escape;
  headerLine?: number;
  sheet?: string;
}

/** Options that say what is known of a file's format. */
export function addPins(command: Command): Command {
  return command
    .addOption(new Option('--encoding <name>', 'of the text').choices(encodings))
    .option('--delimiter <characters>', 'between cells, one to eight; "tab" for a tab', delimiter)
    .addOption(new Option('--quote <mark>', 'around cells').choices(quotes))
    .addOption(new Option('--escape <mark>', "of a quote inside quotes; '\"': it is doubled").choices(escapes))
    .option('--header-line <n>', 'where the header stands; 0: there is none', values.lineNumber)
    .option('--sheet <name>', 'of a workbook');
}

function delimiter(text: string): string {
  const characters = text === 'tab' || text === '\\t' ? '\t' : text;
  if (!delimiterForm.test(characters))
    throw new InvalidArgumentError('Expected one to eight characters without a quote or a backslash, or "tab".');
  return characters;
}

export function pinsOf(options: PinOptions): FormatPins {
  const { encoding, delimiter: between, quote, escape, headerLine, sheet } = options;
  return {
    ...(encoding !== undefined && { encoding }),
    ...(between !== undefined && { delimiter: between }),
    ...(quote !== undefined && { quote }),
    ...(escape !== undefined && { escape }),
    ...(headerLine !== undefined && { headerLine }),
    ...(sheet !== undefined && { sheet }),
  };
}
