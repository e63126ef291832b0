import { z } from 'zod';
import * as answers from './answers.js';

/** What decorators cannot say of a route: what it is for, and the shape of its answer. */
export type Operation = {
  readonly summary: string;
  readonly answer: z.ZodType | 'REDIRECTION' | 'PDF';
  /** Where the route reads its query as a whole address, not through a schema. */
  readonly query?: z.ZodType;
};

/** By method and path of the description; a route without an entry cannot be described. */
export const operations: Readonly<Record<string, Operation>> = {
  'get /auth/login': {
    summary: 'Commence la connexion : renvoie vers le service d’authentification.',
    answer: 'REDIRECTION',
  },
  'get /auth/callback': {
    summary: 'Termine la connexion : ouvre la session et renvoie vers la page demandée.',
    answer: 'REDIRECTION',
    query: z.object({
      state: z.string(),
      code: z.string().optional(),
      error: z.string().optional(),
    }),
  },
  'get /api/session': {
    summary: 'Qui est connecté, et la journée en cours.',
    answer: answers.session,
  },
  'post /api/logout': { summary: 'Ferme la session.', answer: answers.loggedOut },
  'get /api/support/people': {
    summary: 'Cherche des personnes ; la consultation est inscrite au journal (SUP-2).',
    answer: answers.people,
  },
  'get /api/support/people/{personId}': {
    summary: 'Une personne et ses comptes, masquée selon le profil (SUP-1) ; inscrite au journal.',
    answer: answers.personPage,
  },
  'get /api/support/accounts/{accountId}/history': {
    summary: 'L’historique d’un compte ; la consultation est inscrite au journal.',
    answer: answers.accountHistory,
  },
  'post /api/support/accounts/{accountId}/decisions': {
    summary: 'Suspend, rétablit ou relance un compte, avec un motif.',
    answer: answers.decidedAccount,
  },
  'get /api/support/schools': {
    summary: 'Cherche des écoles par nom, commune ou code UAI.',
    answer: answers.schools,
  },
  'get /api/memberships': {
    summary: 'Les adhésions de sa propre collectivité (SUP-3).',
    answer: answers.memberships,
  },
  'get /api/memberships/{membershipId}': {
    summary: 'Engagement, commandes, comptes occupés et avis d’un membre.',
    answer: answers.dashboard,
  },
  'get /api/memberships/{membershipId}/orders': {
    summary: 'Les bons de commande d’un membre.',
    answer: answers.orders,
  },
  'post /api/memberships/{membershipId}/orders/preview': {
    summary: 'Ce qu’une commande donnerait, ou ce qui la refuserait ; n’écrit rien.',
    answer: answers.orderPreview,
  },
  'post /api/memberships/{membershipId}/orders': {
    summary: 'Signe une commande ; refusée avec ses chiffres (BELOW_COMMITMENT…).',
    answer: answers.signedOrder,
  },
  'get /api/memberships/{membershipId}/invoices': {
    summary: 'Les factures et projets de facture d’un membre.',
    answer: answers.invoices,
  },
  'get /api/invoices/{invoiceId}': {
    summary: 'Une facture et ses lignes.',
    answer: answers.invoice,
  },
  'get /api/invoices/{invoiceId}/explanation': {
    summary: 'Pourquoi chaque ligne est ce qu’elle est (BIL-7).',
    answer: answers.explanation,
  },
  'get /api/invoices/{invoiceId}/pdf': { summary: 'La facture, à imprimer.', answer: 'PDF' },
  'get /api/coordination/members': {
    summary: 'Tous les membres et leurs chiffres, pour la coordination.',
    answer: answers.everyMember,
  },
  'get /api/supplier/members': {
    summary: 'Les membres du marché, leur engagement et leurs commandes, pour le titulaire.',
    answer: answers.suppliedMembers,
  },
  'get /api/journal': {
    summary: 'Le journal des consultations, du plus récent au plus ancien (SUP-2).',
    answer: answers.journal,
  },
  'get /api/journal/verification': {
    summary: 'Vérifie la chaîne des empreintes du journal.',
    answer: answers.verification,
  },
};
