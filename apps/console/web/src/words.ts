import { formatCount, formatEuros, formatUnitPrice, plural } from '#libs/money';
import { addDays, frenchDate, frenchPeriod, isLocalDate } from '#libs/time';
import {
  accountStateWords,
  causeWords,
  lookActionWords,
  lookReasonInWords,
  lookReasonWords,
  lookRefusalWords,
  profileWords,
  roleWords,
  wordOf,
} from '#libs/trade';
import type { LookReason } from './api-types.js';

export const euros = (cents: string) => formatEuros(BigInt(cents));
/** What comes on top, with its sign. */
export const eurosMore = (before: string, after: string) => {
  const difference = BigInt(after) - BigInt(before);
  const sign = difference > 0n ? '+' : difference < 0n ? '−' : '';
  return `${sign}${formatEuros(difference < 0n ? -difference : difference)}`;
};
export const unitPrice = (tenThousandths: number) => formatUnitPrice(BigInt(tenThousandths));
export const count = (value: number) => formatCount(value);
/** With what they cost for a contract year, where that is known. */
export const pricedSeats = (seats: number, yearCents: string | undefined) =>
  seats === 0 || yearCents === undefined
    ? count(seats)
    : `${count(seats)} (${euros(yearCents)} HT par an)`;
export const signed = (value: number) => `${value > 0 ? '+' : '−'}${formatCount(Math.abs(value))}`;
export { plural };

export const date = (day: string) => (isLocalDate(day) ? frenchDate(day) : '—');
/** Of what ends before `endsOn`. */
export const lastDay = (endsOn: string) =>
  isLocalDate(endsOn) ? frenchDate(addDays(endsOn, -1)) : '—';

/** Half-open days as people read them; an open end says so. */
export const period = (days: { startsOn: string; endsOn: string } | undefined) => {
  const { startsOn = '', endsOn = '' } = days ?? {};
  if (!isLocalDate(startsOn)) return '—';
  if (!isLocalDate(endsOn)) return `depuis le ${frenchDate(startsOn)}`;
  return frenchPeriod({ start: startsOn, end: endsOn });
};

export const instant = (iso: string) =>
  new Date(iso).toLocaleString('fr-FR', {
    timeZone: 'Europe/Paris',
    dateStyle: 'short',
    timeStyle: 'medium',
  });

export const profile = (value: string) =>
  (profileWords as Record<string, string>)[value.replace('PROFILE_', '')] ?? 'Autre';

type Severity = 'success' | 'info' | 'warning' | 'error' | 'new';
const severities: Record<string, Severity> = {
  REQUESTED: 'info',
  WAITING_SEAT: 'warning',
  PROVISIONING: 'info',
  PROVISIONED: 'new',
  ACTIVATED: 'success',
  SUSPENDED: 'warning',
  CLOSING: 'warning',
  FAILED: 'error',
};
const stateCode = (value: string) => value.replace('ACCOUNT_STATE_', '');
export const state = (value: string) =>
  (accountStateWords as Record<string, string>)[stateCode(value)] ?? '—';
export const stateSeverity = (value: string) => severities[stateCode(value)];

export const cause = (value: string) => wordOf(causeWords, value);

const ways: Record<string, string> = {
  LOCAL: 'Identifiant et code d’activation remis par l’école',
  ACADEMIC_SSO: 'Guichet de l’académie',
  EDUCONNECT: 'ÉduConnect',
};
export const wayIn = (value: string) => ways[value] ?? '';

export const lookReasons: Record<Exclude<LookReason, 'OWN_SCHOOL'>, string> = lookReasonWords;
export const lookReason = lookReasonInWords;

export const lookAction = (value: string) => wordOf(lookActionWords, value);

export const lookRefusal = (code: string) =>
  (lookRefusalWords as Record<string, string>)[code] ?? `Refusée (${code})`;

const masked: Record<string, string> = {
  name: 'nom complet',
  birthDate: 'date de naissance',
  guardians: 'responsables',
  children: 'enfants',
  login: 'identifiant complet',
  history: 'historique',
};
export const maskedField = (value: string) => masked[value] ?? value;

export const role = (value: string) => wordOf(roleWords, value);

const kinds: Record<string, string> = {
  COMMUNE: 'Commune',
  EPCI: 'Intercommunalité',
  SYNDICAT: 'Syndicat',
  STATE: 'État',
  PUBLIC_ESTABLISHMENT: 'Établissement public',
};
export const kind = (value: string) => kinds[value] ?? '—';

const orderKinds: Record<string, string> = {
  INITIAL: 'Commande initiale',
  ORDINARY: 'Bon de commande',
  CORRECTION: 'Correction',
  SUCCESSION: 'Succession',
};
export const orderKind = (value: string) => orderKinds[value] ?? value;

