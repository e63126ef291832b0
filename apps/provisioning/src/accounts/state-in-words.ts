import type { AccountState } from './domain/account.js';

type Words = { readonly stateInWords: string; readonly nextStep: string };

/** What each state means to a person on the phone, and what to do next (SUP-1). The only file with these texts. */
export const wordsOf: Readonly<Record<AccountState, Words>> = {
  REQUESTED: {
    stateInWords: 'Le compte est demandé : sa place n’est pas encore attribuée.',
    nextStep: 'Rien à faire : les places sont attribuées à la fin de l’import en cours.',
  },
  WAITING_SEAT: {
    stateInWords:
      'Le compte attend une place : toutes celles commandées par le financeur sont occupées.',
    nextStep:
      'Le financeur de l’école peut commander des comptes supplémentaires ; la place est alors donnée d’elle-même, dans l’ordre de la liste d’attente.',
  },
  PROVISIONING: {
    stateInWords: 'Le compte est en cours de création dans l’ENT.',
    nextStep: 'Patientez quelques minutes. Au-delà d’une heure, transmettez au niveau 2.',
  },
  PROVISIONED: {
    stateInWords: 'Le compte est ouvert et n’a encore jamais servi.',
    nextStep:
      'La première connexion active le compte. Identifiant ou code perdu : la direction de l’école les réédite dans l’ENT ; par l’académie ou ÉduConnect, il n’y a pas de code.',
  },
  ACTIVATED: {
    stateInWords: 'Le compte est ouvert et a déjà servi.',
    nextStep:
      'Mot de passe oublié : avec une adresse enregistrée dans l’ENT, la personne le renouvelle depuis la page de connexion ; sans adresse (un élève), la direction de l’école le renouvelle dans l’ENT.',
  },
  SUSPENDED: {
    stateInWords: 'Le compte est suspendu sur décision d’une personne habilitée.',
    nextStep: 'Adressez-vous au niveau 2, qui connaît le motif et peut rétablir le compte.',
  },
  CLOSING: {
    stateInWords:
      'Le compte est bloqué et sera supprimé : la personne n’est plus rattachée à une école qui finance l’ENT.',
    nextStep:
      'Si c’est une erreur, faites corriger la fiche dans l’annuaire de l’école avant la date de suppression.',
  },
  DELETED: {
    stateInWords: 'Le compte est supprimé.',
    nextStep:
      'Si la personne revient dans une école financée, un nouveau compte est créé de lui-même.',
  },
  FAILED: {
    stateInWords: 'L’ENT a refusé de créer ce compte.',
    nextStep:
      'Transmettez au niveau 2 : la fiche de l’annuaire est à corriger, puis la création à relancer.',
  },
};
