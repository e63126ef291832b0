import {
  create,
  type DescMessage,
  type DescMethodUnary,
  type DescService,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { RpcClient } from '#libs/rpc';
import {
  askedServices,
  clientNameOf,
  type ClientsOfVisitor,
  type Services,
} from '../../../apps/console/src/clients/clients.module.js';

type AnswerTo<Rpc> =
  Rpc extends DescMethodUnary<infer Request, infer Response>
    ? (request: MessageShape<Request>) => MessageInitShape<Response>
    : never;

/** What a fake says to the methods that a test looks at: as data, of whole requests. */
export type Answers<Service extends DescService> = {
  readonly [Rpc in keyof Service['method']]?: AnswerTo<Service['method'][Rpc]>;
};

type AnswersOf = { readonly [Name in keyof Services]?: Answers<Services[Name]['service']> };

/** Every service that the console asks, each as `fakeOf` makes it. */
export const fakesOf = (answers: AnswersOf): ClientsOfVisitor =>
  Object.fromEntries(
    askedServices.map((service) => {
      const name = clientNameOf(service);
      return [name, fakeOf(service, answers[name] ?? {})];
    }),
  ) as unknown as ClientsOfVisitor;

/**
 * A service as trusting as it could be, by its descriptor: it judges nobody. Where `answers` says nothing, it says back
 * what it was asked: fields of the request by their names, also in a message that the answer holds one of; lists empty.
 */
function fakeOf<Service extends DescService>(
  service: Service,
  answers: Answers<Service>,
): Omit<RpcClient<Service>, 'close'> {
  const given = answers as Readonly<Record<string, ((request: Message) => object) | undefined>>;
  return Object.fromEntries(
    service.methods.map((rpc) => [
      rpc.localName,
      async (init: object) => {
        const request = create(rpc.input, init as never);
        const answer = given[rpc.localName]?.(request) ?? saidBack(rpc.output, request);
        return create(rpc.output, answer as never);
      },
    ]),
  ) as unknown as Omit<RpcClient<Service>, 'close'>;
}

function saidBack(message: DescMessage, request: Message, isPart = false): object {
  const asked = request as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    message.fields.flatMap(({ fieldKind, localName, message: part }) => {
      if (fieldKind === 'message' && part && !isPart) {
        const held = saidBack(part, request, true);
        return Object.keys(held).length > 0 ? [[localName, held]] : [];
      }
      return fieldKind === 'scalar' && localName in asked ? [[localName, asked[localName]]] : [];
    }),
  );
}
