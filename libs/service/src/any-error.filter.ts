import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { ProblemDetailsFilter } from '#libs/http';
import type { Logger } from '#libs/observability';
import { RpcErrorFilter } from '#libs/rpc';

/** One global filter for a process that speaks HTTP, gRPC and Kafka: each transport translates its own way. */
@Catch()
export class AnyErrorFilter implements ExceptionFilter {
  private readonly http: ProblemDetailsFilter;
  private readonly rpc: RpcErrorFilter;

  constructor(logger: Logger) {
    this.http = new ProblemDetailsFilter(logger);
    this.rpc = new RpcErrorFilter(logger);
  }

  catch(error: unknown, host: ArgumentsHost): Observable<never> | void {
    return host.getType() === 'http' ? this.http.catch(error, host) : this.rpc.catch(error, host);
  }
}
