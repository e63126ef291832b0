import { status } from '@grpc/grpc-js';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import { Unauthenticated } from '#libs/identity';
import type { Logger } from '#libs/observability';
import { isInfrastructureFault } from '#libs/persistence';
import { DomainError } from '#libs/problems';
import { toStatus } from './problem-status.js';

/**
 * Refusals become statuses with their figures; unknown errors leak nothing and are logged with their
 * cause. Errors of Kafka handlers pass as they are, for the consumer to tell data from infrastructure.
 */
@Catch()
export class RpcErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    if (!isGrpcCall(host)) return throwError(() => error);
    if (error instanceof DomainError) return throwError(() => toStatus(error));
    if (error instanceof Unauthenticated) {
      return throwError(() => ({ code: status.UNAUTHENTICATED, details: 'UNAUTHENTICATED' }));
    }
    this.logger.error({ err: error }, 'unknown error in a call');
    const code = isInfrastructureFault(error) ? status.UNAVAILABLE : status.INTERNAL;
    return throwError(() => ({ code, details: status[code] }));
  }
}

function isGrpcCall(host: ArgumentsHost): boolean {
  const context: unknown = host.switchToRpc().getContext();
  return typeof (context as { getMap?: unknown } | undefined)?.getMap === 'function';
}
