import type { DescService } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import type { Role } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { activateAncenis } from './active-member.js';
import { startMembership } from './membership-app.js';

export type RunningMember = ReturnType<typeof runningMember>;

/** For the tests of one file: the service as it runs, with the membership of Ancenis in force (activateAncenis). */
export function runningMember() {
  jest.setTimeout(60_000);
  let service: Awaited<ReturnType<typeof startMembership>>;
  let membershipId: string;
  const clients = new Map<DescService, { close(): void }>();
  beforeAll(async () => {
    service = await startMembership();
    membershipId = await activateAncenis(service);
  }, 60_000);
  afterAll(async () => {
    for (const client of clients.values()) client.close();
    await service.stop();
  }, 30_000);
  return {
    provisioning: () => service.provisioning,
    /** A token of its issuer. */
    as: (role: Role, claims: object = {}) => service.as(role, claims),
    /** One client for each service, closed after the tests. */
    clientOf: <Service extends DescService>(of: Service): RpcClient<Service> => {
      const client = clients.get(of) ?? createRpcClient(of, { address: service.address });
      clients.set(of, client);
      return client as RpcClient<Service>;
    },
    ofMember: () => ({ membershipId }),
  };
}
