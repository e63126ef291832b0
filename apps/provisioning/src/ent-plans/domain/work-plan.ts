import { ceilingOf, type Level, type LimitsOfDay } from './thresholds.js';

/** From the lightest to the heaviest: an account that needs several calls counts once, under the heaviest. */
export const changeKinds = ['RENAME', 'MOVE', 'BLOCK', 'CLOSE', 'DELETE'] as const;
export type ChangeKind = (typeof changeKinds)[number];
export type Figures = Readonly<Record<ChangeKind, number>>;

/** Accounts of one kind, of a school and who pays for them, whose calls to the ENT are gathered. */
export type Tally = {
  readonly uai: string;
  readonly membershipId: string;
  readonly kind: ChangeKind;
  readonly accounts: number;
  /**
   * Of them, those that an approval given elsewhere may mean: no plan has held them, and of a deletion the ENT was told
   * that they close.
   */
  readonly fresh: number;
  /** Of them, those that held a seat (BLOCK, CLOSE). */
  readonly seats: number;
};

/** What is gathered of one school: it runs or waits together. */
export type Part = {
  readonly uai: string;
  /** That pays for most of them. */
  readonly membershipId: string;
  readonly figures: Figures;
  /** Of them, those that an approval given elsewhere may mean. */
  readonly fresh: Figures;
  readonly seats: number;
};

/** Of one level: whom the ENT has, and what the day has run already without a person's word. */
export type Extent = { readonly accounts: number; readonly ran: number };

/** What a plan of the directory has approved for a school, by its figures (DIR-3); deletions: closings approved before. */
export type ApprovedOfSchool = {
  readonly ended: number;
  readonly changed: number;
  readonly deletions: number;
};
export type Approved = {
  readonly schools: ReadonlyMap<string, ApprovedOfSchool>;
  /** Blocks, by membership: the seats lost that an order's preview told and its orderer confirmed (PRV-7). */
  readonly members: ReadonlyMap<string, number>;
};

export type Judgement = {
  readonly part: Part;
  /** What its level has to bear: all but what was approved already. */
  readonly counted: number;
  /** The figures of the part that were approved already. */
  readonly approved: Figures;
  /** Null: it runs. Else the highest level that it is beyond the threshold of. */
  readonly heldBy: Level | null;
};

export type Day = {
  readonly limits: LimitsOfDay;
  readonly whole: Extent;
  readonly members: ReadonlyMap<string, Extent>;
  readonly schools: ReadonlyMap<string, Extent>;
  readonly approved: Approved;
};

export const noFigures: Figures = { RENAME: 0, MOVE: 0, BLOCK: 0, CLOSE: 0, DELETE: 0 };

/** School by school, whatever the order or the portions in which it was gathered. */
export function partsOf(tallies: readonly Tally[]): Part[] {
  return [...Map.groupBy(tallies, ({ uai }) => uai)].map(([uai, of]) => {
    const figures = { ...noFigures };
    const fresh = { ...noFigures };
    const payers = new Map<string, number>();
    for (const { kind, accounts, membershipId, ...tally } of of) {
      figures[kind] += accounts;
      fresh[kind] += tally.fresh;
      payers.set(membershipId, (payers.get(membershipId) ?? 0) + accounts);
    }
    const [first] = [...payers].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const seats = of.reduce((sum, tally) => sum + tally.seats, 0);
    return { uai, membershipId: first?.[0] ?? '', figures, fresh, seats };
  });
}

/**
 * Which parts run and which wait (PRV-8). A school beyond its own threshold is set aside and the others go on; where
 * those of a member, or of all, are together beyond theirs, they wait too. What was approved already counts nowhere, as
 * long as it is within the figure that was approved: beyond it nobody can tell which of them were meant, so all of that
 * kind count. What a plan holds was not meant by an approval that was given elsewhere.
 */
