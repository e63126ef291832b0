import { reasonCode } from '#libs/trade';

/** What an operator's decision may rest on. A list, because what is written here is never erased (SUP-4). */
export const decisionReasons = [
  'ABSENCE',
  'DEMANDE_FAMILLE',
  'SECURITE',
  'ERREUR',
  'INCIDENT_ENT',
  'AUTRE',
] as const;

/** `CODE` or `CODE ticket`, as it is kept. Throws InputInvalid, which repeats nothing of what was typed. */
export const decisionReason = (text: string): string => reasonCode(text, decisionReasons, 'ERREUR');
