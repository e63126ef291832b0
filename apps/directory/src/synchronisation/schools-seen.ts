import { type Caller, hasRole } from '#libs/identity';

/** Whose own deliveries a caller sees and decides: everybody's (undefined), or those of the schools that a head has (DIR-5). */
export const schoolsSeen = (caller: Caller): readonly string[] | undefined =>
  hasRole(caller, 'support-2', 'coordinator', 'admin', 'player', 'service')
    ? undefined
    : caller.uais;
