import type { DescMessage, DescMethodUnary, MessageShape } from '@bufbuild/protobuf';
import { GrpcMethod } from '@nestjs/microservices';
import type { Initial } from '#libs/contracts';

/**
 * The method answers this one of the contract: `@Answers(BillingService.method.listInvoices)`. What it takes
 * and returns is held to the messages by the compiler, so that a bigint for an int32, or the reverse, is no surprise of
 * a running service.
 */
export function Answers<Request extends DescMessage, Response extends DescMessage>(
  rpc: DescMethodUnary<Request, Response>,
): <Handler extends (request: MessageShape<Request>, ...more: never[]) => AnswerOf<Response>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void {
  return GrpcMethod(rpc.parent.name, rpc.name);
}

type AnswerOf<Response extends DescMessage> = Initial<Response> | Promise<Initial<Response>>;
