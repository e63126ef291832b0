/** Why a letter sent in time and received late is let in, each with its article (ADH-3). */
export const admissionReasons: Record<string, string> = {
  SENT_IN_TIME: 'L’envoi en recommandé dans le délai vaut adhésion (convention, art. 2)',
  POSTAL_DELAY: 'Seul l’acheminement a retardé la réception (convention, art. 2 et 6)',
};

/** Why an application is refused, each with its article (ADH-2, ADH-3). */
export const refusalReasons: Record<string, string> = {
  RECEIVED_LATE: 'La convention est reçue après la date limite (convention, art. 6)',
  INCOMPLETE: 'Le dossier envoyé est incomplet (convention, art. 2)',
  NOT_AUTHORISED: 'La délibération n’autorise pas la signature (convention, art. 2)',
  NOT_ELIGIBLE: 'L’organisation ne peut pas être membre (convention, art. 2)',
  GIVEN_UP: 'La collectivité renonce à son adhésion (convention, art. 2)',
};

export const decisionOf = (value: string) =>
  ({ ACCEPTED: 'Réception tardive admise', REFUSED: 'Demande refusée' })[value] ?? value;
export const decisionReasonOf = (code: string) =>
  admissionReasons[code] ?? refusalReasons[code] ?? code;
