import { getOption, hasOption, type DescMethod } from '@bufbuild/protobuf';
import { access as accessOption, Operator, Role as RoleOption } from '#libs/contracts';
import {
  asOneOf,
  everyMarket,
  isOfOperator,
  roles as everyRole,
  type Caller,
  type Role,
} from './caller.js';
import { NotAllowed } from './refusals.js';

/** Who may call a method and how, as its .proto says (ent.http.v1.access). */
export type RpcAccess = {
  /** Through its public route and in the service. */
  readonly roles: readonly Role[];
  /** In the service only. */
  readonly also: readonly Role[];
  /** Services that call it in their own name. */
  readonly callers: readonly string[];
  /** It has a route for people. */
  readonly isPublic: boolean;
  /** After so long a caller gives it up. */
  readonly deadlineMs: number;
  /** A person must have logged in so long ago at most; 0: whenever. */
  readonly freshLoginMs: number;
  /** Which administrator, by an operator's commands (isOfOperator): of the market in question, or of them all. */
  readonly operator: 'market' | 'platform' | undefined;
};

const deadlineSecondsDefault = 5;

const known = new WeakMap<DescMethod, RpcAccess>();

/** Undefined for a method without access: nobody may call it. Read once: every call asks, and an option is decoded at each look. */
export function accessOf(rpc: DescMethod): RpcAccess | undefined {
  const found = known.get(rpc);
  if (found || !hasOption(rpc, accessOption)) return found;
  const { roles, also, callers, method, deadlineSeconds, freshLoginSeconds, operator } = getOption(
    rpc,
    accessOption,
  );
  const access = {
    roles: roles.flatMap(rolesNamed),
    also: also.flatMap(rolesNamed),
    callers,
    isPublic: method.case !== undefined,
    deadlineMs: (deadlineSeconds || deadlineSecondsDefault) * 1_000,
    freshLoginMs: freshLoginSeconds * 1_000,
    operator: operators[operator],
  };
  known.set(rpc, access);
  return access;
}

/**
 * The caller with the rights that let it in, and no others: a right in a market is then one of those that the method asks
 * for. A service is let in by its name: another service's token opens nothing. An administrator comes by the operator's
 * commands, and calls what they are for. Throws NotAllowed.
 */
export function admitted(caller: Caller, access: RpcAccess | undefined): Caller {
  const { roles = [], also = [], callers = [], operator } = access ?? {};
  const byName = callers.includes(caller.userId) ? (['service'] as const) : [];
  const one = isOfOperator(caller.carrier)
    ? asAdministrator(caller, operator)
    : asOneOf(caller, ...roles, ...also, ...byName);
  if (one.grants.length === 0) throw new NotAllowed();
  return one;
}

function asAdministrator(caller: Caller, operator: RpcAccess['operator']): Caller {
  const { grants } = asOneOf(caller, 'admin');
  const enough = grants.filter(({ market }) => operator === 'market' || market === everyMarket);
  return { ...caller, grants: operator ? enough : [] };
}

const operators = {
  [Operator.UNSPECIFIED]: undefined,
  [Operator.MARKET]: 'market',
  [Operator.PLATFORM]: 'platform',
} as const;

const groups: Partial<Record<RoleOption, readonly Role[]>> = {
  [RoleOption.MEMBER]: ['member-reader', 'member-orderer', 'member-finance'],
  [RoleOption.SUPPORT]: ['support-1', 'support-2', 'support-3'],
};

/** ROLE_MEMBER_ORDERER is `member-orderer`; ROLE_MEMBER is every profile of a member. */
function rolesNamed(option: RoleOption): readonly Role[] {
  const name = RoleOption[option]?.toLowerCase().replaceAll('_', '-');
  const role = everyRole.find((one) => one === name);
  const found = role ? [role] : groups[option];
  if (!found) throw new RangeError(`Unknown role ${option}`);
  return found;
}
