import {
  type Caller,
  everyMarket,
  type Grant,
  operatorClient,
  processRoles,
  type Role,
} from '#libs/identity';

/** Each role in each market; of a process in all. */
export const grantsOf = (
  roles: readonly Role[],
  markets: readonly string[] = ['e-primo-2022'],
): Grant[] =>
  roles.flatMap((role) =>
    (processRoles.includes(role) ? [everyMarket] : markets).map((market) => ({ role, market })),
  );

export type CallerOf = Partial<Omit<Caller, 'grants'>> & {
  readonly roles?: readonly Role[];
  readonly markets?: readonly string[];
};

/** Who is nothing else comes by the operator's commands: nowhere else is anybody an administrator. */
export const isAdministrator = (roles: readonly Role[]): boolean =>
  roles.length > 0 && roles.every((role) => role === 'admin');

/** Somebody with each of the roles in each of the markets. */
export const callerOf = ({ roles = [], markets, ...over }: CallerOf = {}): Caller => ({
  ...{ userId: 'user-1', uais: [] },
  ...(isAdministrator(roles) && { carrier: operatorClient }),
  ...over,
  grants: grantsOf(roles, markets),
});
