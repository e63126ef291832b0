/**
 * What an invoice says of its payment, on paper and in its XML alike (BIL-6): a buyer may refuse one that lacks them
 * (CCP L2192-13, R2192-10, R2192-31, D2192-35; the three codes by BR-FR-05).
 */
export type MentionCode = 'PMD' | 'PMT' | 'AAB';

export const paymentMentions: Readonly<Record<MentionCode, string>> = {
  PMD: 'En cas de retard, des intérêts moratoires sont dus de plein droit au taux de la Banque centrale européenne (principales opérations de refinancement) majoré de huit points (code de la commande publique, art. L2192-13 et R2192-31).',
  PMT: 'En cas de retard, une indemnité forfaitaire de 40\u00a0€ est due pour frais de recouvrement (code de la commande publique, art. D2192-35).',
  AAB: 'Pas d’escompte pour paiement anticipé.',
};

export const paymentTerms = (days: number): string =>
  `Délai de paiement : ${days} jours à compter de la mise à disposition de la facture (code de la commande publique, art. R2192-10 et R2192-15).`;

/** Of a credit note: nothing is to be paid. */
export const creditTerms =
  'Avoir : ce montant vient en déduction de la facture citée ; s’il a déjà été payé, il est remboursé ou imputé.';
