import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { OperationsService, type ServiceName } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import type { PersonAsked } from '#libs/messaging';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { OtherService, OtherServices } from './other-service.js';

/** Where the other services listen, host:port. */
export class OtherAddresses {
  constructor(readonly of: Readonly<Record<Exclude<ServiceName, 'directory'>, string>>) {}
}

@Injectable()
export class OtherServicesGateway extends OtherServices implements OnApplicationShutdown {
  readonly all: readonly OtherServiceGateway[];

  constructor(addresses: OtherAddresses, tokens: ServiceTokens) {
    super();
    this.all = Object.entries(addresses.of).map(
      ([service, address]) => new OtherServiceGateway(service as ServiceName, address, tokens),
    );
  }

  onApplicationShutdown(): void {
    for (const each of this.all) each.close();
  }
}

class OtherServiceGateway extends OtherService {
  private readonly client: RpcClient<typeof OperationsService>;

  constructor(
    override readonly service: ServiceName,
    address: string,
    tokens: ServiceTokens,
  ) {
    super();
    const token = () => tokens.token(audienceOf(service));
    this.client = createRpcClient(OperationsService, { address, token });
  }

  override async findTraces(ids: readonly string[]) {
    const { traces, tables, unread } = await this.client.findTraces({ ids: [...ids] });
    return { traces, tables, unread };
  }

  override async tellPersonalData({ accountIds, ...person }: PersonAsked) {
    const told = await this.client.tellPersonalData({ ...person, accountIds: [...accountIds] });
    return {
      accountIds: told.accountIds,
      // Field by field: what bears its type's name is taken for a whole message when it is told on.
      tables: told.tables.map(({ title, purpose, kept, recipients, columns, rows }) => ({
        ...{ title, purpose, kept, recipients, columns },
        rows: rows.map(({ cells }) => cells),
      })),
    };
  }

  close(): void {
    this.client.close();
  }
}
