/** What the cells of a column ask for, in points: its longest word, and its longest text on one line. */
export type AskedWidth = { readonly word: number; readonly text: number };

/**
 * As shares of the width: no word is cut while there is room for all longest words; what is left goes to those whose text
 * needs more than a line. Where there is no room, the widest words alone give way.
 */
export function columnShares(asked: readonly AskedWidth[], width: number): number[] {
  const least = level(
    asked.map(({ word }) => word),
    width,
  );
  const left = width - sum(least);
  const more = level(
    asked.map(({ text }, at) => Math.max(0, text - least[at]!)),
    left,
  );
  const spare = (left - sum(more)) / asked.length;
  return least.map((one, at) => (one + more[at]! + spare) / width);
}

/** As they are where they fit, else the largest cut down to one that all of these share. */
function level(wanted: readonly number[], room: number): number[] {
  let left = room;
  let cap = Infinity;
  for (const [at, one] of [...wanted].sort((a, b) => a - b).entries()) {
    const share = left / (wanted.length - at);
    if (one > share) {
      cap = share;
      break;
    }
    left -= one;
  }
  return wanted.map((one) => Math.min(one, cap));
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);
