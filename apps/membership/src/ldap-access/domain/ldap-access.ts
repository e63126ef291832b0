import { defineProblem } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';
import { MembershipNotActive } from '#libs/trade';

/** The data controller's decision that a member may read the staff of its schools over LDAP (SUP-3). */
export type LdapDecision = {
  readonly decidedOn: LocalDate;
  /** First day without access. */
  readonly endsOn: LocalDate;
};

/** CONTROLLER: taken back; MEMBER: needed no more; INCIDENT: the account may be in other hands. */
export type LdapWithdrawalReason = 'CONTROLLER' | 'MEMBER' | 'INCIDENT';

type MembershipToOpen = {
  readonly status: string;
  readonly endsOn?: LocalDate;
};

export class LdapAccessAlreadyOpen extends defineProblem('LDAP_ACCESS_ALREADY_OPEN', 'conflict') {}
export class LdapAccessNotOpen extends defineProblem('LDAP_ACCESS_NOT_OPEN', 'conflict') {}
export class LdapDecisionDatesInvalid extends defineProblem(
  'LDAP_DECISION_DATES_INVALID',
  'invalid',
) {}
/** The same for an account that does not exist, is closed, or has another secret. */
export class LdapAccountRefused extends defineProblem('LDAP_ACCOUNT_REFUSED', 'forbidden') {
  constructor() {
    super(
      'Ce compte de service n’ouvre pas l’annuaire : vérifiez l’identifiant et le mot de passe, et que l’accès est ouvert.',
    );
  }
}

/** Throws MembershipNotActive, LdapDecisionDatesInvalid. */
export function judgeOpening(
  { status, endsOn: membershipEndsOn }: MembershipToOpen,
  { decidedOn, endsOn }: LdapDecision,
  today: LocalDate,
): void {
  if (status !== 'ACTIVE' || membershipEndsOn === undefined) {
    throw new MembershipNotActive(
      'L’annuaire LDAP s’ouvre à un adhérent dont l’adhésion est en vigueur : activez-la d’abord.',
    );
  }
  if (decidedOn > today) {
    throw datesInvalid(
      `La décision est datée du ${frenchDate(decidedOn)}, qui n’est pas encore venu : vérifiez sa date.`,
      'decidedOn',
    );
  }
  if (endsOn <= today || endsOn > membershipEndsOn) {
    throw datesInvalid(
      `L’accès prend fin après le ${frenchDate(today)} et au plus tard avec l’adhésion, le ${frenchDate(membershipEndsOn)} : corrigez sa fin.`,
      'endsOn',
    );
  }
}

const datesInvalid = (message: string, field: string) =>
  new LdapDecisionDatesInvalid(message, { fields: [field] });
