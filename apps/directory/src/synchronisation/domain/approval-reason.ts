import { reasonCode } from '#libs/trade';

/** What the approval of a held import may rest on. A list, because what is written here is never erased (SUP-4). */
export const approvalReasons = [
  'FERMETURE_ECOLE',
  'FIN_ANNEE',
  'CHANGEMENT_PERIMETRE',
  'CORRECTION_SOURCE',
  'APERCU_VERIFIE',
  'AUTRE',
] as const;

/** `CODE` or `CODE ticket`, as it is kept. Throws InputInvalid, which repeats nothing of what was typed. */
export const approvalReason = (text: string): string =>
  reasonCode(text, approvalReasons, 'FERMETURE_ECOLE');
