import { type Caller, marketsOf } from '#libs/identity';
import { defineProblem } from '#libs/problems';
import { type Proposal, ProposalUnknown } from '#libs/proposals';
import type { MissingSchool, MissingSchools } from './missing-schools.pg.js';

export const missingKind = 'ENT_MISSING';
/** One ENT serves all markets, so a restore of it concerns them all. */
export const noMarket = '';

export type MissingContent = {
  readonly reason: string;
  readonly schools: MissingSchool[];
};
export type MissingProposal = Proposal<MissingContent>;

export class EntMissingNone extends defineProblem('ENT_MISSING_NONE', 'conflict') {
  constructor() {
    super(
      'Aucune de ces écoles n’attend de confirmation : lancez d’abord la réparation (compare-ent --apply), qui relève les comptes absents.',
    );
  }
}
export class EntMissingProposed extends defineProblem('ENT_MISSING_PROPOSED', 'conflict') {
  constructor(proposalId: string) {
    super(
      'Une confirmation est déjà proposée : une autre personne doit en décider, ou son auteur la retirer.',
      { proposalId },
    );
  }
}

/** Throws ProposalUnknown where a school is of another market than the caller's. */
export async function requireVisible(
  schools: MissingSchools,
  { content }: MissingProposal,
  caller: Caller,
): Promise<void> {
  const uais = content.schools.map(({ uai }) => uai);
  if (!(await schools.areOfMarkets(uais, marketsOf(caller)))) throw new ProposalUnknown();
}
