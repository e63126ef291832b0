import { IssuerUnavailable } from '#libs/identity';
import { defineProblem, DomainError } from '#libs/problems';

export class LoginFailed extends DomainError {
  readonly code = 'LOGIN_FAILED';
  readonly kind = 'forbidden';
  constructor() {
    super('La connexion n’a pas abouti ou a expiré. Revenez à l’accueil et recommencez.');
  }
}

/** A logout token that the issuer did not write for us, or wrote long ago, or that came before. */
export class LogoutRefused extends DomainError {
  readonly code = 'LOGOUT_REFUSED';
  readonly kind = 'forbidden';
  constructor() {
    super('Cette demande de déconnexion n’est pas valable : aucune session n’a été fermée.');
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
