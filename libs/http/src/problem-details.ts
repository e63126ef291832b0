import { DomainError, type ProblemDetails, type ProblemKind } from '#libs/problems';

/** The one place where kinds of refusal become HTTP statuses. */
export const httpStatusOfKind: Record<ProblemKind, number> = {
  'not-found': 404,
  conflict: 409,
  invalid: 422,
  forbidden: 403,
  stale: 412,
  'too-many': 429,
  unavailable: 503,
};

/** RFC 9457 problem details, in French for people, with a stable code for programs. */
export type ProblemBody = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly traceId?: string;
  /** Figures of a refusal, for example the first day, the quantity and the shortfall. */
  readonly details?: ProblemDetails;
};

const titles: Record<number, string> = {
  400: 'Demande mal formée',
  401: 'Connexion nécessaire',
  403: 'Action non autorisée',
  404: 'Introuvable',
  409: 'Refusé par une règle',
  412: 'Données modifiées entre-temps',
  413: 'Demande trop volumineuse',
  421: 'Adresse inconnue',
  422: 'Demande invalide',
  429: 'Trop de demandes',
  500: 'Quelque chose n’a pas fonctionné',
  503: 'Service momentanément indisponible',
};

export function problemOfStatus(
  httpStatus: number,
  code: string,
  detail: string,
  extra: { traceId?: string | undefined; details?: ProblemDetails } = {},
): ProblemBody {
  return {
    type: `urn:ent:problem:${code}`,
    title: titles[httpStatus] ?? 'Demande refusée',
    status: httpStatus,
    detail,
    code,
    ...(extra.traceId === undefined ? {} : { traceId: extra.traceId }),
    ...(extra.details === undefined || Object.keys(extra.details).length === 0
      ? {}
      : { details: extra.details }),
  };
}

export function problemOfError(error: DomainError, traceId: string | undefined): ProblemBody {
  const { code, kind, message, details } = error;
  return problemOfStatus(httpStatusOfKind[kind], code, message, { traceId, details });
}
