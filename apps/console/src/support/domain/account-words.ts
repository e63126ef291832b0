/** What a state means to somebody on the telephone, and what to do next (SUP-1, level 1). */
export type Words = { readonly inWords: string; readonly nextStep: string };

const words: Record<string, Words> = {
  REQUESTED: {
    inWords: 'Le compte est demandé ; sa création va commencer.',
    nextStep: 'Rien à faire : le compte est en général créé dans la journée.',
  },
  WAITING_SEAT: {
    inWords: 'Le compte attend une place : la collectivité n’en a plus de libre.',
    nextStep:
      'Inviter l’école à prévenir sa commune : une commande complémentaire libère les comptes en attente.',
  },
  PROVISIONING: {
    inWords: 'Le compte est en cours de création dans l’ENT.',
    nextStep: 'Patienter : si rien n’a changé demain, transmettre au niveau 2.',
  },
  PROVISIONED: {
    inWords: 'Le compte est prêt, mais personne ne s’est encore connecté.',
    nextStep:
      'Demander à la personne de se connecter. Identifiant ou code perdu : la direction de l’école les réédite dans l’ENT ; par l’académie ou ÉduConnect, il n’y a pas de code.',
  },
  ACTIVATED: {
    inWords: 'Le compte fonctionne : il a déjà servi.',
    nextStep:
      'Mot de passe oublié : avec une adresse enregistrée dans l’ENT, passer par la page de connexion ; sans adresse (un élève), la direction de l’école le renouvelle dans l’ENT.',
  },
  SUSPENDED: {
    inWords: 'Le compte est suspendu par décision d’une personne habilitée.',
    nextStep: 'Transmettre au niveau 2, qui connaît la décision et peut la lever.',
  },
  CLOSING: {
    inWords:
      'Le compte est en cours de fermeture : la personne n’est plus rattachée à une école financée.',
    nextStep:
      'Si la personne est toujours à l’école, inviter la direction à vérifier son inscription.',
  },
  DELETED: {
    inWords: 'Le compte est supprimé.',
    nextStep: 'Rien à faire. Si la personne revient, un nouveau compte sera créé.',
  },
  FAILED: {
    inWords: 'L’ENT a refusé de créer le compte.',
    nextStep: 'Transmettre au niveau 2 : une donnée est à corriger.',
  },
};

export function accountWords(state: string): Words {
  return (
    words[state] ?? {
      inWords: 'L’état du compte n’est pas connu.',
      nextStep: 'Transmettre au niveau 2.',
    }
  );
}

export const knownStates = Object.keys(words);
