import type { KeptId, KeptIds } from '#libs/messaging';

const account: KeptId = {
  because:
    'Compte sans nom ni identifiant de connexion : il explique les jours facturés (dix ans).',
};

const exposure: KeptId = {
  because:
    'Comptes sans nom : un lien de famille que l’alimentation de l’académie a rétabli, gardé trois mois.',
};

/** Where the id of who was erased may stand here, and why (SUP-4). */
export const keepsIds: KeptIds = {
  'public.account.account_id': account,
  'public.account.person_id': account,
  'public.account.ent_id': account,
  'public.account_transition.account_id': account,
  'public.ent_link.relative_account_id': account,
  'public.ent_link.student_account_id': account,
  'public.ent_look.differences': {
    because: 'Comptes sans nom : ce qu’une nuit a trouvé dans l’ENT, gardé trois mois.',
  },
  'public.ent_retry_account.account_id': {
    because:
      'Compte sans nom, réessayé avec d’autres : oublié trois mois après, une fois la reprise finie.',
  },
  'public.ent_task.account_id': {
    because: 'L’ENT n’a pas encore confirmé ce qui lui est demandé de ce compte.',
  },
  'public.link_exposure.relative_account_id': exposure,
  'public.link_exposure.student_account_id': exposure,
  'public.letter_request.account_id': {
    because: 'Lettre demandée à l’école, sans nom : oubliée 30 jours après son terme.',
    until: 't.expires_on + 30',
  },
  'public.person_mark.person_id': {
    because: 'Départ à examiner : l’affaire de quelques secondes.',
    where: 't.due_on >= platform.business_date()',
  },
};
