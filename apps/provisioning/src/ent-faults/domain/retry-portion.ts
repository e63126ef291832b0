/** Accounts of one retry, by what became of each. */
export type RetryFigures = {
  readonly waiting: number;
  readonly underWay: number;
  readonly through: number;
  /** Refused again. */
  readonly again: number;
};

export type RetryStep =
  | { readonly is: 'TAKE'; readonly accounts: number }
  | { readonly is: 'REST' }
  | { readonly is: 'END'; readonly as: 'DONE' | 'STOPPED' };

/** So many are tried first: where hardly one gets through, the cause is still there. */
export const probe = 20;
/** At work at once, so that newcomers do not wait behind all of a retry. */
export const atOnce = 200;
/** Fewer than one in ten. */
const hardlyOne = 10;

/** What a retry does next (PRV-4). */
export function nextPortion({ waiting, underWay, through, again }: RetryFigures): RetryStep {
  const tried = through + again;
  const isPointless = tried >= probe && through * hardlyOne < tried;
  if (underWay === 0 && waiting === 0) return { is: 'END', as: isPointless ? 'STOPPED' : 'DONE' };
  if (isPointless) return underWay > 0 ? { is: 'REST' } : { is: 'END', as: 'STOPPED' };
  const most = tried < probe ? probe - tried : atOnce;
  const accounts = Math.min(waiting, most - underWay);
  return accounts > 0 ? { is: 'TAKE', accounts } : { is: 'REST' };
}
