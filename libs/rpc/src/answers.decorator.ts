import type {
  DescMessage,
  DescMethodUnary,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import { GrpcMethod } from '@nestjs/microservices';

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

type AnswerOf<Response extends DescMessage> =
  Initial<MessageInitShape<Response>> | Promise<Initial<MessageInitShape<Response>>>;

/** What a message is made from; its lists are read only. */
type Initial<Value> = Value extends readonly (infer Item)[]
  ? readonly Initial<Item>[]
  : Value extends Uint8Array
    ? Value
    : Value extends object
      ? { readonly [Field in keyof Value]: Initial<Value[Field]> }
      : Value;
