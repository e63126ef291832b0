import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';
import type { Logger } from '#libs/observability';
import { statusOfError } from './status-of-error.js';

/** Errors of Kafka handlers pass as they are, for the consumer to tell data from infrastructure. */
@Catch()
export class RpcErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    return throwError(() => (isGrpcCall(host) ? statusOfError(error, this.logger) : error));
  }
}

function isGrpcCall(host: ArgumentsHost): boolean {
  const context: unknown = host.switchToRpc().getContext();
  return typeof (context as { getMap?: unknown } | undefined)?.getMap === 'function';
}
