import type { KeptIds } from '#libs/messaging';

/** Where the id of who was erased may stand here, and why (SUP-4). */
export const keepsIds: KeptIds = {
  'public.erasure.person_id': {
    because: 'La preuve de l’effacement elle-même : un identifiant et des jours.',
  },
  'public.erasure_proof.person_id': {
    because:
      'Ce que chaque preuve de l’effacement a trouvé : un identifiant, des jours et des nombres.',
  },
  'public.plan_change.person_id': {
    because: 'Plan d’un import, par identifiants : il part à son échéance.',
    until: `(select p.expires_on from plan p where p.plan_id = t.plan_id) + 1`,
  },
};
