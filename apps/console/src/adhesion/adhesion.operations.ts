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
} as const;
