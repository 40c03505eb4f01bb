/**
 * Lays SQL out for people: what fits on a line stays there; else a clause stands on a line, then an item of its list, then
 * what is in brackets, two spaces further in. Words and their order stay as they are.
 */
export function layOut(sql: string): string {
  return lay(read(tokensOf(sql.trim())), 0).join('\n');
}

const WIDTH = 110;

/** A word, or what is in brackets; `spaced`: white space stands before it. */
type Node = { spaced: boolean } & ({ word: string } | { inside: Node[] });

const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\{\w+\}|[A-Za-z_][\w.]*|\d+|::|->>|->|<>|<=|>=|\|\||[^\s]/g;

function* tokensOf(sql: string): Generator<{ word: string; spaced: boolean }> {
  let end = 0;
  for (const found of sql.matchAll(token)) {
    yield { word: found[0], spaced: found.index > end };
    end = found.index + found[0].length;
  }
}

function read(tokens: Iterator<{ word: string; spaced: boolean }>): Node[] {
  const nodes: Node[] = [];
  for (let next = tokens.next(); !next.done && next.value.word !== ')'; next = tokens.next()) {
    const { word, spaced } = next.value;
    nodes.push(word === '(' ? { inside: read(tokens), spaced } : { word, spaced });
  }
  return nodes;
}

const wordOf = (node: Node | undefined): string => (node && 'word' in node ? node.word : '');

const flat = (nodes: readonly Node[]): string =>
  nodes
    .map((node, i) => {
      const text = 'word' in node ? node.word : `(${flat(node.inside)})`;
      return node.spaced && i > 0 ? ` ${text}` : text;
    })
    .join('');

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);

function lay(nodes: readonly Node[], depth: number): string[] {
  const line = flat(nodes);
  if (line.length + depth <= WIDTH) return [line];
  for (const isBreak of [beginsStatement, beginsClause, followsComma, beginsCondition, beginsCase]) {
    const parts = split(nodes, isBreak);
    if (parts.length === 1) continue;
    if (isBreak === beginsStatement || isBreak === beginsClause) return parts.flatMap((part) => lay(part, depth));
    if (isBreak === followsComma) return filled(parts, depth);
    const [first = [], ...rest] = parts;
    return [...lay(first, depth), ...rest.flatMap((part) => indented(lay(part, depth + 2)))];
  }
  return open(nodes, depth);
}

/** Items of a list, as many on a line as fit; one that does not fit into a line has its own. */
function filled(items: readonly Node[][], depth: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const text = flat(item);
    const joined = line === '' ? text : `${line} ${text}`;
    if (joined.length + depth + 2 <= WIDTH) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    if (text.length + depth + 2 <= WIDTH) line = text;
    else lines.push(...lay(item, depth + 2));
  }
  if (line !== '') lines.push(line);
  const [first = '', ...rest] = lines;
  return [first, ...indented(rest)];
}

/** The longest brackets, opened. */
function open(nodes: readonly Node[], depth: number): string[] {
  const lengths = nodes.map((node) => ('inside' in node ? flat(node.inside).length : 0));
  const longest = Math.max(...lengths);
  if (!(longest > 20)) return [flat(nodes)];
  const at = lengths.indexOf(longest);
  const node = nodes[at] as Extract<Node, { inside: Node[] }>;
  const [before, after] = [flat(nodes.slice(0, at)), nodes.slice(at + 1)];
  const [tail = '', ...more] = after.length > 0 ? lay(after, depth) : [];
  const space = node.spaced && before !== '' ? ' ' : '';
  const gap = after[0]?.spaced === true ? ' ' : '';
  return [`${before}${space}(`, ...indented(lay(node.inside, depth + 2)), `)${gap}${tail}`, ...more];
}

type Break = (nodes: readonly Node[], at: number) => boolean;

function split(nodes: readonly Node[], isBreak: Break): Node[][] {
  const parts: Node[][] = [];
  for (const [i, node] of nodes.entries()) {
    if (parts.length === 0 || isBreak(nodes, i)) parts.push([]);
    parts.at(-1)?.push(node);
  }
  return parts;
}

const beginsStatement: Break = (nodes, at) => wordOf(nodes[at - 1]) === ';';

const clauses = new Set(
  `select from where group order having window union except values set returning limit left full cross join on_conflict
   update delete insert`.split(/\s+/),
);
/** Words after which one of these is no clause. */
const bound = new Set(['distinct', 'left', 'full', 'cross', 'do', 'union', 'for', 'local', 'within']);

const beginsClause: Break = (nodes, at) => {
  const [before, word, after] = [wordOf(nodes[at - 1]), wordOf(nodes[at]), nodes[at + 1]];
  if (bound.has(before)) return false;
  if (word === 'left' && after && 'inside' in after) return false;
  if (word === 'on') return wordOf(after) === 'conflict';
  return clauses.has(word) && nodes[at]?.spaced === true;
};
const followsComma: Break = (nodes, at) => wordOf(nodes[at - 1]) === ',';
const beginsCondition: Break = (nodes, at) => !beganCase(nodes, at) && ['and', 'or'].includes(wordOf(nodes[at]));
const beginsCase: Break = (nodes, at) => ['when', 'else', 'end'].includes(wordOf(nodes[at]));

function beganCase(nodes: readonly Node[], at: number): boolean {
  const words = nodes.slice(0, at).map(wordOf);
  return words.lastIndexOf('case') > words.lastIndexOf('end');
}
