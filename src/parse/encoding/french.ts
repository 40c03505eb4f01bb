/**
 * How likely a character above ASCII is where it stands, in a French accountant's file: in tenths of a decade, 0 for the
 * commonest letter in its usual place. The figures are rough; what matters is what never happens.
 */

/** Weights of lower-case letters in French, the commonest at 0; those of other European names are rarer. */
const letters: readonly (readonly [string, number])[] = [
  ['é', 0],
  ['èà', -3],
  ['êçô', -5],
  ['îâûùëïœ', -7],
  ['üöä', -8],
  ['ñáíóúßåøæ', -10],
  ['ãõìòÿšž', -13],
  // In Turkish, whose code page has `ş ğ ı İ Ş` in their place, they are far more frequent than in any other names here.
  ['ðþý', -22],
];
const frequency = new Map(letters.flatMap(([all, weight]) => Array.from(all, (letter) => [letter, weight] as const)));

/** What may stand before and after a letter; a letter without a rule stands anywhere. `$` is the end of a word. */
const rules: Readonly<Record<string, { before?: RegExp; after?: RegExp }>> = {
  è: { before: /[a-z]/i, after: /[bcdfgjlmnpqrstvxz]/i },
  ê: { after: /[bcdglmnpqrstvz]/i },
  à: { before: /$/, after: /$/ },
  ù: { before: /o/i, after: /$/ },
  â: { after: /[bcdfglmnprstv]/i },
  î: { after: /[cdfglmnrt]/i },
  ô: { after: /[bcdflmnprtv]/i },
  û: { before: /[a-z]/i, after: /[clmrt]|$/i },
  ç: { after: /[aou]/i },
  ë: { before: /[aeiou]/i },
  ï: { before: /[aeou]/i },
  œ: { after: /[cdfgiklmnprstu]/i },
  ñ: { after: /[aeiou]/i },
  ÿ: { before: /[a-z]/i },
};

/** Words that hold an accented letter in many files: what they would be in another encoding is a word of no language. */
const words = new Set(
  `société sociétés général générale générales échéance échéances échue échu règlement règlements réglé réglée réglées
  pièce pièces libellé débit crédit débiteur créditeur créance créances écriture écritures numéro téléphone entrée
  février août décembre dépôt dépôts impôt impôts hôtel hôtels hôpital château châteaux chêne chênes côte côté côtes
  bâtiment bâtiments bâti pâtisserie café cafés théâtre musée école écoles lycée collège église mairie crémerie
  brûlerie brûleries forêt forêts prêt prêts intérêt intérêts frère frères père mère première premier première
  rivière rivières pénalité pénalités période relevé relevés émis émise reçu reçus reçue française français françois
  françoise maçon maçonnerie garçon façade façon leçon besançon briançon alençon compiègne orléans nîmes évreux sète
  genève rhône saône isère ardèche lozère corrèze finistère hérault vendée pyrénées alpes-côte île îles évry épinal
  andré rené gérard éric étienne émile élodie élise hélène josé béatrice frédéric stéphane stéphanie cédric jérôme
  noël joël benoît mélanie amélie aurélie valérie céline sébastien rémi rémy hervé agnès thérèse geneviève noé chloé
  zoé léa théo mickaël michaël raphaël gaël citroën cœur sœur œuvre œuvres bœuf œil été où à là déjà très près après
  dès ça même être fenêtre électricité électrique énergie équipement équipements établissement établissements ets prénom
  intérim matériel matériaux médical médicale pharmacie santé sécurité qualité activité propriété immobilière
  région régional département économie coopérative fédération réparation rénovation révision préfecture
  marché boîte maître chaîne connaître naïf maïs haïti loïc anaïs coût coûts sûr dû aîné fête bête arrêt arrêté hélas
  deuxième troisième quatrième trésor trésorerie éléments détail détaillé référence références catégorie adhérent
  müller jürgen köln münchen düsseldorf nuñez peña españa ordoñez muñoz josé garcía lópez`.split(/\s+/),
);

