import { z } from 'zod';
import { adhesionOperations } from './adhesion/adhesion.operations.js';
import { DocumentsController } from './adhesion/documents.controller.js';
import { ActivityController } from './governance/activity.controller.js';
import { ArchiveController } from './governance/archive.controller.js';
import { governanceOperations } from './governance/governance.operations.js';
import { contractControllers, contractOperations } from './gateway/gateway.module.js';
import { AuditController } from './audit/audit.controller.js';
import { auditOperations } from './audit/audit.operations.js';
import { ImportsController } from './imports/imports.controller.js';
import { importsOperations } from './imports/imports.operations.js';
import { JournalController } from './journal/journal.controller.js';
import * as journalAnswers from './journal/journal.answers.js';
import * as membersAnswers from './members/members.answers.js';
import { MembersController } from './members/members.controller.js';
import { PapersController } from './members/papers.controller.js';
import { openApiDocumentOf, type Operation } from './openapi/document.js';
import { sessionCookie } from './sessions/cookies.js';
import * as sessionAnswers from './sessions/session.answers.js';
import { SessionController } from './sessions/session.controller.js';
import * as supportAnswers from './support/support.answers.js';
import { LettersController } from './support/letters.controller.js';
import { SupportController } from './support/support.controller.js';

const controllers = [
  SessionController,
  SupportController,
  LettersController,
  MembersController,
  PapersController,
  DocumentsController,
  ActivityController,
  ArchiveController,
  AuditController,
  ImportsController,
  JournalController,
  ...contractControllers,
];

