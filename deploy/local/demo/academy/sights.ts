import { schoolsOfStory } from './academy-story.js';

const head = `school-${schoolsOfStory.onde.toLowerCase()}`;

/** What to look at in the console, as whom, once the story is played. */
export const sights = [
  { login: 'support-2', where: 'Annuaire', what: 'sources, imports, zone de dépôt' },
  { login: 'support-2', where: 'Annuaire', what: 'un import : plan par école, remarques' },
  {
    ...{ login: 'support-2', where: 'Annuaire › Doublons' },
    what: 'six questions ouvertes, la réunion défaite',
  },
  { login: head, where: 'Listes de mon école', what: 'ses envois ONDE et leur aperçu' },
  { login: head, where: 'Listes de mon école › Personnes', what: 'élèves par classe, équipe' },
  {
    ...{ login: 'dpo', where: 'Données personnelles' },
    what: 'effacements par jour, et la preuve de l’un d’eux',
  },
] as const;
