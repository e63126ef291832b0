import { defineProblem, type JsonValue } from '#libs/problems';
import { addDays, frenchDate, type LocalDate } from '#libs/time';

/** What one person proposes and another decides on. `Content` is plain JSON: amounts and other bigints as texts. */
export type Proposal<Content = JsonValue> = {
  readonly proposalId: string;
  readonly marketCode: string;
  /** PRICES, SUPPLIER_ACCOUNT, MARKET_AMENDMENT. */
  readonly kind: string;
  /** What it is about, within the market. */
  readonly subject: string;
  readonly content: Content;
  /** What it is verified against: a document of membership, by its id and digest. */
  readonly paper: ProposalPaper | undefined;
  /** Of all the above, by the database: who decides says which one he has read. */
  readonly digest: string;
  readonly proposedBy: string;
  readonly proposedOn: LocalDate;
  /** The first day on which nobody may decide any more. */
  readonly expiresOn: LocalDate;
  readonly decision: ProposalDecision | undefined;
};

export type ProposalPaper = { readonly documentId: string; readonly sha256: string };

export type ProposalDecision = {
  readonly outcome: ProposalOutcome;
  readonly decidedBy: string;
  readonly decidedOn: LocalDate;
  /** Why; a rejection has one. */
  readonly reason: string;
};

/** WITHDRAWN is the proposer's own, the others are somebody else's. */
export type ProposalOutcome = 'APPROVED' | 'REJECTED' | 'WITHDRAWN';
export type ProposalState = 'OPEN' | 'EXPIRED' | ProposalOutcome;

export class ProposalUnknown extends defineProblem('PROPOSAL_UNKNOWN', 'not-found') {
  constructor() {
    super('Cette proposition n’existe pas, ou vous n’y avez pas accès.');
  }
}
export class ProposalOwn extends defineProblem('PROPOSAL_OWN', 'conflict') {
  constructor() {
    super(
      'Vous avez fait cette proposition vous-même : une autre personne doit la vérifier. Vous pouvez la retirer.',
    );
  }
}
export class ProposalOfAnother extends defineProblem('PROPOSAL_OF_ANOTHER', 'conflict') {
  constructor() {
    super('Seule la personne qui a fait cette proposition peut la retirer.');
  }
}
export class ProposalDecided extends defineProblem('PROPOSAL_DECIDED', 'conflict') {
  constructor() {
    super('Cette proposition a déjà reçu sa décision : rechargez la page pour la lire.');
  }
}
export class ProposalChanged extends defineProblem('PROPOSAL_CHANGED', 'stale') {
  constructor() {
    super(
      'Ce que vous avez lu n’est plus ce qui est proposé : relisez la proposition avant de décider.',
    );
  }
}
export class ProposalExpired extends defineProblem('PROPOSAL_EXPIRED', 'conflict') {
  constructor({ expiresOn }: Pick<Proposal, 'expiresOn'>) {
    super(
      `Cette proposition a expiré : il fallait décider avant le ${frenchDate(expiresOn)}. Demandez qu’elle soit faite à nouveau.`,
      { expiresOn },
    );
  }
}
export class ProposalReasonMissing extends defineProblem('PROPOSAL_REASON_MISSING', 'invalid') {
  constructor() {
    super('Dites pourquoi vous rejetez cette proposition : la personne qui l’a faite le lira.');
  }
}

/** How long a proposal waits for its second person. */
const daysOpen = 60;
export const proposalExpiresOn = (proposedOn: LocalDate): LocalDate =>
  addDays(proposedOn, daysOpen);

export function proposalState(
  { decision, expiresOn }: Pick<Proposal, 'decision' | 'expiresOn'>,
  today: LocalDate,
): ProposalState {
  return decision?.outcome ?? (today < expiresOn ? 'OPEN' : 'EXPIRED');
}

/** What somebody answers to a proposal, and the digest of what he has read. */
export type ProposalAnswer = {
  readonly outcome: ProposalOutcome;
  readonly digest: string;
  readonly by: string;
  readonly reason: string;
};

/**
 * The decision that an answer makes. Rights of the role and market are the caller's to judge first. Throws
 * ProposalDecided, ProposalExpired, ProposalOwn, ProposalOfAnother, ProposalChanged, ProposalReasonMissing.
 */
export function decideProposal(
  proposal: Proposal<unknown>,
  { outcome, digest, by, reason }: ProposalAnswer,
  today: LocalDate,
): ProposalDecision {
  if (proposal.decision) throw new ProposalDecided();
  if (today >= proposal.expiresOn) throw new ProposalExpired(proposal);
  const isOwn = by === proposal.proposedBy;
  if (isOwn && outcome !== 'WITHDRAWN') throw new ProposalOwn();
  if (!isOwn && outcome === 'WITHDRAWN') throw new ProposalOfAnother();
  if (digest !== proposal.digest) throw new ProposalChanged();
  if (outcome === 'REJECTED' && reason.trim() === '') throw new ProposalReasonMissing();
  return { outcome, decidedBy: by, decidedOn: today, reason: reason.trim() };
}
