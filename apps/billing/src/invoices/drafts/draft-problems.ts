import { plural } from '#libs/money';
import type { SetAsideOfMembership, Stop } from '#libs/messaging';
import { defineProblem } from '#libs/problems';
import { frenchDate, frenchPeriod, parisDateOf, type Period } from '#libs/time';

/** It comes by itself. */
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
  constructor(setAside: readonly SetAsideOfMembership[]) {
    const events = setAside.reduce((sum, one) => sum + one.events, 0);
    const first = firstOf(setAside);
    super(
      `La facturation a mis de côté ${plural(events, 'événement', 'événements')} de ${plural(setAside.length, 'adhésion', 'adhésions')}, le premier le ${frenchDate(parisDateOf(first.parkedAt))} (n° ${first.id}, ${first.type.split('.').at(-1) || 'illisible'}, ${first.cause}) : tant que rien n’est décidé, la relancer n’y changera rien. Demandez à l’administrateur de la plateforme de le rejouer ou de le passer (ent parked show billing ${first.id}).`,
      {
        setAside: setAside.slice(0, 200).map((one) => ({
          ...{ membershipId: one.membershipId, events: one.events },
          first: { id: one.first.id.toString(), type: one.first.type, cause: one.first.cause },
        })),
      },
    );
  }
}

const firstOf = (setAside: readonly SetAsideOfMembership[]) =>
  setAside
    .map(({ first }) => first)
    .reduce((earliest, first) => (first.id < earliest.id ? first : earliest));

/** No waiting helps: an operator decides how the reading goes on (`ent positions`). */
export class ReadingStopped extends defineProblem('READING_STOPPED', 'conflict') {
  constructor(stops: readonly Stop[]) {
    const memberships = stops.reduce((sum, { keys }) => sum + keys.length, 0);
    super(
      `La facturation a cessé de lire les événements de ${plural(memberships, 'adhésion', 'adhésions')}, et ne reprendra pas d’elle-même : la relancer n’y changera rien. Demandez à l’administrateur de la plateforme de faire reprendre la lecture (ent positions list billing).`,
      {
        stops: stops.map(({ topic, partition, why, keys }) => ({
          ...{ topic, partition, why },
          membershipIds: keys.slice(0, 200),
        })),
      },
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

/** It comes by itself: who drafts reads anew what each member chose. */
export class BillingPeriodMoved extends defineProblem('BILLING_PERIOD_MOVED', 'unavailable') {
  constructor(membershipId: string, period: Period) {
    super(
      `Le membre est facturé pour la période ${frenchPeriod(period)} : relancez sa facturation dans quelques instants.`,
      { membershipId, periodStartsOn: period.start, periodEndsOn: period.end },
    );
  }
}
