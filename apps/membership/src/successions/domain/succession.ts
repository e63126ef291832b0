import {
  addDays,
  changesFrom,
  differenceOf,
  frenchDate,
  type LocalDate,
  opposite,
  type QuantityChange,
  quantityOn,
  smallestIn,
  stepDaysFrom,
  sumOf,
  type Timeline,
  withChanges,
} from '#libs/time';
import {
  CommitmentMovesWhole,
  CommitmentNotThere,
  OrderedNotThere,
  PredecessorLeaves,
  PredecessorNotActive,
  SuccessionOutsideMembership,
  SuccessorLeaves,
  SuccessorNotActive,
} from './succession-problems.js';

export type SuccessionKind = 'FULL' | 'PARTIAL';

/** C and O of an item over the life of a membership. */
export type Holding = {
  readonly itemCode: string;
  readonly label: string;
  readonly commitment: Timeline;
  readonly ordered: Timeline;
};

/** One side of a succession, as it stands. */
export type Side = {
  readonly status: string;
  /** `[startsOn, endsOn)`; absent before activation. */
  readonly startsOn?: LocalDate;
  readonly endsOn?: LocalDate;
  /** Why it ends before its market; absent where it does not. */
  readonly endCause?: string;
  readonly floorScope: 'ITEM' | 'TOTAL';
  readonly holdings: readonly Holding[];
};

/** What is asked to pass of an item (PARTIAL): C of the lines named, and accounts wished, if any. */
export type Share = {
  readonly itemCode: string;
  readonly commitment: number;
  readonly wished?: number;
};

/** What passes of an item: the successor receives these changes of C and O. */
export type Move = {
  readonly itemCode: string;
  readonly commitment: readonly QuantityChange[];
  readonly ordered: readonly QuantityChange[];
};

/** In full, everything from `day` on: C(d), O(d), and each change planned after it (ADH-5). */
export function takeOver(predecessor: Side, day: LocalDate): Move[] {
  return predecessor.holdings.map(({ itemCode, commitment, ordered }) => ({
    itemCode,
    commitment: changesFrom(commitment, day),
    ordered: changesFrom(ordered, day),
  }));
}

/** The bounds of what passes of an item: C moved ≤ q ≤ C moved + the smallest margin from `day` on. */
export type Bounds = { readonly itemCode: string; readonly least: number; readonly most: number };

/**
 * In part, so much from `day` on; what is planned after it stays (ADH-5). A quantity wished is brought
 * within the bounds of the day. Throws CommitmentNotThere, OrderedNotThere or CommitmentMovesWhole.
 */
export function share(
  predecessor: Side,
  day: LocalDate,
  shares: readonly Share[],
): { moves: Move[]; bounds: Bounds[] } {
  const bounds: Bounds[] = [];
  // Floor scope TOTAL: what one item takes of the common margin, the next has no more.
  let rest = predecessor.holdings;
  const moves = shares.map(({ itemCode, commitment, wished }) => {
    const least = commitment;
    const most = least + marginOf({ ...predecessor, holdings: rest }, itemCode, least, day);
    bounds.push({ itemCode, least, most });
    const ordered = Math.min(Math.max(wished ?? least, least), most);
    const move = { itemCode, commitment: from(day, least), ordered: from(day, ordered) };
    rest = rest.map((holding) =>
      holding.itemCode === itemCode ? without(holding, move) : holding,
    );
    return move;
  });
  checkCommitmentRemains(rest, day);
  return { moves, bounds };
}

/** A member commits to at least one account (ADH-2): whose last one passes has a successor in full. */
function checkCommitmentRemains(rest: readonly Holding[], day: LocalDate): void {
  if (rest.some(({ commitment }) => quantityOn(commitment, day) > 0)) return;
  throw new CommitmentMovesWhole(
    'Tout l’engagement de l’ancien membre passerait : prévoyez une succession totale, qui met fin à son adhésion.',
    { effectiveOn: day },
  );
}

function marginOf(
  { holdings, floorScope }: Side,
  itemCode: string,
  least: number,
  day: LocalDate,
): number {
  const holding = holdings.find((candidate) => candidate.itemCode === itemCode);
  const committed = holding ? smallestIn(holding.commitment, day).quantity : 0;
  if (!holding || committed < least) {
    throw new CommitmentNotThere(
      `L’engagement du membre pour « ${holding?.label ?? itemCode} » n’est que de ${committed} à partir du ` +
        `${frenchDate(day)} : ${least} ne peuvent passer. Vérifiez les lignes de l’annexe 2.`,
      { itemCode, committed, moved: least },
    );
  }
  const own = smallestIn(holding.ordered, day).quantity - least;
  const margin =
    floorScope === 'ITEM'
      ? smallestIn(differenceOf(holding.ordered, holding.commitment), day).quantity
      : Math.min(
          own,
          smallestIn(
            differenceOf(
              sumOf(holdings.map(({ ordered }) => ordered)),
              sumOf(holdings.map(({ commitment }) => commitment)),
            ),
            day,
          ).quantity,
        );
  if (margin < 0) {
    throw new OrderedNotThere(
      `Le membre n’a pas assez de comptes commandés de « ${holding.label} » à partir du ${frenchDate(day)} ` +
        `pour que les ${least} engagés passent : il en manque ${-margin}.`,
      { itemCode, moved: least, missing: -margin },
    );
  }
  return margin;
}

