import type { DescMessage, DescMethodUnary, MessageInitShape } from '@bufbuild/protobuf';
import { GrpcMethod } from '@nestjs/microservices';

/**
 * The method answers this one of the contract: `@Answers(BillingService.method.listInvoices)`. What it returns is held
 * to the message by the compiler, so that a bigint for an int32, or the reverse, is no surprise of a running service.
 */
export function Answers<Response extends DescMessage>(
  rpc: DescMethodUnary<DescMessage, Response>,
): <Handler extends (...parameters: never[]) => AnswerOf<Response>>(
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
