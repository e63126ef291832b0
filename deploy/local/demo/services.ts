import type { DescService } from '@bufbuild/protobuf';
import {
  BillingProposalService,
  BillingService,
  CorrectionService,
  DirectoryService,
  DocumentService,
  DraftAnswerService,
  InvoiceCorrectionService,
  MarketService,
  MembershipService,
  OrganisationService,
  MeteringService,
  OperationsService,
  ProvisioningService,
  SuccessionService,
  WithdrawalService,
} from '#libs/contracts';
import { type RpcClient, createRpcClient } from '#libs/rpc';
import { patiently } from './patience.js';
import type { DemoSettings } from './settings.js';
import type { Teller } from './teller.js';
import { DemoTokens } from './tokens.js';

export const serviceNames = [
  'membership',
  'directory',
  'provisioning',
  'metering',
  'billing',
  'console',
] as const;
export type ServiceName = (typeof serviceNames)[number];

const deadlineMs = 20_000;

/** The doors of all services, for each person of the demo. Every call waits out a restart. */
export class Services {
  private readonly tokens: DemoTokens;
  private readonly clients: { close(): void }[] = [];
  private readonly doors = new Map<string, object>();

  constructor(
    private readonly settings: DemoSettings,
    private readonly teller: Teller,
  ) {
    this.tokens = new DemoTokens(settings.ISSUER_URL, settings.CLIENT_SECRET);
  }

  /** `user` as the issuer knows it; undefined: the player itself. */
  membership(user?: string): RpcClient<typeof MembershipService> {
    return this.door(MembershipService, 'membership', user);
  }

  markets(user?: string): RpcClient<typeof MarketService> {
    return this.door(MarketService, 'membership', user);
  }

  documents(user?: string): RpcClient<typeof DocumentService> {
    return this.door(DocumentService, 'membership', user);
  }

  withdrawals(user?: string): RpcClient<typeof WithdrawalService> {
    return this.door(WithdrawalService, 'membership', user);
  }

  organisations(user?: string): RpcClient<typeof OrganisationService> {
    return this.door(OrganisationService, 'membership', user);
  }

  orderCorrections(user?: string): RpcClient<typeof CorrectionService> {
    return this.door(CorrectionService, 'membership', user);
  }

  successions(user?: string): RpcClient<typeof SuccessionService> {
    return this.door(SuccessionService, 'membership', user);
  }

  directory(user?: string): RpcClient<typeof DirectoryService> {
    return this.door(DirectoryService, 'directory', user);
  }

  provisioning(user?: string): RpcClient<typeof ProvisioningService> {
    return this.door(ProvisioningService, 'provisioning', user);
  }

  metering(user?: string): RpcClient<typeof MeteringService> {
    return this.door(MeteringService, 'metering', user);
  }

  billing(user?: string): RpcClient<typeof BillingService> {
    return this.door(BillingService, 'billing', user);
  }

  draftAnswers(user: string): RpcClient<typeof DraftAnswerService> {
    return this.door(DraftAnswerService, 'billing', user);
  }

  invoiceCorrections(user?: string): RpcClient<typeof InvoiceCorrectionService> {
    return this.door(InvoiceCorrectionService, 'billing', user);
  }

  proposals(user: string): RpcClient<typeof BillingProposalService> {
    return this.door(BillingProposalService, 'billing', user);
  }

  operations(service: ServiceName): RpcClient<typeof OperationsService> {
    return this.door(OperationsService, service, undefined);
  }

  close(): void {
    for (const client of this.clients) client.close();
  }

  /** Any service of these, once for each person. */
  door<Service extends DescService>(
    service: Service,
    name: ServiceName,
    user: string | undefined,
  ): RpcClient<Service> {
    const key = `${service.typeName} ${name} ${user ?? ''}`;
    const known = this.doors.get(key);
    if (known) return known as RpcClient<Service>;
    const door = this.open(service, name, user);
    this.doors.set(key, door);
    return door;
  }

  private open<Service extends DescService>(
    service: Service,
    name: ServiceName,
    user: string | undefined,
  ): RpcClient<Service> {
    const client = createRpcClient(service, {
      address: this.addressOf(name),
      token: () => this.tokens.token(name, user),
    });
    this.clients.push(client);
    const calls = client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    return Object.fromEntries([
      ...service.methods.map(({ localName, name: method }) => [
        localName,
        (request: object, options: object = {}) =>
          patiently(`${name}.${method}`, this.teller, () =>
            (calls[localName] as (...args: unknown[]) => Promise<unknown>)(request, {
              deadlineMs,
              ...options,
            }),
          ),
      ]),
      ['close', () => client.close()],
    ]) as RpcClient<Service>;
  }

  private addressOf(name: ServiceName): string {
    return {
      membership: this.settings.MEMBERSHIP_RPC,
      directory: this.settings.DIRECTORY_RPC,
      provisioning: this.settings.PROVISIONING_RPC,
      metering: this.settings.METERING_RPC,
      billing: this.settings.BILLING_RPC,
      console: this.settings.CONSOLE_RPC,
    }[name];
  }
}
