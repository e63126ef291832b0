import type { KeptId, KeptIds } from '#libs/messaging';

const account: KeptId = {
  because: 'Copie de l’état d’un compte, sans nom ni identifiant de connexion.',
};

/** Where the id of who was erased may stand here, and why (SUP-4). */
export const keepsIds: KeptIds = {
  'public.account.account_id': account,
  'public.account.person_id': account,
  'public.look.subjects': {
    because: 'Journal des consultations : qui a été consulté, par identifiant, jamais par nom.',
    until: `t.recorded_at::date + (select kept_days from platform.book where name = 'looks')`,
  },
};
