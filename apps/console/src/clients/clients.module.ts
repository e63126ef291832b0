import type { DescService } from '@bufbuild/protobuf';
import { status } from '@grpc/grpc-js';
import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import {
  ActivityService,
  AdhesionService,
  Annexe2Service,
  AuditService,
  AwardsService,
  BillingProposalService,
  BillingService,
  CommitteesService,
  CorrectionService,
  DirectoryService,
  DocumentService,
  DraftAnswerService,
  ExclusionService,
  ExecutionDocumentsService,
  InvitationService,
  InvoiceCorrectionService,
  LdapAccessService,
  MarginService,
  MarketService,
  MembershipService,
  MeteringService,
  OrderLifeService,
  OrganisationService,
  ProvisioningService,
  SchoolService,
  StatementService,
  SuccessionService,
  TrainingsService,
  WithdrawalService,
} from '#libs/contracts';
import { Unauthenticated } from '#libs/identity';
import { createRpcClient, type CallOptions, type RpcClient } from '#libs/rpc';
import type { ConsoleSettings } from '../config.js';
import { VisitorTokens } from '../sessions/sessions.module.js';
import type { Visitor } from '../visitor.js';

// One line for each gRPC service that the console asks, and the process that answers.
const services = {
  membership: { service: MembershipService, of: 'membership' },
  orderLife: { service: OrderLifeService, of: 'membership' },
  markets: { service: MarketService, of: 'membership' },
  annexe2: { service: Annexe2Service, of: 'membership' },
  audit: { service: AuditService, of: 'membership' },
  activity: { service: ActivityService, of: 'membership' },
  awards: { service: AwardsService, of: 'membership' },
  corrections: { service: CorrectionService, of: 'membership' },
  committees: { service: CommitteesService, of: 'membership' },
  documents: { service: DocumentService, of: 'membership' },
  adhesions: { service: AdhesionService, of: 'membership' },
  invitations: { service: InvitationService, of: 'membership' },
  organisations: { service: OrganisationService, of: 'membership' },
  executionDocuments: { service: ExecutionDocumentsService, of: 'membership' },
  statements: { service: StatementService, of: 'membership' },
  ldapAccesses: { service: LdapAccessService, of: 'membership' },
  margins: { service: MarginService, of: 'membership' },
  schools: { service: SchoolService, of: 'membership' },
  trainings: { service: TrainingsService, of: 'membership' },
  successions: { service: SuccessionService, of: 'membership' },
  withdrawals: { service: WithdrawalService, of: 'membership' },
  exclusions: { service: ExclusionService, of: 'membership' },
  metering: { service: MeteringService, of: 'metering' },
  provisioning: { service: ProvisioningService, of: 'provisioning' },
  billing: { service: BillingService, of: 'billing' },
  draftAnswers: { service: DraftAnswerService, of: 'billing' },
  invoiceCorrections: { service: InvoiceCorrectionService, of: 'billing' },
  proposals: { service: BillingProposalService, of: 'billing' },
  directory: { service: DirectoryService, of: 'directory' },
} as const;
export type Services = typeof services;
type Name = keyof Services;

/** The other services, asked in the visitor's own name: each of them judges what the visitor may see. */
export type ClientsOfVisitor = {
  readonly [N in Name]: Omit<RpcClient<Services[N]['service']>, 'close'>;
};

export const askedServices: readonly DescService[] = Object.values(services).map(
  ({ service }) => service,
);

const names = new Map<DescService, Name>(
  (Object.keys(services) as Name[]).map((name) => [services[name].service, name]),
);

export function clientNameOf(service: DescService): Name {
  const name = names.get(service);
  if (!name) throw new RangeError(`The console does not ask ${service.typeName}`);
  return name;
}

export abstract class Clients {
  abstract of(visitor: Visitor): ClientsOfVisitor;
}

class GrpcClients extends Clients implements OnApplicationShutdown {
  private readonly clients: ReadonlyMap<Name, RpcClient<DescService>>;

  constructor(
    addresses: ClientsSettings,
    private readonly tokens: VisitorTokens,
  ) {
    super();
    const addressOf = {
      membership: addresses.MEMBERSHIP_RPC,
      provisioning: addresses.PROVISIONING_RPC,
      metering: addresses.METERING_RPC,
      billing: addresses.BILLING_RPC,
      directory: addresses.DIRECTORY_RPC,
    };
    this.clients = new Map(
      (Object.keys(services) as Name[]).map((name) => {
        const { service, of } = services[name];
        return [name, createRpcClient<DescService>(service, { address: addressOf[of] })];
      }),
    );
  }

  of(visitor: Visitor): ClientsOfVisitor {
    // Only the client that is asked for is made: a call needs one of two dozen.
    return new Proxy({} as ClientsOfVisitor, {
      get: (_target, name) => {
        const client = this.clients.get(name as Name);
        if (!client) return undefined;
        const { of } = services[name as Name];
        return inNameOf(client, () => this.tokens.token(visitor, of));
      },
    });
  }

  onApplicationShutdown(): void {
    for (const client of this.clients.values()) client.close();
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
  'MEMBERSHIP_RPC' | 'PROVISIONING_RPC' | 'METERING_RPC' | 'BILLING_RPC' | 'DIRECTORY_RPC'
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
