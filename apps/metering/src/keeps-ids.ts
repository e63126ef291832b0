import type { KeptId, KeptIds } from '#libs/messaging';

const usage: KeptId = {
  because: 'Jours d’utilisation d’un compte, sans nom : la preuve de ce qui est facturé (dix ans).',
};

/** Where the id of an account may stand once its person is erased, and why (SUP-4). */
export const keepsIds: KeptIds = {
  'public.account_fact.account_id': usage,
  'public.account_interval.account_id': usage,
};