const from = (effectiveFrom: LocalDate, delta: number): QuantityChange[] =>
  delta === 0 ? [] : [{ effectiveFrom, delta }];

/** What remains of a holding once a move has left it. */
export function without(holding: Holding, move: Move): Holding {
  return {
    ...holding,
    commitment: withChanges(holding.commitment, move.commitment.map(opposite)),
    ordered: withChanges(holding.ordered, move.ordered.map(opposite)),
  };
}

/** A holding once a move has reached it. */
export function withMove(holding: Holding, move: Move): Holding {
  return {
    ...holding,
    commitment: withChanges(holding.commitment, move.commitment),
    ordered: withChanges(holding.ordered, move.ordered),
  };
}

/** The member that gives. Throws PredecessorNotActive, PredecessorLeaves or SuccessionOutsideMembership. */
export function checkPredecessor(side: Side, day: LocalDate): { endsOn: LocalDate } {
  const { status, startsOn, endsOn, endCause } = side;
  if (status !== 'ACTIVE' || !startsOn || !endsOn) {
    throw new PredecessorNotActive(
      'L’adhésion de l’ancien membre n’est pas en vigueur : rien ne peut en passer à un successeur.',
      { status },
    );
  }
  if (endCause !== undefined) {
    throw new PredecessorLeaves(
      `L’ancien membre quitte déjà le groupement le ${frenchDate(endsOn)} (convention, art. 3) : ` +
        'faites d’abord révoquer son retrait, ou laissez-le prendre effet.',
      { endsOn, endCause },
    );
  }
  if (day <= startsOn || day >= endsOn) {
    throw new SuccessionOutsideMembership(
      `La succession prend effet entre le ${frenchDate(addDays(startsOn, 1))} et le ${frenchDate(addDays(endsOn, -1))}.`,
      { effectiveOn: day, startsOn, endsOn },
    );
  }
  return { endsOn };
}

/** The member that receives, where it is one already. Throws SuccessorNotActive or SuccessorLeaves. */
export function checkSuccessor(side: Side, day: LocalDate, until: LocalDate): void {
  const { status, startsOn, endsOn, endCause } = side;
  if (status !== 'ACTIVE' || !startsOn || !endsOn || day < startsOn || day >= endsOn) {
    throw new SuccessorNotActive(
      `L’adhésion du successeur n’est pas en vigueur le ${frenchDate(day)} : activez-la, ou changez la date.`,
      { status, effectiveOn: day, startsOn: startsOn ?? '', endsOn: endsOn ?? '' },
    );
  }
  if (endCause !== undefined || endsOn < until) {
    throw new SuccessorLeaves(
      `Le successeur quitte le groupement le ${frenchDate(endsOn)} (convention, art. 3) : ` +
        'il ne peut porter un engagement au-delà. Faites d’abord révoquer son retrait.',
      { endsOn, endCause: endCause ?? '' },
    );
  }
}

/** Where C or O of an item, both sides together, is another than before on a day from `day` on. */
export function notConserved(
  before: readonly (readonly Holding[])[],
  after: readonly (readonly Holding[])[],
  day: LocalDate,
): { itemCode: string; onDay: LocalDate; figure: 'C' | 'O'; was: number; is: number } | undefined {
  const itemCodes = new Set([...before, ...after].flat().map(({ itemCode }) => itemCode));
  for (const itemCode of itemCodes) {
    const total = (sides: readonly (readonly Holding[])[], of: (holding: Holding) => Timeline) =>
      sumOf(
        sides
          .flat()
          .filter((holding) => holding.itemCode === itemCode)
          .map(of),
      );
    for (const [figure, of] of figures) {
      const was = total(before, of);
      const is = total(after, of);
      const onDay = stepDaysFrom(day, was, is).find(
        (d) => quantityOn(was, d) !== quantityOn(is, d),
      );
      if (onDay !== undefined) {
        return { itemCode, onDay, figure, was: quantityOn(was, onDay), is: quantityOn(is, onDay) };
      }
    }
  }
  return undefined;
}

const figures = [
  ['C', (holding: Holding) => holding.commitment],
  ['O', (holding: Holding) => holding.ordered],
] as const;
