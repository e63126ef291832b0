import { defineProblem } from '#libs/problems';

/** Lower case, without accents or punctuation: what is searched, on both sides. */
export function normalise(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/æ/g, 'ae')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** The words of a text, each once. */
export function wordsOf(text: string): string[] {
  return [...new Set(normalise(text).split(' ').filter(Boolean))];
}

/**
 * What people are sorted by, and what a search compares its words with: a space before each word and two before the
 * first names, so that all MARTIN stand before MARTIN DUPONT.
 */
export function sortNameOf(lastName: string, firstName: string): string {
  return ` ${normalise(lastName)}  ${normalise(firstName)}`;
}

/** The words that are searched by. Throws SearchTextEmpty where nothing is left. */
export function searchedWordsOf(text: string): string[] {
  const words = wordsOf(text);
  if (words.every(({ length }) => length < 2)) throw new SearchTextEmpty();
  return words;
}

/** A text without a letter or digit that names are searched by would list everybody; single ones, a great many. */
class SearchTextEmpty extends defineProblem('SEARCH_TEXT_EMPTY', 'invalid') {
  constructor() {
    super(
      'Indiquez au moins deux lettres qui se suivent du nom, de la commune ou de l’identifiant recherché.',
    );
  }
}
