import {
  fromJson,
  toJson,
  type DescMessage,
  type JsonValue,
  type Message,
} from '@bufbuild/protobuf';
import { Injectable } from '@nestjs/common';
import type { DecideDoubleRequest, UndoMergeRequest } from '#libs/contracts';
import { NotVisible } from '#libs/identity';
import { pointsToMend } from '#libs/problems';
import { RemoteProblem } from '#libs/rpc';
import { Clients, clientNameOf } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import {
  namedInAnswer,
  namedInRequest,
  requireConcerned,
  requireMarketOfItems,
  requireOneSide,
} from './concerns.js';
import { MembershipOwners } from '../clients/membership-owners.js';
import { DoublesSeen } from '../support/support.module.js';
import type { ContractRoute } from './route-of.js';
import { tellAny, valueOf } from '../tell.js';

/** What came in, each part already checked. */
export type Given = {
  readonly path: Readonly<Record<string, string>>;
  readonly rest: Readonly<Record<string, JsonValue>>;
  readonly idempotencyKey: string | undefined;
  readonly expectedVersion: number | undefined;
  readonly file: Uint8Array | undefined;
};

type Call = (request: Message) => Promise<Message>;

/** Carries a request to the service that decides, in the visitor's own name, and its answer back. */
@Injectable()
export class CarryCall {
  constructor(
    private readonly clients: Clients,
    private readonly owners: MembershipOwners,
    private readonly doubles: DoublesSeen,
  ) {}

  async execute(route: ContractRoute, visitor: Visitor, given: Given): Promise<JsonValue> {
    const { rpc, judgedByService } = route;
    const request = fromJson(rpc.input, requestOf(route, given));
    if (route.file) Object.assign(request, { [route.file.localName]: given.file });
    const asked = namedInRequest(rpc.input, request, judgedByService);
    await requireConcerned(visitor, asked, this.owners);
    await this.doubles.require(visitor, request as Partial<DecideDoubleRequest & UndoMergeRequest>);
    const client = this.clients.of(visitor)[clientNameOf(route.service)] as unknown as Record<
      string,
      Call
    >;
    const response = await client[rpc.localName]!(request);
    refuseFaulty(route, request, response);
    // One text as the whole answer: it names nobody.
    if (route.answer && !route.answer.message) {
      return valueOf(route.answer, toJson(rpc.output, response)) ?? null;
    }
    const [answer, message] = answerOf(route, response);
    const named = namedInAnswer(message, answer, judgedByService);
    await requireConcerned(visitor, named, this.owners);
    requireOneSide(visitor, message, answer);
    requireMarketOfItems(visitor, answer, message);
    return tellAny(message, answer);
  }
}

function requestOf({ body, idempotencyKey, expectedVersion }: ContractRoute, given: Given) {
  return {
    ...given.path,
    ...(body ? { [body.jsonName]: given.rest } : given.rest),
    ...(idempotencyKey ? { [idempotencyKey.jsonName]: given.idempotencyKey! } : {}),
    ...(expectedVersion ? { [expectedVersion.jsonName]: given.expectedVersion! } : {}),
  };
}

/** All lines or none: what is wrong with a file is its refusal. A status of gRPC could not hold so many faults. */
function refuseFaulty({ faulty, rpc }: ContractRoute, request: Message, response: Message): void {
  const { dryRun } = request as Message & { dryRun?: boolean };
  const faults = rpc.output.fields.find(({ name }) => name === 'faults');
  if (faulty === '' || dryRun || !faults?.message) return;
  const found = (response as unknown as { faults: Message[] }).faults;
  if (found.length === 0) return;
  throw new RemoteProblem({
    code: faulty,
    kind: 'invalid',
    message: `Le fichier comporte ${pointsToMend(found.length)}, rien n’a été enregistré : corrigez et renvoyez-le.`,
    details: { faults: found.map((one) => tellAny(faults.message!, one)) },
  });
}

function answerOf({ rpc, answer }: ContractRoute, response: Message): [Message, DescMessage] {
  if (!answer) return [response, rpc.output];
  const found = (response as unknown as Record<string, Message | undefined>)[answer.localName];
  if (!found) throw new NotVisible();
  return [found, answer.message!];
}
