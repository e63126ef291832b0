import * as answers from './schools.answers.js';

/** What decorators cannot say of the routes of schools financed and their transfers (SCH-1, SCH-2). */
export const schoolOperations = {
  'get /api/memberships/{membershipId}/schools': {
    summary: 'Les écoles qu’un membre finance, a financées et financera.',
    answer: answers.schools,
  },
  'post /api/coordination/memberships/{membershipId}/schools': {
    summary: 'Rattache une école à un membre à partir d’un jour, à sa demande (COM-2).',
    answer: answers.financedSchool,
  },
  'post /api/coordination/schools/{uai}/end': {
    summary: 'Met fin au rattachement d’une école, demain au plus tôt.',
    answer: answers.endedSchool,
  },
  'post /api/coordination/school-transfers/preview': {
    summary:
      'Les places qui manqueraient au membre qui reçoit, ou ce qui refuserait ; n’écrit rien.',
    answer: answers.transferPreview,
  },
  'post /api/coordination/school-transfers': {
    summary:
      'Transfère des écoles d’un membre à un autre ; s’il manque des places, refusé (SEATS_MISSING) ou proposé.',
    answer: answers.transfer,
  },
  'get /api/coordination/school-transfers': {
    summary: 'Les transferts d’écoles d’un marché.',
    answer: answers.transfers,
  },
  'post /api/coordination/school-transfers/{transferId}/cancellation': {
    summary: 'Annule une proposition de transfert.',
    answer: answers.transfer,
  },
  'get /api/memberships/{membershipId}/school-transfers': {
    summary: 'Les transferts où un membre cède ou reçoit des écoles.',
    answer: answers.transfers,
  },
  'post /api/memberships/{membershipId}/school-transfers/{transferId}/preview': {
    summary: 'Ce qu’une commande complémentaire laisserait manquer ; n’écrit rien.',
    answer: answers.transferPreview,
  },
  'post /api/memberships/{membershipId}/school-transfers/{transferId}/acceptance': {
    summary:
      'Accepte un transfert avec sa commande complémentaire : les deux, ou ni l’un ni l’autre.',
    answer: answers.acceptedTransfer,
  },
  'post /api/memberships/{membershipId}/school-transfers/{transferId}/refusal': {
    summary: 'Décline une proposition de transfert.',
    answer: answers.transfer,
  },
};
