import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Caller, Role } from '#libs/identity';

/** The person in front of the browser, as the session knows them. */
export type Visitor = Caller & {
  /** SHA-256 of the session's identifier. */
  readonly sessionId: string;
  readonly name: string;
  /** To be repeated in the header x-csrf-token of every request that is not a GET. */
  readonly csrfToken: string;
};

export const allowedPeople = 'console:allowed-people';
export const freshLogin = 'console:fresh-login';
export const anonymous = 'console:anonymous';

/** Roles that may use a route. A route without it is refused to everybody: nothing is open by omission. */
export const AllowPeople = (...roles: Role[]) => SetMetadata(allowedPeople, roles);

/** What binds money: a login so old at most. */
export const AskFreshLogin = (ms: number) => SetMetadata(freshLogin, ms);

/** The login itself, and nothing else. */
export const Anonymous = () => SetMetadata(anonymous, true);

export type RequestOfVisitor = {
  /** Set by the session guard. */
  visitor?: Visitor;
  /** Whose session the cookie opens, asked at the door (lookAhead) and judged by nobody yet; `performance.now()`. */
  ahead?: { readonly visitor: Promise<Visitor | undefined>; readonly sinceMs: number };
  /** Among the requests that its session runs at once (requestsAtOnce). */
  place?: { beginHandler(): boolean; endHandler(): void };
};

/** The visitor of a route behind the session guard. */
export const CurrentVisitor = createParamDecorator(
  (_data: unknown, context: ExecutionContext): Visitor => {
    const { visitor } = context.switchToHttp().getRequest<RequestOfVisitor>();
    if (!visitor) throw new RangeError('CurrentVisitor is for routes behind the session guard');
    return visitor;
  },
);
