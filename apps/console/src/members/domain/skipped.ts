import { addDays, frenchDate, localDate } from '#libs/time';
import type { Notice } from './notices.js';

type Skipped = {
  readonly service: string;
  readonly proposalId: string;
  /** Full name; empty where it said none. */
  readonly type: string;
  readonly toldOn: string | null;
  readonly decidedOn: string;
  readonly reason: string;
};

/** An event that a service will never apply, as a member reads it. */
export type SkippedTold = {
  readonly proposalId: string;
  readonly decidedOn: string;
  readonly title: string;
  readonly message: string;
};

const daysNew = 60;

export function skippedTold({
  service,
  proposalId,
  type,
  toldOn,
  decidedOn,
  reason,
}: Skipped): SkippedTold {
  const of = toldOn === null ? '' : ` du ${frenchDate(localDate(toldOn))}`;
  const known = eventWords[type.split('.').at(-1) ?? ''];
  const what = known === undefined ? 'cet événement' : `cet événement (${known})`;
  return {
    ...{ proposalId, decidedOn },
    title: `Un événement${of} n’a pas été pris en compte`,
    message: `${wordsOf[service] ?? service} n’appliquera pas ${what}, décidé le ${frenchDate(localDate(decidedOn))} par deux administrateurs de la plateforme. Motif : ${reason} Si vos chiffres vous surprennent, signalez-le au support de niveau 2.`,
  };
}

/** As a member would say it; of others the day and the reason must do. */
const eventWords: Readonly<Record<string, string>> = {
  CommitmentMoved: 'engagement déplacé',
  CommitmentRecorded: 'engagement enregistré',
  MembershipAccepted: 'adhésion acceptée',
  MembershipActivated: 'adhésion en vigueur',
  MembershipEnded: 'fin de l’adhésion',
  MembershipProlonged: 'adhésion prolongée',
  OrderSigned: 'commande signée',
  SchoolFinanced: 'école financée',
  SchoolFinancingEnded: 'école qui n’est plus financée',
  AccountStateChanged: 'état d’un compte',
  AccountMoved: 'compte déplacé',
  SeatsAllotted: 'places attribuées',
  InvoiceDrafted: 'projet de facture',
  DraftWithdrawn: 'projet de facture retiré',
  InvoiceFinalised: 'facture',
};

const wordsOf: Readonly<Record<string, string>> = {
  membership: 'La gestion des adhésions',
  provisioning: 'La gestion des comptes',
  metering: 'La mesure des comptes',
  billing: 'La facturation',
  console: 'Cette application',
};

/** Told on the first page for two months; afterwards in the history. */
export const skippedNotices = (skipped: readonly SkippedTold[], today: string): Notice[] =>
  skipped
    .filter(({ decidedOn }) => localDate(today) < addDays(localDate(decidedOn), daysNew))
    .map(({ proposalId, title, message }) => ({
      ...{ kind: 'EVENT_SKIPPED', subject: proposalId, title, message },
    }));
