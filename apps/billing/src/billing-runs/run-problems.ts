import { defineProblem } from '#libs/problems';

/** Activated after membership had stated its heads, at this very moment: asked again, the run takes it. */
export class MembershipNotStated extends defineProblem('MEMBERSHIP_NOT_STATED', 'conflict') {
  constructor(membershipId: string) {
    super(
      'Le service des adhésions n’a pas indiqué l’état de cette adhésion : relancez la facturation.',
      { membershipId },
    );
  }
}

/** Something that nobody foresaw: the log says what. */
export class DraftingFailed extends defineProblem('DRAFTING_FAILED', 'conflict') {
  constructor(membershipId: string) {
    super(
      'Le projet de facture de cette adhésion n’a pas pu être établi pour une cause technique : signalez-le au support de niveau 3, puis relancez-le.',
      { membershipId },
    );
  }
}

export class BillingNotParked extends defineProblem('BILLING_NOT_PARKED', 'conflict') {
  constructor(membershipId: string) {
    super(
      'Cette adhésion n’est pas de côté dans cette facturation : elle attend son tour, a son projet de facture, ou n’a rien à facturer.',
      { membershipId },
    );
  }
}