export function judge(parts: readonly Part[], day: Day): Judgement[] {
  const blocks = new Map<string, number>();
  for (const { membershipId, fresh } of parts) add(blocks, membershipId, fresh.BLOCK);
  const counted = parts.map((part) => {
    const confirmed = day.approved.members.get(part.membershipId) ?? 0;
    const areBlocksMeant = (blocks.get(part.membershipId) ?? 0) <= confirmed;
    const approved = approvedOf(part, day.approved.schools.get(part.uai), areBlocksMeant);
    return { part, approved, counted: totalOf(part.figures) - totalOf(approved) };
  });
  const floorOf = (uai: string) =>
    ceilingOf(day.limits, 'SCHOOL', day.schools.get(uai)?.accounts ?? 0);
  const isSchoolOver = ({ part: { uai }, counted: count }: (typeof counted)[number]) =>
    count > 0 && (day.schools.get(uai)?.ran ?? 0) + count > floorOf(uai);
  const ofMember = (all: typeof counted) => {
    const sums = new Map<string, number>();
    for (const { part, counted: count } of all) add(sums, part.membershipId, count);
    return sums;
  };
  // A member or a market of few accounts may do at least what one of its schools may.
  const floors = new Map<string, number>();
  for (const { part } of counted) {
    const known = floors.get(part.membershipId) ?? 0;
    floors.set(part.membershipId, Math.max(known, floorOf(part.uai)));
  }
  const isMemberOver = (membershipId: string, count: number) => {
    const { accounts, ran } = day.members.get(membershipId) ?? { accounts: 0, ran: 0 };
    const ceiling = ceilingOf(day.limits, 'MEMBER', accounts);
    return ran + count > Math.max(floors.get(membershipId) ?? 0, ceiling);
  };
  const wholeCeiling = ceilingOf(day.limits, 'WHOLE', day.whole.accounts);
  const isWholeOver = (count: number) =>
    day.whole.ran + count > Math.max(wholeCeiling, ...floors.values());
  const wouldRun = counted.filter((each) => !isSchoolOver(each));
  const running = ofMember(wouldRun);
  const isStopped = (membershipId: string) =>
    isMemberOver(membershipId, running.get(membershipId) ?? 0);
  const left = wouldRun.filter(({ part }) => !isStopped(part.membershipId));
  const isAllStopped = isWholeOver(sumOf(left));
  const all = ofMember(counted);
  const levelOf = ({ part: { membershipId } }: (typeof counted)[number]): Level => {
    if (isWholeOver(sumOf(counted))) return 'WHOLE';
    return isMemberOver(membershipId, all.get(membershipId) ?? 0) ? 'MEMBER' : 'SCHOOL';
  };
  return counted.map((each) => {
    const isHeld =
      each.counted > 0 && (isSchoolOver(each) || isStopped(each.part.membershipId) || isAllStopped);
    return { ...each, heldBy: isHeld ? levelOf(each) : null };
  });
}

/** Whether so many calls in one school, which no plan judges and nobody has approved, stay within each level of the day. */
export function mayRun(
  calls: number,
  school: Pick<Part, 'uai' | 'membershipId'>,
  day: Omit<Day, 'approved'>,
): boolean {
  const part = { ...school, figures: { ...noFigures, MOVE: calls }, fresh: noFigures, seats: 0 };
  const approved = { schools: new Map(), members: new Map() };
  return judge([part], { ...day, approved })[0]?.heldBy === null;
}

/** Of a part, the kinds whose figure was approved and is not exceeded. */
function approvedOf(
  { fresh: figures }: Part,
  approved: ApprovedOfSchool | undefined,
  areBlocksMeant: boolean,
): Figures {
  const { ended = 0, changed = 0, deletions = 0 } = approved ?? {};
  const areClosingsMeant = figures.CLOSE <= ended;
  // Who leaves the school for another one has ended there as well.
  const others = changed + (areClosingsMeant ? ended - figures.CLOSE : 0);
  const areChangesMeant = figures.MOVE + figures.RENAME <= others;
  return {
    RENAME: areChangesMeant ? figures.RENAME : 0,
    MOVE: areChangesMeant ? figures.MOVE : 0,
    BLOCK: areBlocksMeant ? figures.BLOCK : 0,
    CLOSE: areClosingsMeant ? figures.CLOSE : 0,
    DELETE: figures.DELETE <= deletions ? figures.DELETE : 0,
  };
}

export const totalOf = (figures: Figures): number =>
  changeKinds.reduce((sum, kind) => sum + figures[kind], 0);
const sumOf = (all: readonly { readonly counted: number }[]): number =>
  all.reduce((sum, { counted }) => sum + counted, 0);
const add = (sums: Map<string, number>, key: string, count: number) =>
  sums.set(key, (sums.get(key) ?? 0) + count);
