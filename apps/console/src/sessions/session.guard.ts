import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { asOneOf, NotAllowed, requireFreshLogin, Unauthenticated, type Role } from '#libs/identity';
import { HealthController } from '#libs/observability';
import {
  allowedPeople,
  anonymous,
  freshLogin,
  type RequestOfVisitor,
  type Visitor,
} from '../visitor.js';
import { Clock } from '../clock.js';
import type { RequestRate } from '../request-rate.js';
import { readCookie, sessionCookie } from './cookies.js';
import { CurrentSession } from './current-session.js';
import { visitorAhead } from './look-ahead.js';
import { CsrfRefused } from './session-problems.js';

/** Requests of one person, whatever the sessions and addresses. */
export const personRate = Symbol('person rate');
/** Origin of the console's own pages. */
export const ownOrigin = Symbol('own origin');

type Request = RequestOfVisitor & {
  method: string;
  headers: Record<string, string | undefined>;
};

/** Every HTTP route: a session, a role that the route names, and for what is not a GET the CSRF token. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly currentSession: CurrentSession,
    private readonly clock: Clock,
    private readonly reflector: Reflector,
    @Inject(ownOrigin) private readonly ownOrigin: string,
    @Inject(personRate) private readonly rate: RequestRate,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    // Health and metrics have their own door, the private port (see public-door.ts).
    if (context.getClass() === HealthController) return true;
    const at = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(anonymous, at)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    const visitor = await (visitorAhead(request) ?? this.visitorOf(request));
    if (!visitor) throw new Unauthenticated('no session');
    this.rate.take(visitor.userId);
    if (!['GET', 'HEAD'].includes(request.method)) this.requireOwnPage(request, visitor);
    const wanted = this.reflector.getAllAndOverride<Role[] | undefined>(allowedPeople, at);
    // With the rights that let it in, and no others, as in the services (`admitted`).
    request.visitor = asOneOf(visitor, ...(wanted ?? []));
    if (request.visitor.grants.length === 0) throw new NotAllowed();
    const freshLoginMs = this.reflector.getAllAndOverride<number | undefined>(freshLogin, at) ?? 0;
    requireFreshLogin(visitor, freshLoginMs, this.clock.now());
    return true;
  }

  private async visitorOf({ headers }: Request): Promise<Visitor | undefined> {
    const id = readCookie(headers['cookie'], sessionCookie);
    return id === undefined ? undefined : this.currentSession.visitor(id);
  }

  private requireOwnPage(request: Request, visitor: Visitor): void {
    const { origin } = request.headers;
    const foreign = origin !== undefined && origin !== this.ownOrigin;
    if (foreign || !sameText(request.headers['x-csrf-token'] ?? '', visitor.csrfToken)) {
      throw new CsrfRefused('La page a expiré. Rechargez-la et recommencez.');
    }
  }
}

function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
