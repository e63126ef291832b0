import type { Metadata } from '@grpc/grpc-js';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { defer, from, lastValueFrom, type Observable } from 'rxjs';
import { inTrace, wideEvent, type Logger } from '#libs/observability';

/** One wide event per gRPC call, inside the caller's trace. Kafka batches write their own. */
@Injectable()
export class RpcLoggingInterceptor implements NestInterceptor {
  constructor(private readonly logger: Logger) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const metadata = context.switchToRpc().getContext<Partial<Metadata> | undefined>();
    if (context.getType() !== 'rpc' || typeof metadata?.get !== 'function') return next.handle();
    const parent = metadata.get('traceparent')[0]?.toString();
    const fields = { rpc: context.getHandler().name };
    return defer(() =>
      from(
        inTrace(parent, () =>
          wideEvent(this.logger, 'rpc', fields, () => lastValueFrom(next.handle())),
        ),
      ),
    );
  }
}
