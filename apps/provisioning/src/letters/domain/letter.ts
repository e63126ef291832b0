/** Somebody for whom a letter may be printed, with the account's way in (AUT-1). */
export type Addressee = {
  readonly accountId: string;
  readonly personId: string;
  readonly profile: string;
  readonly state: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Of a guardian: first names of its children in the class, or in the school that prints. Nothing is said of the other guardian. */
  readonly children: readonly string[];
  /** LOCAL, ACADEMIC_SSO, EDUCONNECT. */
  readonly wayIn: string;
  /** Why a federated way in finds nobody; empty: it does. */
  readonly wayInGap: string;
  /** Undefined: the ENT has no user for it. */
  readonly entId: string | undefined;
  readonly marketCode: string;
};

/** As the ENT tells it at this moment. */
export type SeenWayIn = {
  readonly login: string;
  readonly activationCode: string | undefined;
  /** Whoever types the code is refused: the ENT has a second user whom it takes for the same person. */
  readonly isKeptOut?: boolean;
};

export type LetterKind = 'ACTIVATION_CODE' | 'RENEWAL_CODE' | 'WAY_IN';

/** What is printed, and then forgotten: `login` and `code` are nowhere but on the paper. */
export type Letter = {
  readonly to: Addressee;
  readonly kind: LetterKind;
  readonly login: string;
  readonly code: string;
};

/** Why somebody has no letter, for the head: French, and what to do next. */
export type LeftOut = { readonly to: Addressee; readonly because: string };

/** What becomes of one addressee, before any code is made. */
export type Verdict =
  | { readonly is: 'LETTER'; readonly letter: Letter }
  | { readonly is: 'NEEDS_RENEWAL'; readonly login: string }
  | { readonly is: 'NONE'; readonly because: string };

/**
 * Who was never in gets the code that the ENT has had from the beginning; who was gets a renewal code, where it is asked
 * for; a federated way in has no code at all. A closed account has no letter, and says so.
 */
export function judge(
  to: Addressee,
  seen: SeenWayIn | undefined,
  asked: { readonly renewals: boolean },
): Verdict {
  const closed = whyNotOpen(to);
  if (closed !== '') return none(closed);
  if (seen === undefined)
    return none(
      'L’ENT ne montre pas ce compte en ce moment : recommencez demain, ou signalez-le à l’assistance.',
    );
  if (to.wayIn !== 'LOCAL') {
    if (to.wayInGap !== '') return none(notReady);
    if (to.state === 'ACTIVATED' && !asked.renewals) return none(alreadyIn);
    return { is: 'LETTER', letter: { to, kind: 'WAY_IN', login: '', code: '' } };
  }
  const { login, activationCode: code } = seen;
  if (code !== undefined && seen.isKeptOut) return none(keptOut);
  if (code !== undefined)
    return { is: 'LETTER', letter: { to, kind: 'ACTIVATION_CODE', login, code } };
  return asked.renewals ? { is: 'NEEDS_RENEWAL', login } : none(alreadyIn);
}

/** Why there is no letter for this account whatever the ENT says; empty: nothing stands in the way. */
export const whyNoLetter = (to: Addressee): string =>
  whyNotOpen(to) || (to.wayIn !== 'LOCAL' && to.wayInGap !== '' ? notReady : '');

function whyNotOpen({ state }: Addressee): string {
  if (state === 'PROVISIONED' || state === 'ACTIVATED') return '';
  return noLetterIn[state] ?? 'Le compte n’est pas ouvert : il n’y a pas encore de lettre.';
}

const notReady = 'L’accès de cette personne n’est pas encore prêt : signalez-le à l’assistance.';

const keptOut =
  'L’ENT a deux comptes pour cette personne et refuserait le code : signalez-le à l’assistance, qui les fait réunir. La lettre s’imprime ensuite.';

const alreadyIn =
  'Déjà entré dans l’ENT : pas de lettre. Mot de passe perdu : imprimez la lettre de cette personne seule.';

const noLetterIn: Readonly<Record<string, string>> = {
  SUSPENDED: 'Le compte est suspendu : il n’y a pas de lettre.',
  CLOSING: 'Le compte est en cours de fermeture : il n’y a pas de lettre.',
  DELETED: 'Le compte est clos : il n’y a pas de lettre.',
  WAITING_SEAT: 'Le compte attend une place : il n’y a pas encore de lettre.',
};

const none = (because: string): Verdict => ({ is: 'NONE', because });
