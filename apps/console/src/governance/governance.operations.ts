import * as awards from './awards.answers.js';
import * as answers from './governance.answers.js';

/** What decorators cannot say of the routes of the coordinator's duties (GOV-1 to GOV-5). */
export const governanceOperations = {
  'get /api/committees': {
    summary: 'Le comité de pilotage et les groupes départementaux (convention, art. 4.2).',
    answer: answers.committees,
  },
  'get /api/committees/{committeeId}': {
    summary: 'Une instance et sa composition, par fonction et organisme.',
    answer: answers.committee,
  },
  'get /api/committees/{committeeId}/meetings': {
    summary: 'Les réunions d’une instance, de la plus récente à la plus ancienne.',
    answer: answers.meetings,
  },
  'get /api/meetings/{meetingId}': {
    summary: 'Une réunion : invitations, présences ou représentations (art. 7.1), comptes rendus.',
    answer: answers.meeting,
  },
  'post /api/coordination/committees': {
    summary: 'Installe le comité de pilotage ou un groupe départemental.',
    answer: answers.committee,
  },
  'put /api/coordination/committees/{committeeId}/composition': {
    summary: 'Remplace la composition d’une instance.',
    answer: answers.committee,
  },
  'post /api/coordination/committees/{committeeId}/meetings': {
    summary: 'Prévoit une réunion.',
    answer: answers.meeting,
  },
  'put /api/coordination/meetings/{meetingId}': {
    summary: 'Change date, lieu ou ordre du jour : les invitations sont à renvoyer.',
    answer: answers.meeting,
  },
  'post /api/coordination/meetings/{meetingId}/cancellation': {
    summary: 'Annule une réunion.',
    answer: answers.meeting,
  },
  'post /api/coordination/meetings/{meetingId}/invitations': {
    summary: 'Invite la composition du jour.',
    answer: answers.meeting,
  },
  'post /api/coordination/meetings/{meetingId}/attendance': {
    summary: 'Note les présences et représentations, à partir du jour de la réunion.',
    answer: answers.meeting,
  },
  'post /api/coordination/meetings/{meetingId}/minutes': {
    summary: 'Enregistre le compte rendu déposé, ou sa version corrigée.',
    answer: answers.meeting,
  },
  'post /api/coordination/tender': {
    summary: 'Lance l’appel d’offres ; refusé avant la dernière signature (MEMBERS_NOT_SIGNED).',
    answer: awards.tender,
  },
  'get /api/coordination/tender': {
    summary: 'L’appel d’offres, sa méthode de notation et son attribution.',
    answer: awards.tender,
  },
  'get /api/coordination/offers': { summary: 'Les offres reçues.', answer: awards.offers },
  'post /api/coordination/offers': {
    summary: 'Enregistre une offre, son prix et ses notes.',
    answer: awards.offer,
  },
  'get /api/coordination/offers/{offerId}': { summary: 'Une offre.', answer: awards.offer },
  'put /api/coordination/offers/{offerId}': {
    summary: 'Corrige une offre, jusqu’à l’attribution.',
    answer: awards.offer,
  },
  'get /api/coordination/ranking': {
    summary: 'Le classement : 40 % prix, 60 % qualité (art. 7.3), fractions exactes, ex æquo dits.',
    answer: awards.ranking,
  },
  'post /api/coordination/award': {
    summary: 'Attribue le marché, une fois, avec le classement du jour.',
    answer: awards.award,
  },
  'get /api/activity': {
    summary: 'L’activité du groupement (art. 4.1) : son propre détail et les totaux (SUP-3).',
    answer: answers.activity,
  },
  'get /api/activity/csv': { summary: 'La même chose, en CSV.', answer: 'CSV' },
  'get /api/activity/ods': { summary: 'La même chose, en ODS.', answer: 'ODS' },
  'get /api/published-members': {
    summary: 'La liste des membres, si le coordonnateur a décidé de la publier.',
    answer: answers.publishedMembers,
  },
  'post /api/coordination/published-list': {
    summary: 'Décide, à cette date, quelle liste de membres est publiée.',
    answer: answers.publishedListDecision,
  },
  'post /api/coordination/execution-documents': {
    summary: 'Envoie un document nécessaire à l’exécution (art. 4.1) aux membres concernés.',
    answer: answers.sent,
  },
  'get /api/coordination/execution-documents/unacknowledged': {
    summary: 'Les envois sans accusé de réception, du plus ancien au plus récent.',
    answer: answers.dispatches,
  },
  'get /api/memberships/{membershipId}/execution-documents': {
    summary: 'Les documents envoyés à un membre.',
    answer: answers.dispatches,
  },
  'post /api/memberships/{membershipId}/execution-documents/{dispatchId}/acknowledgement': {
    summary: 'Accuse réception d’un document.',
    answer: answers.dispatch,
  },
  'get /api/memberships/{membershipId}/archive': {
    summary: 'Le dossier d’un membre : documents, bons de commande, index et empreintes (ZIP).',
    answer: 'ZIP',
  },
} as const;