const isLetter = (c: string): boolean => /\p{L}/u.test(c);
const isUpper = (c: string): boolean => /\p{Lu}/u.test(c);
const isLower = (c: string): boolean => /\p{Ll}/u.test(c);
const isAccented = (c: string): boolean => isLetter(c) && c > '\x7f';
const isDigit = (c: string): boolean => /[0-9]/.test(c);
/** Nothing, a blank, a delimiter or a bracket. */
const isGap = (c: string): boolean => c === '' || /[\s;,|"'()/.:!?-]/.test(c);
const isBlank = (c: string): boolean => c === '' || /[\s;,|"]/.test(c);

const impossible = -28;
const symbols = -18;
/** Letters that are in none of the lists: the alphabets are Latin, their languages are not spoken here. */
const foreign = -16;

/** @param at where in `text`, of which a few characters on either side are known */
export function likelihood(text: string, at: number): number {
  const c = text[at] ?? '';
  const before = text[at - 1] ?? '';
  const after = text[at + 1] ?? '';
  if (/[ªº]/.test(c)) return /[nN0-9]/.test(before) ? -10 : symbols;
  if (isLetter(c) && c !== 'µ') return letter(c, before, after, text, at);
  return mark(c, before, after);
}

/** What no word holds: signs for which letters were taken in MacRoman, Windows-1252 and the code pages of DOS. */
const withinNoWord = /[‚ƒ„†‡ˆ˜‰‹›¢¥¤¦¬¶¸¯÷√∂∑∏∫≈∆◊≤≥∞ı\u2500-\u259f]/;

/**
 * Whether a character is what a text gets that was read in a wrong encoding: a sign within a word is beyond doubt, a
 * capital after a small letter is likely. Of capitals, `É` begins the second half of names (`BioÉnergie`).
 */
export function garbleAt(text: string, at: number): 'certain' | 'likely' | undefined {
  const c = text[at] ?? '';
  const [before, after] = [text[at - 1] ?? '', text[at + 1] ?? ''];
  if (withinNoWord.test(c)) return isLetter(before) && /\p{L}|[;,|\t"\s]|^$/u.test(after) ? 'certain' : undefined;
  return /[\u00c0-\u017f]/.test(c) && c !== 'É' && isUpper(c) && isLower(before) ? 'likely' : undefined;
}

function letter(c: string, before: string, after: string, text: string, at: number): number {
  if (/[^\u00c0-\u017f]/.test(c) || c === 'ı') return symbols;
  const lower = c.toLowerCase();
  let weight = frequency.get(lower) ?? foreign;
  const upper = isUpper(c);
  if (upper) weight -= 4;
  // `BioÉnergie` is a name like others.
  if (upper && isLower(before)) return weight - (c === 'É' && isLower(after) ? 8 : 18);
  // Never three of them in a row in French, always in a word of Cyrillic or Greek.
  if (isAccented(before) && isAccented(after)) weight -= 18;
  // Software that knows ASCII alone leaves accents small in capitals.
  if (!upper && isUpper(after)) weight -= 9;
  if (!isLetter(before) && !isLetter(after) && !/[àô]/i.test(c) && !isDigit(before)) return weight - 10;
  if (isDigit(before) || isDigit(after)) weight -= 10;
  const word = wordAt(text, at);
  if (words.has(word.toLowerCase())) return weight + 6;
  const rule = rules[lower];
  if (rule?.after && !rule.after.test(isLetter(after) ? after.normalize('NFD').charAt(0) : '')) weight -= 7;
  if (rule?.before && !rule.before.test(isLetter(before) ? before.normalize('NFD').charAt(0) : '')) weight -= 7;
  return weight;
}

function wordAt(text: string, at: number): string {
  let [start, end] = [at, at + 1];
  while (start > 0 && isLetter(text[start - 1] ?? '')) start -= 1;
  while (end < text.length && isLetter(text[end] ?? '')) end += 1;
  return text.slice(start, end);
}

/** Punctuation and symbols. */
function mark(c: string, before: string, after: string): number {
  switch (c) {
    case '–':
    case '—':
      if (isBlank(before) && isBlank(after)) return -4;
      return isDigit(before) && isDigit(after) ? -7 : isLetter(before) && isLetter(after) ? -14 : -10;
    case '’':
      return isLetter(before) && isLetter(after) ? -2 : isLetter(before) || /[»”]/.test(before) ? -9 : -14;
    case '‘':
      return isGap(before) && isLetter(after) ? -9 : -18;
    case '“':
    case '„':
      return isGap(before) && !isBlank(after) ? -7 : -17;
    case '”':
      return !isBlank(before) && isGap(after) ? -7 : -17;
    case '«':
      return isGap(before) && !isDigit(after) ? (isBlank(before) && isBlank(after) && after !== ' ' ? -12 : -6) : -17;
    case '»':
      return isGap(after) && !isDigit(before) ? -6 : -17;
    case '…':
      return isBlank(after) || isGap(after) ? -6 : isLetter(before) && isLetter(after) ? -18 : -10;
    case '€':
      return amountSign(before, after, -3);
    case '£':
      return amountSign(before, after, -9);
    case '°':
      return /[nN0-9]/.test(before) ? -3 : isLetter(before) ? -18 : -9;
    case '²':
    case '³':
      return isLetter(after) ? -20 : /[mM]/.test(before) ? -6 : isDigit(before) || isLetter(before) ? -14 : -18;
    case '\u00a0':
      return space(before, after);
    case '‰':
      return isDigit(before) || isBlank(before) ? -9 : -20;
    case '±':
      return isBlank(before) && (isDigit(after) || isBlank(after)) ? -8 : isLetter(before) ? -20 : -12;
    case 'µ':
      return isLetter(before) ? symbols : -9;
    case '§':
      return isBlank(before) ? -9 : isLetter(before) || isLetter(after) ? -22 : symbols;
    case '½':
    case '¼':
    case '¾':
      return isLetter(before) || isLetter(after) ? -20 : -10;
    case '×':
      return isGap(before) || isDigit(before) ? -10 : -20;
    case '·':
    case '•':
      return isBlank(before) ? -9 : symbols;
    case '™':
    case '®':
    case '©':
      return isBlank(after) || isGap(after) ? -10 : symbols;
    case '¿':
    case '¡':
      return isGap(before) && isUpper(after) ? -13 : -20;
    case '´':
      return isLetter(before) && isLetter(after) ? -8 : symbols;
    case '\u00ad':
      return isLetter(before) && isLetter(after) ? -14 : symbols;
    case '†':
    case '‡':
    case '¢':
    case '¥':
    case '¤':
    case '¦':
    case '¬':
    case '¶':
    case '¨':
    case '¸':
    case '¯':
    case '÷':
    case '‹':
    case '›':
    case '‚':
    case 'ƒ':
      return isLetter(before) || isLetter(after) ? -22 : symbols;
    default:
      return impossible;
  }
}

const amountSign = (before: string, after: string, usual: number): number =>
  isDigit(before) || /[\s(\u00a0\u202f]/.test(before) || isDigit(after) || (isBlank(before) && isBlank(after))
    ? usual
    : isLetter(before) && isLetter(after)
      ? -24
      : usual - 4;

function space(before: string, after: string): number {
  if (isDigit(before) && isDigit(after)) return -3;
  if (/[:;!?%»€]/.test(after) || before === '«' || isDigit(before) || isDigit(after)) return -5;
  return -8;
}