const orderStates: Record<string, string> = {
  DRAFT: 'Projet',
  SIGNED: 'Signée',
  NOTIFIED: 'Notifiée au titulaire',
  ACKNOWLEDGED: 'Reçue par le titulaire',
  CANCELLED: 'Annulée',
};
export const orderState = (value: string) => orderStates[value] ?? value;

const draftStates: Record<string, string> = {
  DRAFT: 'À signer',
  SIGNED: 'Signé',
  CANCELLED: 'Annulé',
};
export const draftState = (value: string) => draftStates[value] ?? value;
export const draftCause = (value: string) =>
  value === 'OVER_QUOTA' ? 'Proposé, car des élèves attendent' : 'Préparé par la collectivité';

const documentKinds: Record<string, string> = {
  CONVENTION: 'Convention',
  DELIBERATION: 'Délibération',
  ANNEXE2: 'Annexe 2',
  LETTER: 'Lettre',
  DELEGATION: 'Délégation de signature',
  STATUTES: 'Statuts',
  DECISION: 'Décision',
  COURT_DECISION: 'Décision de justice',
  CONTROLLER_DECISION: 'Décision du responsable de traitement',
  CORRECTION_AGREEMENT: 'Accord de correction',
  INVOICE_CONTEST: 'Pièce de contestation',
  ORDER: 'Bon de commande',
  INVITATION: 'Invitation',
  OFFER: 'Offre',
  AMENDMENT: 'Avenant',
  MINUTES: 'Compte rendu',
  ACTE_ENGAGEMENT: 'Acte d’engagement',
  CCAP: 'CCAP',
  CCTP: 'CCTP',
  BPU: 'Bordereau des prix',
  RIB: 'RIB du titulaire',
  REGLEMENT_CONSULTATION: 'Règlement de la consultation',
  NOTIFICATION: 'Notification',
};
export const documentKind = (value: string) => documentKinds[value] ?? 'Autre document';

export const bytes = (size: number) =>
  size < 1_000_000
    ? `${count(Math.max(1, Math.round(size / 1_000)))}\u00a0ko`
    : `${count(Math.round(size / 1_000_000))}\u00a0Mo`;

export const noticeState = (value: string) =>
  ({
    NOTIFIED: 'Enregistrée',
    REVOKED: 'Révoquée',
    IN_EFFECT: 'A pris effet',
    SUPERSEDED: 'Sans objet, l’adhésion a fini avant',
  })[value] ?? value;

const reminderKinds: Record<string, string> = {
  FIVE_MONTHS: 'Cinq mois avant',
  TWO_MONTHS: 'Deux mois avant',
  FIFTEEN_DAYS: 'Quinze jours avant',
};
export const reminderKind = (value: string) => reminderKinds[value] ?? value;

const membershipStates: Record<string, string> = {
  APPLIED: 'Demande déposée',
  ACCEPTED: 'Acceptée',
  REFUSED: 'Refusée',
  ACTIVE: 'En vigueur',
  ENDED: 'Terminée',
};
export const membershipState = (value: string) => membershipStates[value] ?? value;

const invitationStates: Record<string, string> = {
  INVITED: 'Invitées, sans réponse',
  REMINDED: 'Relancées',
  SILENT: 'Silencieuses',
  MISSING_PIECES: 'Dossiers incomplets',
  APPLIED: 'Demandes déposées',
  ACCEPTED: 'Acceptées',
  REFUSED: 'Refusées',
  DECLINED: 'Ont décliné',
};
export const invitationState = (value: string) => invitationStates[value] ?? value;

const letterVerdicts: Record<string, string> = {
  IN_TIME: 'Dans les délais',
  COORDINATOR_DECIDES: 'Envoyée à temps, reçue après',
  LATE: 'Hors délai',
};
export const letterVerdict = (value: string) => letterVerdicts[value] ?? '—';

const successionStates: Record<string, string> = {
  PROPOSED: 'À approuver',
  PLANNED: 'Prévue',
  CARRIED_OUT: 'Faite',
  BLOCKED: 'Bloquée',
  CANCELLED: 'Annulée',
};
export const successionState = (value: string) => successionStates[value] ?? value;

const transferStates: Record<string, string> = {
  PROPOSED: 'Attend l’accord de qui reçoit',
  CARRIED_OUT: 'Enregistré',
  DECLINED: 'Refusé par qui reçoit',
  CANCELLED: 'Annulé',
};
export const transferState = (value: string) => transferStates[value] ?? value;

const linkStates: Record<string, string> = {
  PAST: 'Terminé',
  CURRENT: 'En cours',
  FUTURE: 'À venir',
};
export const linkState = (value: string) => linkStates[value] ?? value;