/** By method and path of the description; a route without an entry cannot be described. */
const operations: Readonly<Record<string, Operation>> = {
  'get /auth/login': {
    summary:
      'Commence la connexion : renvoie vers le service d’authentification, qui demande de nouveau qui est là si `afresh` est donné.',
    answer: 'REDIRECTION',
    query: z.object({ returnTo: z.string().optional(), afresh: z.string().optional() }),
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
  'post /auth/backchannel-logout': {
    summary: 'Le service d’authentification a fermé une connexion : ses sessions se ferment ici.',
    answer: z.object({}),
  },
  'get /api/session': {
    summary: 'Qui est connecté, et la journée en cours.',
    answer: sessionAnswers.session,
  },
  'post /api/logout': { summary: 'Ferme la session.', answer: sessionAnswers.loggedOut },
  'get /api/schools/{uai}/letter-requests': {
    summary:
      'Les lettres d’accès que l’assistance demande à la direction d’imprimer ; la consultation est inscrite au journal (AUT-1, SUP-2).',
    answer: supportAnswers.letterRequests,
  },
  'post /api/schools/{uai}/letters': {
    summary:
      'Les lettres d’accès d’une classe, pour les élèves et responsables qui ne sont pas encore entrés ; chaque lettre est inscrite au journal (AUT-1).',
    answer: 'PDF',
  },
  'post /api/accounts/{accountId}/letter': {
    summary:
      'La lettre d’accès d’une personne : le même code, ou un code de renouvellement si elle est déjà entrée ; inscrite au journal (AUT-1).',
    answer: 'PDF',
  },
  'get /api/support/people': {
    summary: 'Cherche des personnes ; la consultation est inscrite au journal (SUP-2).',
    answer: supportAnswers.people,
  },
  'get /api/support/people/{personId}': {
    summary: 'Une personne et ses comptes, masquée selon le profil (SUP-1) ; inscrite au journal.',
    answer: supportAnswers.personPage,
  },
  'get /api/support/doubles/{pairId}': {
    summary:
      'Deux personnes qui n’en sont peut-être qu’une, côte à côte (DIR-2) ; la consultation est inscrite au journal.',
    answer: supportAnswers.double,
  },
  'get /api/support/accounts/{accountId}/history': {
    summary: 'L’historique d’un compte ; la consultation est inscrite au journal.',
    answer: supportAnswers.accountHistory,
  },
  'get /api/support/accounts/{accountId}/sides': {
    summary:
      'Un compte tel que l’annuaire, nos livres et l’ENT l’ont, l’ENT étant interrogé à l’instant (PRV-5) ; la consultation est inscrite au journal.',
    answer: supportAnswers.accountSides,
  },
  'post /api/support/accounts/{accountId}/decisions': {
    summary:
      'Suspend, rétablit ou relance un compte, ou restaure dans l’ENT celui qu’il garde encore, avec un motif.',
    answer: supportAnswers.decidedAccount,
  },
  'get /api/support/schools': {
    summary: 'Cherche des écoles par nom, commune ou code UAI.',
    answer: supportAnswers.schools,
  },
  'get /api/support/schools/{uai}': {
    summary: 'Une école, ses profils et ses classes avec leurs effectifs : aucune personne.',
    answer: supportAnswers.schoolPage,
  },
  'get /api/support/schools/{uai}/people': {
    summary:
      'Les personnes présentes dans une école, par profil et par classe (SUP-1, SUP-3) ; la consultation est inscrite au journal.',
    answer: supportAnswers.people,
  },
  'get /api/support/schools/{uai}/hand-made-users': {
    summary:
      'Les utilisateurs créés à la main dans l’ENT, dans les classes d’une école : à supprimer dans l’ENT ou à inscrire dans l’annuaire (PRV-5) ; la consultation est inscrite au journal (SUP-2).',
    answer: supportAnswers.handMadeUsers,
  },
  'get /api/memberships': {
    summary: 'Les adhésions de sa propre collectivité (SUP-3).',
    answer: membersAnswers.memberships,
  },
  'get /api/memberships/{membershipId}': {
    summary: 'Engagement, commandes, comptes occupés et avis d’un membre.',
    answer: membersAnswers.dashboard,
  },
  'get /api/memberships/{membershipId}/school-names': {
    summary: 'Les noms des écoles qu’un membre finance ou a financées, cède ou reçoit.',
    answer: membersAnswers.schoolNames,
  },
  'post /api/memberships/{membershipId}/orders/preview': {
    summary: 'Ce qu’une commande donnerait, ou ce qui la refuserait ; n’écrit rien.',
    answer: membersAnswers.orderPreview,
  },
  'get /api/memberships/{membershipId}/orders/{orderId}/pdf': {
    summary: 'Le bon de commande, à imprimer.',
    answer: 'PDF',
  },
  'get /api/invoices/{invoiceId}/pdf': { summary: 'La facture, à imprimer.', answer: 'PDF' },
  'get /api/billing/sales-journal': {
    summary: 'Le journal des ventes d’une année civile, au format FEC (LPF, art. A47 A-1).',
    answer: 'TEXT',
  },
  'get /api/invoices/{invoiceId}/xml': {
    summary: 'Les données de la facture (EN 16931, syntaxe CII), telles que dans son PDF.',
    answer: 'XML',
  },
  'get /api/memberships/{membershipId}/statement': {
    summary: 'L’état des engagements d’un membre à une date, avec l’empreinte de son registre.',
    answer: 'PDF',
  },
  'get /api/coordination/members': {
    summary: 'Tous les membres et leurs chiffres, pour la coordination.',
    answer: membersAnswers.everyMember,
  },
  'get /api/supplier/members': {
    summary: 'Les membres du marché, leur engagement et leurs commandes, pour le titulaire.',
    answer: membersAnswers.suppliedMembers,
  },
  ...adhesionOperations,
  ...governanceOperations,
  ...auditOperations,
  ...importsOperations,
  ...contractOperations,
  'get /api/journal': {
    summary: 'Le journal des consultations, du plus récent au plus ancien (SUP-2).',
    answer: journalAnswers.journal,
  },
  'get /api/journal/{lookId}/people': {
    summary:
      'Les noms des personnes d’une ligne du journal ; inscrit au journal à son tour (SUP-2).',
    answer: journalAnswers.subjects,
  },
  'get /api/journal/verification': {
    summary: 'Vérifie que le journal est celui qui a été scellé.',
    answer: journalAnswers.verification,
  },
};

/** The public routes of the console as OpenAPI 3.1, from the decorators and schemas that run. */
export const publicApi = () => openApiDocumentOf({ controllers, operations, sessionCookie });
