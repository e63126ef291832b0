import { defineProblem } from '#libs/problems';
import type { DocumentReference } from '#libs/trade';
import { AdhesionClosed, ApplicationIncomplete, type Timeliness } from './application.js';
import type { MembershipStatus } from './membership.js';

export class LateReceiptUndecided extends defineProblem('LATE_RECEIPT_UNDECIDED', 'conflict') {}
export class NothingToDecide extends defineProblem('NOTHING_TO_DECIDE', 'conflict') {}
export class ApplicationDecided extends defineProblem('APPLICATION_DECIDED', 'conflict') {}
export class DecisionDocumentRequired extends defineProblem(
  'DECISION_DOCUMENT_REQUIRED',
  'invalid',
) {}

/** Why a letter sent in time and received late is let in (ADH-3). */
export const admissionReasons = {
  SENT_IN_TIME:
    'L’envoi en recommandé dans le délai d’inscription matérialise l’adhésion (convention, art. 2).',
  POSTAL_DELAY:
    'La réception tardive (convention, art. 6) tient au seul acheminement : l’envoi est antérieur à la date limite (convention, art. 2).',
} as const;
export type AdmissionReason = keyof typeof admissionReasons;

/** Why an application is refused, each with its article. */
export const refusalReasons = {
  RECEIVED_LATE:
    'Convention reçue après la date limite de réception (convention, art. 6) ; le coordonnateur n’a pas retenu la date d’envoi (convention, art. 2). L’adhésion n’est plus possible jusqu’à la fin du marché (convention, art. 2).',
  INCOMPLETE: 'Le dossier envoyé est incomplet (convention, art. 2 et liste des annexes).',
  NOT_AUTHORISED:
    'La délibération n’autorise pas expressément la signature de la convention (convention, art. 2).',
  NOT_ELIGIBLE: 'L’organisation ne peut pas être membre du groupement (convention, art. 2).',
  GIVEN_UP:
    'La collectivité renonce à son adhésion, qui résulte de sa décision souveraine (convention, art. 2).',
} as const;
export type RefusalReason = keyof typeof refusalReasons;

export type Judged = {
  readonly status: MembershipStatus;
  readonly timeliness: Timeliness;
  /** What the letter did not contain, in French (ADH-2). */
  readonly missing: readonly string[];
  /** The coordinator has let it in although it came late. */
  readonly isAdmitted: boolean;
};

/** The coordinator lets in a letter that came late but left in time. Throws NothingToDecide, ApplicationDecided. */
export function admit({ status, timeliness, isAdmitted }: Judged, reason: AdmissionReason): string {
  if (status !== 'APPLIED' || timeliness.verdict !== 'COORDINATOR_DECIDES') {
    throw new NothingToDecide(
      'Cette demande n’attend pas de décision : seule une convention envoyée dans le délai (convention, art. 2) et reçue après (art. 6) en appelle une.',
      { status, verdict: timeliness.verdict },
    );
  }
  if (isAdmitted) {
    throw new ApplicationDecided('La décision sur cette réception tardive est déjà prise.');
  }
  return admissionReasons[reason];
}

/** What acceptance needs (ADH-2, ADH-3). Throws AdhesionClosed, LateReceiptUndecided, ApplicationIncomplete. */
export function checkAcceptable({ timeliness, missing, isAdmitted }: Judged): void {
  const { verdict, reasons } = timeliness;
  if (verdict === 'LATE') throw new AdhesionClosed(reasons.join(' '), { reasons });
  if (verdict === 'COORDINATOR_DECIDES' && !isAdmitted) {
    throw new LateReceiptUndecided(
      `${reasons.join(' ')} Enregistrez d’abord cette décision, avec son motif et son document.`,
      { reasons },
    );
  }
  if (missing.length > 0) {
    throw new ApplicationIncomplete(`Le dossier est incomplet. ${missing.join(' ')}`, { missing });
  }
}

/**
 * The reasons of a refusal, in French with their articles. Throws ApplicationDecided where it is no longer
 * an application, NothingToDecide for a reason that is not true of it, DecisionDocumentRequired.
 */
export function refuse(
  { status, timeliness, missing }: Judged,
  reason: RefusalReason,
  rests: { readonly note: string; readonly document?: DocumentReference | undefined },
): string[] {
  if (status !== 'APPLIED') {
    throw new ApplicationDecided(
      'Cette demande est déjà tranchée : une adhésion acceptée ne prend fin que par retrait, exclusion ou fin du marché (convention, art. 3 et 8).',
      { status },
    );
  }
  const untrue =
    (reason === 'RECEIVED_LATE' && timeliness.verdict !== 'COORDINATOR_DECIDES') ||
    (reason === 'INCOMPLETE' && missing.length === 0);
  if (untrue) {
    throw new NothingToDecide(
      'Ce motif ne correspond pas au dossier : choisissez celui qui le décrit.',
      { reason, verdict: timeliness.verdict, missing },
    );
  }
  if (reason === 'RECEIVED_LATE' && !rests.document) throw decisionDocumentRequired();
  return [
    refusalReasons[reason],
    ...(reason === 'RECEIVED_LATE' ? timeliness.reasons.slice(0, 1) : []),
    ...(reason === 'INCOMPLETE' ? missing : []),
    ...(rests.note === '' ? [] : [rests.note]),
  ];
}

/** A decision about a late letter rests on a document: the receipts, the decision signed. */
export function decisionDocumentRequired(): DecisionDocumentRequired {
  return new DecisionDocumentRequired(
    'Joignez le document sur lequel repose la décision (décision signée, avis de réception).',
  );
}
