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
      'Demander à la famille ou à l’agent de se connecter avec la lettre remise par l’école ; au besoin, faire rééditer la lettre.',
  },
  ACTIVATED: {
    inWords: 'Le compte fonctionne : il a déjà servi.',
    nextStep:
      'En cas de mot de passe oublié, utiliser « mot de passe oublié » sur la page de connexion.',
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
