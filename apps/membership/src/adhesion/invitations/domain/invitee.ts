import { isInseeCode, isSiren } from '#libs/identifiers';

export const inviteeKinds = [
  'COMMUNE',
  'EPCI',
  'SYNDICAT',
  'STATE',
  'PUBLIC_ESTABLISHMENT',
] as const;

/** An organisation to invite, as typed or as a line of a list says. */
export type Invitee = {
  readonly siren: string;
  readonly name: string;
  readonly kind: (typeof inviteeKinds)[number];
  /** Of a commune; empty otherwise. */
  readonly insee: string;
  /** Empty: by no letter. */
  readonly letterNumber: string;
};

export type InviteeFault = {
  readonly line: number;
  readonly code: string;
  readonly message: string;
};

/** What a commune's SIREN is; undefined for a code that no commune has. */
export type SirenOf = (insee: string) => string | undefined;

/** Everything wrong with a list, each with its line (ADH-1): nothing is written unless there is nothing. */
export function faultsIn(
  invitees: readonly { readonly line: number; readonly invitee: Invitee }[],
  sirenOf: SirenOf,
): InviteeFault[] {
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
        inviteeKinds.includes(kind),
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
