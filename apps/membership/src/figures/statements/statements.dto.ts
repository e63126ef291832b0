import type { VerifiedStatement } from './verify-statement.js';

/** What a verdict means, for whoever holds the paper. */
export function messageOf(
  verified: Pick<
    VerifiedStatement,
    'verdict' | 'differences' | 'content' | 'isSuperseded' | 'correctionsSince'
  >,
): string {
  const { verdict, differences, content } = verified;
  switch (verdict) {
    case 'GENUINE':
      return [
        'Cet état a été délivré par ce service et concorde avec le registre des commandes.',
        ...sinceThen(verified),
      ].join(' ');
    case 'ALTERED':
      return 'Un état a été délivré sous ce code, mais ce que vous présentez n’en est pas la copie exacte : téléchargez-le à nouveau.';
    case 'LEDGER_DIFFERS':
      return 'Cet état a été délivré par ce service, mais le registre ne dit plus la même chose : prévenez l’exploitant, puis le coordonnateur.';
    case 'UNKNOWN':
      return content === '' && differences.length > 0
        ? 'Cet état n’a pas été délivré par ce service, et il ne concorde pas avec le registre.'
        : 'Cet état n’a pas été délivré par ce service : vérifiez le code, ou demandez l’état à l’adhérent ou au coordonnateur.';
    default:
      return verdict satisfies never;
  }
}

/** What was recorded after the paper was given does not make it false; its reader must know all the same. */
function sinceThen({
  isSuperseded,
  correctionsSince,
}: Pick<VerifiedStatement, 'isSuperseded' | 'correctionsSince'>): string[] {
  return [
    ...(isSuperseded
      ? [
          'Une commande, une lettre ou une décision a été enregistrée le même jour après lui : demandez un nouvel état de ce jour.',
        ]
      : []),
    ...(correctionsSince > 0
      ? [
          `Rectifications enregistrées depuis, qui changent ce qui était commandé ce jour-là : ${correctionsSince}. Elles figurent dans l’état du jour de leur enregistrement et des jours suivants.`,
        ]
      : []),
  ];
}
