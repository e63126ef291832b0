import type { Annexe2Cell } from './annexe2.js';

export const textOf = (cell: Annexe2Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'object' ? cell.text : String(cell);

/** Lower case without accents, punctuation as spaces. */
export function plain(text: string): string {
  return text
    .slice(0, 200)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** « Comptes élèves », « compte élève », « Élève » and COMPTE_ELEVE are the same category. */
export function categoryKey(text: string): string {
  return plain(text)
    .split(' ')
    .map((word) => word.replace(/s$/, ''))
    .filter((word) => !['compte', 'de', 'd', 'pour', 'acce'].includes(word))
    .join(' ');
}

/** What a message may repeat of a cell. */
export const shown = (text: string): string => text.trim().slice(0, 40);
