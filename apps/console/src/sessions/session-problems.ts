import { IssuerUnavailable } from '#libs/identity';
import { defineProblem, DomainError } from '#libs/problems';

export class LoginFailed extends DomainError {
  readonly code = 'LOGIN_FAILED';
  readonly kind = 'forbidden';
  constructor() {
    super('La connexion n’a pas abouti ou a expiré. Revenez à l’accueil et recommencez.');
  }
}

export function issuerUnavailable(cause: unknown): IssuerUnavailable {
  const problem = new IssuerUnavailable(
    'Le service d’authentification ne répond pas. Réessayez dans quelques instants.',
  );
  problem.cause = cause;
  return problem;
}

/** The request does not come from our own pages. */
export class CsrfRefused extends defineProblem('CSRF_REFUSED', 'forbidden') {}
