import { defineProblem } from '#libs/problems';
import { daysBetween, type LocalDate, maxDate } from '#libs/time';
import { isInseeCode, isSiren } from '#libs/identifiers';
import { type LineFault, type OrganisationKind, organisationKinds } from '#libs/trade';

export class InvitationUnknown extends defineProblem('INVITATION_UNKNOWN', 'invalid') {}
export class NothingToRemind extends defineProblem('NOTHING_TO_REMIND', 'conflict') {}
export class ReminderDateInvalid extends defineProblem('REMINDER_DATE_INVALID', 'invalid') {}

export const invitationStates = [
  'INVITED',
  'REMINDED',
  'SILENT',
  'MISSING_PIECES',
  'APPLIED',
  'ACCEPTED',
  'REFUSED',
  'DECLINED',
] as const;
export type InvitationState = (typeof invitationStates)[number];

export const reminderChannels = ['LETTER', 'MAIL', 'PHONE', 'MEETING'] as const;
export type Reminder = {
  readonly remindedOn: LocalDate;
  readonly channel: (typeof reminderChannels)[number];
  readonly letterNumber: string;
};

/** An invitation and what answered it. */
export type Invitation = {
  readonly invitationId: string;
  readonly invitedOn: LocalDate;
  readonly declinedOn: LocalDate | undefined;
  /** Oldest first. */
  readonly reminders: readonly Reminder[];
  /** The organisation's newest application to the market. */
  readonly application:
    | {
        readonly membershipId: string;
        readonly status: string;
        readonly missing: readonly string[];
      }
    | undefined;
};

export type Campaign = {
  /** Last day on which an adhesion may be sent (MKT-3). */
  readonly deadline: LocalDate;
  /** Days without an answer after which a reminder is due. */
  readonly silentAfterDays: number;
};

/** Where an invitation stands on a day. Whoever declined and applies nevertheless has applied. */
export function stateOf(
  invitation: Invitation,
  campaign: Campaign,
  on: LocalDate,
): InvitationState {
  const { application, declinedOn, reminders } = invitation;
  if (application) {
    if (application.status === 'REFUSED') return 'REFUSED';
    if (application.status !== 'APPLIED') return 'ACCEPTED';
    return application.missing.length > 0 ? 'MISSING_PIECES' : 'APPLIED';
  }
  if (declinedOn !== undefined) return 'DECLINED';
  if (on > campaign.deadline || hasWaited(invitation, campaign, on)) return 'SILENT';
  return reminders.length > 0 ? 'REMINDED' : 'INVITED';
}

/** Up to the deadline: who has not answered for so many days, or sent an application that lacks something. */
export function isReminderDue(invitation: Invitation, campaign: Campaign, on: LocalDate): boolean {
  if (on > campaign.deadline || !hasWaited(invitation, campaign, on)) return false;
  return ['SILENT', 'MISSING_PIECES'].includes(stateOf(invitation, campaign, on));
}

/** Throws NothingToRemind, ReminderDateInvalid. */
export function checkReminder(
  invitation: Invitation,
  campaign: Campaign,
  { remindedOn }: Reminder,
  today: LocalDate,
): void {
  const state = stateOf(invitation, campaign, today);
  const { invitationId } = invitation;
  if (!['INVITED', 'REMINDED', 'SILENT', 'MISSING_PIECES'].includes(state)) {
    throw new NothingToRemind(
      'Cette organisation a répondu : il n’y a plus lieu de la relancer. Retirez-la de la relance.',
      { invitationId, state },
    );
  }
  if (remindedOn < invitation.invitedOn || remindedOn > today) {
    throw new ReminderDateInvalid(
      'Une relance est postérieure à l’invitation et au plus tard d’aujourd’hui.',
      { invitationId, remindedOn },
    );
  }
}

function hasWaited(
  { invitedOn, reminders }: Invitation,
  campaign: Campaign,
  on: LocalDate,
): boolean {
  const lastContact = maxDate(invitedOn, ...reminders.map(({ remindedOn }) => remindedOn));
  return daysBetween(lastContact, on) >= campaign.silentAfterDays;
}

/** An organisation to invite, as typed or as a line of a list says. */
export type Invitee = {
  readonly siren: string;
  readonly name: string;
  readonly kind: OrganisationKind;
  /** Of a commune; empty otherwise. */
  readonly insee: string;
  /** Empty: by no letter. */
  readonly letterNumber: string;
};

/** What a commune's SIREN is; undefined for a code that no commune has. */
export type SirenOf = (insee: string) => string | undefined;

/** Everything wrong with a list, each with its line (ADH-1): nothing is written unless there is nothing. */
export function faultsIn(
  invitees: readonly { readonly line: number; readonly invitee: Invitee }[],
  sirenOf: SirenOf,
): LineFault[] {
  const sirens = new Set<string>();
  const letters = new Set<string>();
  return invitees.flatMap(({ line, invitee }) => {
    const { siren, name, kind, insee, letterNumber } = invitee;
    const checks: readonly (readonly [boolean, string, string])[] = [
      [siren !== '', 'SIREN_REQUIRED', 'Indiquez le SIREN.'],
      [siren === '' || isSiren(siren), 'SIREN_INVALID', `${siren} n’est pas un SIREN valide.`],
      [!sirens.has(siren), 'SIREN_TWICE', `Le SIREN ${siren} est déjà dans la liste.`],
      [
        name !== '' && name.length <= 200,
        'NAME_REQUIRED',
        'Indiquez le nom, de 200 caractères au plus.',
      ],
      [
        organisationKinds.includes(kind),
        'KIND_UNKNOWN',
        'Le type est commune, EPCI, syndicat, État ou établissement public.',
      ],
      [
        letterNumber.length <= 100,
        'LETTER_INVALID',
        'Le numéro de lettre a 100 caractères au plus.',
      ],
      [
        letterNumber === '' || !letters.has(letterNumber),
        'LETTER_TWICE',
        `La lettre ${letterNumber} est déjà dans la liste.`,
      ],
      ...communeChecks(invitee, sirenOf),
      [
        kind === 'COMMUNE' || insee === '' || isInseeCode(insee),
        'INSEE_CODE_INVALID',
        `${insee} n’est pas un code INSEE.`,
      ],
    ];
    sirens.add(siren);
    letters.add(letterNumber);
    return checks.filter(([holds]) => !holds).map(([, code, message]) => ({ line, code, message }));
  });
}

function communeChecks({ kind, insee, siren }: Invitee, sirenOf: SirenOf) {
  if (kind !== 'COMMUNE') return [];
  const known = sirenOf(insee);
  return [
    [known !== undefined, 'COMMUNE_UNKNOWN', `« ${insee} » n’est le code INSEE d’aucune commune.`],
    [
      !known || !isSiren(siren) || known === siren,
      'SIREN_CONTRADICTED',
      `Le SIREN de la commune ${insee} est ${known}, et non ${siren}.`,
    ],
  ] as const;
}
