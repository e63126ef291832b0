import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  DigestStatesResponse,
  GetStatusResponse,
  ListParkedRequest,
  ListParkedResponse,
  ReleaseParkedRequest,
  ReleaseParkedResponse,
} from '#libs/contracts';
import { MessagingStatus } from './messaging-status.js';
import { ParkedEvents, type ParkedEventRow } from './parked-events.js';
import { ServiceName } from './service-name.js';
import { StateDigests } from './state-digests.js';

type Answer<Message> = Omit<Message, '$typeName' | '$unknown'>;
type Nested<Message> = {
  [Field in keyof Answer<Message>]: Message[Field] extends (infer Item extends {
    $typeName: string;
  })[]
    ? Answer<Item>[]
    : Message[Field];
};

/** What every service answers about itself, for the command line, the demo and the quiet check (MKT-4). */
@Controller()
export class OperationsRpc {
  constructor(
    private readonly service: ServiceName,
    private readonly status: MessagingStatus,
    private readonly parked: ParkedEvents,
    private readonly states: StateDigests,
  ) {}

  @GrpcMethod('OperationsService', 'GetStatus')
  async getStatus(): Promise<Nested<GetStatusResponse>> {
    const figures = await this.status.read();
    return {
      service: this.service.name,
      businessDate: figures.businessDate ?? '',
      outboxPending: figures.outboxPending,
      consumerLag: figures.consumerLag,
      workPending: figures.workPending,
      topics: figures.topics.map(({ topic, handled, parked, repeated, endOffset }) => ({
        topic,
        handled,
        parked,
        repeated,
        endOffset,
      })),
      produced: [...figures.produced],
    };
  }

  @GrpcMethod('OperationsService', 'DigestStates')
  async digestStates(): Promise<Nested<DigestStatesResponse>> {
    return { states: await this.states.read() };
  }

  @GrpcMethod('OperationsService', 'ListParked')
  async listParked({ limit, afterId }: ListParkedRequest): Promise<Nested<ListParkedResponse>> {
    const rows = await this.parked.list(limit === 0 ? 50 : limit, afterId);
    return { events: rows.map(toResponse) };
  }

  @GrpcMethod('OperationsService', 'ReleaseParked')
  async releaseParked({
    topic,
    key,
  }: ReleaseParkedRequest): Promise<Answer<ReleaseParkedResponse>> {
    const { released, stillParked } = await this.parked.release({
      ...(topic === '' ? {} : { topic }),
      ...(key === '' ? {} : { key }),
    });
    return { released: BigInt(released), stillParked: BigInt(stillParked) };
  }
}

const toResponse = ({ parkedAt, key, type, ...row }: ParkedEventRow) => ({
  ...row,
  key: key ?? '',
  type: type ?? '',
  parkedAt: parkedAt.toISOString(),
});
