import * as answers from './adhesion.answers.js';

/** What decorators cannot say of the routes of documents and adhesion (ADH-1 to ADH-3). */
export const adhesionOperations = {
  'post /api/documents': {
    summary:
      'Dépose un document (PDF, image ; tableur pour l’annexe 2), 20 Mo au plus : le fichier est le corps de la demande.',
    answer: answers.document,
  },
  'get /api/documents': {
    summary: 'Les documents d’une adhésion, d’une organisation ou d’un marché.',
    answer: answers.documents,
  },
  'get /api/documents/{documentId}': {
    summary: 'La fiche d’un document, avec son empreinte.',
    answer: answers.document,
  },
  'get /api/documents/{documentId}/content': {
    summary: 'Le contenu d’un document ; le téléchargement est inscrit au journal.',
    answer: 'FILE',
  },
  'get /api/coordination/applications': {
    summary:
      'Les demandes d’adhésion : pièces manquantes, délais, décisions attendues (ADH-3). Un successeur n’en a pas fait (ADH-5).',
    answer: answers.applications,
  },
  'post /api/coordination/applications': {
    summary: 'Enregistre une demande d’adhésion ; hors délai, elle est refusée avec l’article.',
    answer: answers.applied,
  },
  'get /api/coordination/applications/{membershipId}': {
    summary: 'Une demande d’adhésion.',
    answer: answers.application,
  },
  'post /api/coordination/applications/{membershipId}/acceptance': {
    summary: 'Accepte une demande complète.',
    answer: answers.accepted,
  },
  'post /api/coordination/applications/{membershipId}/admission': {
    summary: 'Décide qu’une lettre envoyée dans le délai et reçue après compte (art. 2 et 6).',
    answer: answers.admitted,
  },
  'post /api/coordination/applications/{membershipId}/refusal': {
    summary: 'Refuse une demande, avec des motifs qui citent l’article.',
    answer: answers.refused,
  },
  'post /api/coordination/applications/{membershipId}/convention': {
    summary: 'Enregistre la convention signée d’une adhésion acceptée.',
    answer: answers.signed,
  },
  'get /api/coordination/unsigned-members': {
    summary: 'Les membres acceptés dont la convention n’est pas signée (art. 8).',
    answer: answers.unsignedMembers,
  },
  'get /api/coordination/campaign': {
    summary: 'La campagne d’invitation : combien par état, combien à relancer.',
    answer: answers.campaign,
  },
  'get /api/coordination/invitations': {
    summary: 'Les organisations invitées, par état ou à relancer.',
    answer: answers.invitations,
  },
  'post /api/coordination/invitations': {
    summary: 'Invite une ou plusieurs organisations.',
    answer: answers.invited,
  },
  'post /api/coordination/invitations/import': {
    summary:
      'Invite les organisations d’une liste CSV, XLSX ou ODS (le corps de la demande) : tout ou rien.',
    answer: answers.imported,
  },
  'post /api/coordination/invitations/reminders': {
    summary: 'Enregistre une relance.',
    answer: answers.reminded,
  },
  'post /api/coordination/invitations/{invitationId}/decline': {
    summary: 'Enregistre qu’une organisation n’adhérera pas.',
    answer: answers.declined,
  },
  'get /api/organisations/{organisationId}': {
    summary: 'La fiche d’une organisation : signataires, contacts, données Chorus Pro du jour.',
    answer: answers.organisationFile,
  },
  'put /api/organisations/{organisationId}/billing-contacts': {
    summary: 'Remplace les contacts de facturation.',
    answer: answers.organisationFile,
  },
  'post /api/organisations/{organisationId}/signatories': {
    summary: 'Ajoute un signataire, avec ses dates et sa délégation.',
    answer: answers.organisationFile,
  },
  'put /api/organisations/{organisationId}/signatories/{signatoryId}/end': {
    summary: 'Met fin à la signature d’une personne.',
    answer: answers.organisationFile,
  },
  'get /api/organisations/{organisationId}/chorus-pro': {
    summary: 'L’historique des données Chorus Pro.',
    answer: answers.chorusProEntries,
  },
  'post /api/organisations/{organisationId}/chorus-pro': {
    summary: 'Enregistre des données Chorus Pro à compter d’un jour.',
    answer: answers.organisationFile,
  },
} as const;
