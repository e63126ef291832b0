import { getOption, type DescMethod, type Message } from '@bufbuild/protobuf';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { access } from '#libs/contracts';
import { checked, messageSchemaOf } from '#libs/http';
import { rpcOfHandler } from '#libs/identity';

/**
 * Holds every gRPC request to the bounds that its .proto states (ent.http.v1.bounds), with the same schema that the
 * console holds people's JSON to: a service trusts no caller to have looked. Texts are trimmed. Throws InputInvalid.
 */
export class MessageBoundsInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const rpc = context.getType() === 'rpc' ? rpcOfHandler(context.getHandler()) : undefined;
    const [request] = context.getArgs<[Message]>();
    // What a batch of Kafka hands over is no request of this method.
    if (rpc && request.$typeName === rpc.input.typeName) {
      Object.assign(request, checked(messageSchemaOf(rpc.input, isPublicMethod(rpc)), request));
    }
    return next.handle();
  }
}

const isPublicMethod = (rpc: DescMethod) => getOption(rpc, access).method.case !== undefined;
