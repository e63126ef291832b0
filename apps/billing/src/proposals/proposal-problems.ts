import { defineProblem } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';

/** One at a time: whoever decides reads it against what is in force, not against another one. */
export class ProposalWaiting extends defineProblem('PROPOSAL_WAITING', 'conflict') {
  constructor(proposedOn: LocalDate) {
    super(
      `Une proposition du ${frenchDate(proposedOn)} attend déjà la décision du coordinateur : retirez-la, ou attendez sa réponse.`,
      { proposedOn },
    );
  }
}

export class ProposalOutdated extends defineProblem('PROPOSAL_OUTDATED', 'conflict') {
  constructor() {
    super(
      'Ce qui est en vigueur a changé depuis cette proposition : rejetez-la et demandez-en une nouvelle.',
    );
  }
}

export class AccountUnchanged extends defineProblem('ACCOUNT_UNCHANGED', 'conflict') {
  constructor() {
    super('Ce compte est déjà celui du titulaire à cette date : il n’y a rien à changer.');
  }
}

export class AccountDateInvalid extends defineProblem('ACCOUNT_DATE_INVALID', 'invalid') {
  constructor(today: LocalDate) {
    super(
      `Un nouveau compte vaut à partir d’aujourd’hui, ${frenchDate(today)}, ou d’un jour à venir : les factures établies gardent le leur.`,
      { today },
    );
  }
}
