import { plural } from '#libs/money';
import { defineProblem } from '#libs/problems';

export class CopyLagging extends defineProblem('COPY_LAGGING', 'unavailable') {
  constructor(membershipIds: readonly string[]) {
    super(
      `La facturation n’a pas encore reçu les dernières commandes de ${plural(membershipIds.length, 'adhésion', 'adhésions')} : relancez-la dans quelques instants.`,
      { membershipIds: membershipIds.slice(0, 200) },
    );
  }
}

export class LedgerDiverged extends defineProblem('LEDGER_DIVERGED', 'conflict') {
  constructor(membershipId: string) {
    super(
      'Le registre des commandes connu de la facturation diffère de celui des adhésions : ne facturez pas, signalez-le au support de niveau 3.',
      { membershipId },
    );
  }
}
