import { DomainError } from '#libs/problems';
import { defineProblem } from '#libs/problems';

export class LoginFailed extends DomainError {
  readonly code = 'LOGIN_FAILED';
  readonly kind = 'forbidden';
  constructor() {
    super('La connexion n’a pas abouti ou a expiré. Revenez à l’accueil et recommencez.');
  }
}

export class IssuerUnavailable extends DomainError {
  readonly code = 'ISSUER_UNAVAILABLE';
  readonly kind = 'unavailable';
  constructor(cause: unknown) {
    super('Le service d’authentification ne répond pas. Réessayez dans quelques instants.');
    this.cause = cause;
  }
}

/** The request does not come from our own pages. */
export class CsrfRefused extends defineProblem('CSRF_REFUSED', 'forbidden') {}
