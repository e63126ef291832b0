import { defineProblem } from '#libs/problems';
import { frenchDate, type LocalDate } from '#libs/time';

export class NothingToMend extends defineProblem('NOTHING_TO_MEND', 'conflict') {
  constructor(invoiceId: string) {
    super(
      'Il n’y a rien à corriger : cette facture dit ce que disent les faits connus, un projet est déjà en cours pour sa période, ou une facture plus récente la remplace.',
      { invoiceId },
    );
  }
}

export class CorrectionWaiting extends defineProblem('CORRECTION_WAITING', 'conflict') {
  constructor(proposedOn: LocalDate) {
    super(
      `Une correction proposée le ${frenchDate(proposedOn)} attend déjà l’accord d’une autre personne : retirez-la, ou attendez sa réponse.`,
      { proposedOn },
    );
  }
}

export class CorrectionOutdated extends defineProblem('CORRECTION_OUTDATED', 'conflict') {
  constructor() {
    super(
      'Les faits, ou l’état de la facture, ont changé depuis cette proposition : rejetez-la et proposez la correction à jour.',
    );
  }
}
