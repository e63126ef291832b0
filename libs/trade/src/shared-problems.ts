import { defineProblem } from '#libs/problems';

/** Refusals that several features know: the code is the same for a client, the sentence says what for. */
export class MembershipNotActive extends defineProblem('MEMBERSHIP_NOT_ACTIVE', 'conflict') {}
/** A paper that decides something is a stored document: its title alone decides nothing (ADH-2). */
export class PaperNotDeposited extends defineProblem('PAPER_NOT_DEPOSITED', 'conflict') {}
export class MembershipEnded extends defineProblem('MEMBERSHIP_ENDED', 'conflict') {}
/** Fewer would be ordered than annex 2 commits to (art. 7.1). */
export class BelowCommitment extends defineProblem('BELOW_COMMITMENT', 'conflict') {}
/** A day that does not lie in the time of the membership. */
export class OutsideMembership extends defineProblem('OUTSIDE_MEMBERSHIP', 'conflict') {}
/** Schools that the membership does not finance on the day in question. */
export class SchoolsNotFinanced extends defineProblem('SCHOOLS_NOT_FINANCED', 'conflict') {}
export class MarketUnknown extends defineProblem('MARKET_UNKNOWN', 'not-found') {}
export class ArchiveTooLarge extends defineProblem('ARCHIVE_TOO_LARGE', 'conflict') {}
