const kinds = ['present', 'added', 'changed', 'identities', 'ended', 'returned'] as const;
type Figures = Readonly<Record<(typeof kinds)[number], number>>;

type PlannedSchool = {
  readonly uai: string;
  readonly state: string;
  readonly over: boolean;
  readonly figures?: Figures | undefined;
};
type Financer = {
  readonly uai: string;
  readonly membershipId: string;
  readonly memberName: string;
  readonly marketCode: string;
};

/** Of several schools: who is in two of them counts in each, as in their own figures. */
type SumOfSchools = {
  readonly schools: number;
  /** How many of them wait for a decision, and how many passed their threshold. */
  readonly held: number;
  readonly over: number;
  readonly figures: Figures;
};
export type MemberFigures = Omit<Financer, 'uai'> & SumOfSchools;
export type FiguresByMember = {
  /** Those with a school that waits first, then by name. */
  readonly members: readonly MemberFigures[];
  /** Of the schools without a financer. */
  readonly unfinanced: SumOfSchools;
};

/** The figures of a plan's schools, summed over those that each member pays for. */
export function figuresByMember(
  schools: readonly PlannedSchool[],
  financers: readonly Financer[],
): FiguresByMember {
  const financerOf = new Map(financers.map((one) => [one.uai, one]));
  const byMembership = Map.groupBy(schools, ({ uai }) => financerOf.get(uai)?.membershipId);
  const members = [...byMembership].flatMap(([membershipId, own]) => {
    const financer = financerOf.get(own[0]!.uai);
    if (membershipId === undefined || !financer) return [];
    const { memberName, marketCode } = financer;
    return [{ membershipId, memberName, marketCode, ...sumOf(own) }];
  });
  return {
    members: members.sort(
      (a, b) =>
        Number(b.held > 0) - Number(a.held > 0) ||
        a.memberName.localeCompare(b.memberName, 'fr') ||
        a.membershipId.localeCompare(b.membershipId),
    ),
    unfinanced: sumOf(byMembership.get(undefined) ?? []),
  };
}

function sumOf(schools: readonly PlannedSchool[]): SumOfSchools {
  const totalOf = (kind: keyof Figures) =>
    schools.reduce((total, { figures }) => total + (figures?.[kind] ?? 0), 0);
  return {
    schools: schools.length,
    held: schools.filter(({ state }) => state === 'HELD').length,
    over: schools.filter(({ over }) => over).length,
    figures: Object.fromEntries(kinds.map((kind) => [kind, totalOf(kind)])) as Figures,
  };
}
