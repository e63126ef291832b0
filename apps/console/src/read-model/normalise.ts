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
