import { count, date } from './words.js';

/** A term that an amendment may change (MKT-6), as its path in the market's file. */
const terms: readonly (readonly [path: RegExp, words: string])[] = [
  [/^title$/, 'Titre du marché'],
  [/^supplier\.name$/, 'Nom du titulaire'],
  [/^supplier\.address$/, 'Adresse du titulaire'],
  [/^supplier\.iban$/, 'Compte bancaire du titulaire (IBAN)'],
  [/^supplier\.legalMentions$/, 'Mentions légales du titulaire'],
  [/^calendar\.endsOn$/, 'Premier jour après le marché'],
  [/^calendar\.durationMonths$/, 'Durée du marché, en mois'],
  [/^calendar\.contractYears$/, 'Premiers jours des années du marché'],
  [/^items\.(.+)\.label$/, 'Libellé de $1'],
  [/^items\.(.+)\.groupMaximum$/, 'Maximum du groupement pour $1'],
  [/^items\.(.+)\.memberMaximum$/, 'Maximum d’un membre pour $1'],
  [/^decreaseNoticeDays$/, 'Préavis d’une diminution, en jours'],
  [/^billing\.contestDays$/, 'Jours pour contester un projet de facture'],
  [/^billing\.paymentTermDays$/, 'Délai de paiement, en jours'],
  [/^accounts\.(.+)$/, 'Règle des comptes ($1)'],
];
export function changedTerm(path: string): string {
  const [pattern, words] = terms.find(([one]) => one.test(path)) ?? [/^(.*)$/, '$1'];
  return path.replace(pattern, words);
}

/** A value of a term, JSON as the change tells it. */
export function termValue(json: string): string {
  if (json === '') return 'rien';
  const value = JSON.parse(json) as unknown;
  return Array.isArray(value) ? value.map(inWords).join(', ') : inWords(value);
}

function inWords(value: unknown): string {
  if (typeof value === 'number') return count(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? date(value) : value;
}

const proposalStates: Record<string, string> = {
  OPEN: 'À vérifier',
  APPROVED: 'Approuvé',
  REJECTED: 'Rejeté',
  WITHDRAWN: 'Retiré',
  EXPIRED: 'Expiré',
};
export const proposalState = (value: string) => proposalStates[value] ?? value;
