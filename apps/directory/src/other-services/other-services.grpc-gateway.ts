import { Injectable } from '@nestjs/common';
import { OperationsService, type ServiceName } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { ServiceTraces } from './traces.js';

/** Where the other services listen, host:port. */
export class OtherServices {
  constructor(readonly addresses: Readonly<Record<Exclude<ServiceName, 'directory'>, string>>) {}
}

/** A way to each of the other services. */
@Injectable()
export class TracesElsewhere {
  readonly all: readonly ServiceTraces[];

  constructor({ addresses }: OtherServices, tokens: ServiceTokens) {
    this.all = Object.entries(addresses).map(
      ([service, address]) => new ServiceTracesGateway(service as ServiceName, address, tokens),
    );
  }
}

class ServiceTracesGateway extends ServiceTraces {
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

  override async find(ids: readonly string[]) {
    const { traces, tables, unread } = await this.client.findTraces({ ids: [...ids] });
    return { traces, tables, unread };
  }

  override close(): void {
    this.client.close();
  }
}