/** Tenths of a percent: 815 is « 81,5 % ». */
export const perMille = (value: number) => `${count(Math.trunc(value / 10))},${value % 10}\u00a0%`;

const dueKinds: Record<string, string> = {
  ADHESION_DEADLINE: 'Dernier jour pour adhérer',
  TENDER_EARLIEST: 'La consultation peut commencer',
  NOTIFICATION: 'Notification au titulaire',
  EFFECTIVE: 'Prise d’effet du marché',
  WITHDRAWAL_OPENS: 'Le délai de retrait s’ouvre',
  WITHDRAWAL_LAST_DAY: 'Dernier jour pour demander le retrait',
  LOCK_IN_ENDS: 'Les retraits prennent effet',
  LAST_DAY: 'Dernier jour du marché',
  END: 'Premier jour après le marché',
};
export const dueKind = (value: string, detail: string) => {
  if (value === 'CONTRACT_YEAR') return `Début de l’année ${detail} du marché`;
  if (value === 'AMENDMENT') return `Effet de l’avenant ${detail}`;
  return dueKinds[value] ?? value;
};

/** Days from today, as people say it. */
export const daysLeft = (days: number) => {
  if (days === 0) return 'aujourd’hui';
  return days > 0 ? plural(days, 'jour', 'jours') : `dépassée de ${plural(-days, 'jour', 'jours')}`;
};

const lineKinds: Record<string, string> = {
  ORDERED: 'Comptes commandés',
  METERED: 'Comptes ouverts',
  MINIMUM_COMPLEMENT: 'Complément au minimum engagé (annexe 2)',
  DIFFERENCE: 'Écart avec ce qui a été facturé',
};
export const lineKind = (value: string) => lineKinds[value] ?? value;

/** Provisioning's list: what is kept for ever is chosen, never typed. */
export const decisionReasons = {
  ABSENCE: 'Absence prolongée',
  DEMANDE_FAMILLE: 'Demande de la famille',
  SECURITE: 'Sécurité du compte',
  ERREUR: 'Mauvaise saisie à corriger',
  INCIDENT_ENT: 'Incident de l’ENT',
  AUTRE: 'Autre motif',
} as const;

/** « ERREUR SUP-1234 » as a person reads it. */
export function decisionReason(kept: string): string {
  const [code = '', ticket] = kept.split(' ');
  const label = (decisionReasons as Record<string, string>)[code] ?? code;
  return ticket ? `${label} (${ticket})` : label;
}

export const ldapReasons = {
  CONTROLLER: 'Le responsable de traitement retire sa décision',
  MEMBER: 'L’adhérent n’en a plus besoin',
  INCIDENT: 'Le compte est peut-être en d’autres mains',
} as const;
export type LdapReason = keyof typeof ldapReasons;

/** « ouvert jusqu’au 3 mars 2025 », « fermé le … » */
export function ldapState(access: {
  readonly status: string;
  readonly endsOn: string;
  readonly withdrawnOn: string;
}): string {
  if (access.status === 'OPEN') return `ouvert jusqu’au ${date(access.endsOn)}, ce jour exclu`;
  if (access.status === 'WITHDRAWN') return `fermé le ${date(access.withdrawnOn)}`;
  return 'arrivé à son terme';
}

const attributes: Record<string, string> = {
  NAMES: 'nom et prénom',
  BIRTH_DATE: 'date de naissance',
  INE: 'INE',
  ACADEMIC_IDENTIFIER: 'identifiant de l’académie',
};

type SourceOfAttribute = {
  readonly attribute: string;
  readonly profile: string;
  readonly uai: string;
  readonly sources: readonly string[];
};

/** « nom et prénom : AAF de Nantes ; élève (0440290B) : ONDE, AAF de Nantes »: where to correct what. */
export const sourcesInWords = (told: readonly SourceOfAttribute[]): string =>
  told
    .map(({ attribute, profile: as, uai, sources }) => {
      const what = uai
        ? `${profile(as).toLowerCase()} (${uai})`
        : (attributes[attribute] ?? attribute);
      return `${what} : ${sources.join(', ') || 'plus aucune source'}`;
    })
    .join(' ; ');

/** A school as people know it, and as support finds it. */
export const schoolInWords = (uai: string, name: string): string =>
  name ? `${name} (${uai})` : uai;

/** Each once, by name where it is known. */
export const schoolsInWords = (
  uais: readonly string[],
  schools: readonly { readonly uai: string; readonly name: string; readonly commune: string }[],
): string => {
  const named = new Map(
    schools.map(({ uai, name, commune }) => [uai, [name, commune].filter(Boolean).join(', ')]),
  );
  return [...new Set(uais)].map((uai) => schoolInWords(uai, named.get(uai) ?? '')).join(' ; ');
};
