import type { DescService } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { BillingService, MembershipService, ProvisioningService } from '#libs/contracts';
import { Unauthenticated } from '#libs/identity';
import { createRpcClient, type CallOptions, type RpcClient } from '#libs/rpc';
import type { ConsoleSettings } from '../config.js';
import { VisitorTokens, type Visitor } from '../visitor.js';

/** The other services, asked in the visitor's own name: each of them judges what the visitor may see. */
export type ClientsOfVisitor = {
  readonly membership: Omit<RpcClient<typeof MembershipService>, 'close'>;
  readonly provisioning: Omit<RpcClient<typeof ProvisioningService>, 'close'>;
  readonly billing: Omit<RpcClient<typeof BillingService>, 'close'>;
};

export abstract class Clients {
  abstract of(visitor: Visitor): ClientsOfVisitor;
}

class GrpcClients extends Clients implements OnApplicationShutdown {
  private readonly membership: RpcClient<typeof MembershipService>;
  private readonly provisioning: RpcClient<typeof ProvisioningService>;
  private readonly billing: RpcClient<typeof BillingService>;

  constructor(
    addresses: ClientsSettings,
    private readonly tokens: VisitorTokens,
  ) {
    super();
    this.membership = createRpcClient(MembershipService, { address: addresses.MEMBERSHIP_RPC });
    this.provisioning = createRpcClient(ProvisioningService, {
      address: addresses.PROVISIONING_RPC,
    });
    this.billing = createRpcClient(BillingService, { address: addresses.BILLING_RPC });
  }

  of(visitor: Visitor): ClientsOfVisitor {
    const token = (service: string) => () => this.tokens.token(visitor, service);
    return {
      membership: inNameOf(this.membership, token('membership')),
      provisioning: inNameOf(this.provisioning, token('provisioning')),
      billing: inNameOf(this.billing, token('billing')),
    };
  }

  onApplicationShutdown(): void {
    for (const client of [this.membership, this.provisioning, this.billing]) client.close();
  }
}

type Method = (request: object, options?: CallOptions) => Promise<object>;

function inNameOf<Service extends DescService>(
  client: RpcClient<Service>,
  token: () => Promise<string>,
): RpcClient<Service> {
  return new Proxy(client, {
    get: (target, name) => async (request: object, options?: CallOptions) => {
      const method = Reflect.get(target, name) as Method;
      try {
        return await method(request, { ...options, token: await token() });
      } catch (error) {
        // The service does not accept the token any more: the person logs in again.
        if ((error as { code?: unknown }).code === status.UNAUTHENTICATED) {
          throw new Unauthenticated('token refused');
        }
        throw error;
      }
    },
  });
}

export type ClientsSettings = Pick<
  ConsoleSettings,
  'MEMBERSHIP_RPC' | 'PROVISIONING_RPC' | 'BILLING_RPC'
>;

@Global()
@Module({})
export class ClientsModule {
  static with(settings: ClientsSettings): DynamicModule {
    return {
      module: ClientsModule,
      providers: [
        {
          provide: Clients,
          inject: [VisitorTokens],
          useFactory: (tokens: VisitorTokens) => new GrpcClients(settings, tokens),
        },
      ],
      exports: [Clients],
    };
  }
}
