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

/** No waiting helps: an operator decides on what was set aside (`ent parked`). */
export class FactsSetAside extends defineProblem('FACTS_SET_ASIDE', 'conflict') {
  constructor(setAside: readonly { readonly membershipId: string; readonly events: number }[]) {
    const events = setAside.reduce((sum, one) => sum + one.events, 0);
    super(
      `La facturation a mis de côté ${plural(events, 'événement', 'événements')} de ${plural(setAside.length, 'adhésion', 'adhésions')} : la relancer n’y changera rien. Demandez à l’administrateur de les rejouer ou de les passer (ent parked list billing).`,
      { setAside: setAside.slice(0, 200) },
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
