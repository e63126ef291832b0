import { divideHalfAwayFromZero, formatEuros } from '#libs/money';

export type PreviewOutcome = 'TO_DRAFT' | 'ALREADY_THERE' | 'WITHOUT_LINE' | 'REFUSED';

export type PreviewAmounts = {
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
};

/** What a run would make of a membership, beside what its period before came to. */
export type PreviewedMember = {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly outcome: PreviewOutcome;
  /** To be drafted, or of what is there; nothing for the others. */
  readonly amounts: PreviewAmounts;
  /** Invoices less credit notes; undefined where nothing was invoiced, or no period lies before. */
  readonly before: PreviewAmounts | undefined;
  readonly refusal: { readonly code: string; readonly message: string } | undefined;
  /** French sentences. */
  readonly warnings: readonly string[];
};

export const noAmounts: PreviewAmounts = { netCents: 0n, vatCents: 0n, totalCents: 0n };

/** From this difference on somebody is told to look: a fifth, and five euros. */
const tellingPercent = 20n;
const tellingCents = 500n;

/** What strikes the eye beside the period before; nothing for who is refused, whose refusal says it. */
export function differenceTold({
  outcome,
  amounts,
  before,
}: Pick<PreviewedMember, 'outcome' | 'amounts' | 'before'>): string[] {
  if (before === undefined || outcome === 'REFUSED') return [];
  const [now, was] = [amounts.totalCents, before.totalCents];
  if (was <= 0n) return [];
  if (outcome === 'WITHOUT_LINE')
    return [`Rien à facturer, contre ${formatEuros(was)} la période précédente.`];
  const difference = now - was;
  const size = difference < 0n ? -difference : difference;
  if (size < tellingCents || size * 100n < was * tellingPercent) return [];
  const percent = divideHalfAwayFromZero(size * 100n, was);
  const sign = difference < 0n ? '−' : '+';
  return [
    `${formatEuros(now)} au lieu de ${formatEuros(was)} la période précédente (${sign}${percent} %).`,
  ];
}

/** Who cannot be drafted first, then who has warnings, then by how much the amount has moved. */
export function mostNotableFirst(members: readonly PreviewedMember[]): PreviewedMember[] {
  const rank = ({ outcome, warnings }: PreviewedMember) =>
    outcome === 'REFUSED' ? 0 : warnings.length > 0 ? 1 : 2;
  const moved = ({ amounts, before = noAmounts }: PreviewedMember) => {
    const difference = amounts.totalCents - before.totalCents;
    return difference < 0n ? -difference : difference;
  };
  return [...members].sort((one, other) => {
    const byRank = rank(one) - rank(other);
    if (byRank !== 0) return byRank;
    const [a, b] = [moved(one), moved(other)];
    if (a !== b) return a > b ? -1 : 1;
    return one.membershipId < other.membershipId ? -1 : 1;
  });
}

export type PreviewTotals = {
  readonly members: number;
  readonly amounts: PreviewAmounts;
  readonly before: PreviewAmounts;
};

/** Of one outcome, with what the same members came to before. */
export function totalsOf(
  members: readonly PreviewedMember[],
  outcome: PreviewOutcome,
): PreviewTotals {
  const these = members.filter((member) => member.outcome === outcome);
  return {
    members: these.length,
    amounts: these.reduce((sum, { amounts }) => plus(sum, amounts), noAmounts),
    before: these.reduce((sum, { before = noAmounts }) => plus(sum, before), noAmounts),
  };
}

const plus = (a: PreviewAmounts, b: PreviewAmounts): PreviewAmounts => ({
  netCents: a.netCents + b.netCents,
  vatCents: a.vatCents + b.vatCents,
  totalCents: a.totalCents + b.totalCents,
});
