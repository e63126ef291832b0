import type { DescMessage, DescMethodUnary, MessageShape } from '@bufbuild/protobuf';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type { Initial } from '#libs/contracts';
import { type Caller, CurrentCaller } from '#libs/identity';

/**
 * The method answers this one of the contract: `@Answers(BillingService.method.listInvoices)`. It is handed the request
 * and the verified caller. What it takes and returns is held to the messages by the compiler, so that a bigint for an
 * int32, or the reverse, is no surprise of a running service.
 */
export function Answers<Request extends DescMessage, Response extends DescMessage>(
  rpc: DescMethodUnary<Request, Response>,
): <Handler extends (request: MessageShape<Request>, caller: Caller) => AnswerOf<Response>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void {
  return (target, key, descriptor) => {
    Payload()(target, key, 0);
    CurrentCaller()(target, key, 1);
    GrpcMethod(rpc.parent.name, rpc.name)(target, key, descriptor);
  };
}

type AnswerOf<Response extends DescMessage> = Initial<Response> | Promise<Initial<Response>>;
