import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { Unauthenticated } from '#libs/identity';
import { currentTraceId, type Logger } from '#libs/observability';
import { isInfrastructureFault } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { problemOfError, problemOfStatus, type ProblemBody } from './problem-details.js';

type Response = {
  headersSent: boolean;
  setHeader(name: string, value: string): void;
  status(code: number): Response;
  type(mime: string): Response;
  send(body: string): void;
};

/** Every error of an HTTP route leaves as application/problem+json; unknown ones leak nothing. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const problem = this.problem(error);
    if (response.headersSent) return;
    const { retryAfterSeconds } = problem.details ?? {};
    if (problem.status === 429) response.setHeader('retry-after', String(retryAfterSeconds));
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private problem(error: unknown): ProblemBody {
    const traceId = currentTraceId();
    if (error instanceof DomainError) return problemOfError(error, traceId);
    if (error instanceof Unauthenticated) {
      return problemOfStatus(401, 'UNAUTHENTICATED', 'Connectez-vous pour continuer.', { traceId });
    }
    if (error instanceof HttpException) return this.ofNest(error, traceId);
    this.logger.error({ err: error }, 'unknown error in a request');
    return isInfrastructureFault(error)
      ? problemOfStatus(503, 'SERVICE_UNAVAILABLE', 'Réessayez dans quelques instants.', {
          traceId,
        })
      : problemOfStatus(
          500,
          'INTERNAL_ERROR',
          'La demande n’a pas abouti, sans que vous y soyez pour rien. Réessayez, puis signalez le numéro de trace.',
          { traceId },
        );
  }

  private ofNest(error: HttpException, traceId: string | undefined): ProblemBody {
    const status = error.getStatus();
    const answer = error.getResponse();
    // Health answers name what does not hold; Nest's own texts are for programmers.
    const faults = typeof answer === 'object' && 'faults' in answer ? answer.faults : undefined;
    const code = { 404: 'NOT_FOUND', 413: 'TOO_LARGE', 503: 'NOT_READY' }[status] ?? 'BAD_REQUEST';
    return problemOfStatus(status, code, titleFor(status), {
      traceId,
      ...(faults === undefined ? {} : { details: faults as Record<string, string> }),
    });
  }
}

function titleFor(status: number): string {
  if (status === 404) return 'Cette adresse n’existe pas.';
  if (status === 413) return 'Le fichier envoyé est trop volumineux.';
  if (status === 503) return 'Le service n’est pas prêt.';
  return 'La demande n’a pas pu être lue.';
}
