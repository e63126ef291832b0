import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { membershipSettings } from '../../../apps/membership/src/config.js';
import { MembershipModule } from '../../../apps/membership/src/membership.module.js';
import {
  allTopics,
  event,
  MembershipService,
  OperationsService,
  StructureChangedSchema,
} from '#libs/contracts';
import type { Role } from '#libs/identity';
import { consumes } from '../../../apps/membership/src/consumption.js';
import {
  BusinessDayKeeper,
  type CalendarMode,
  createTopics,
  OutboxRelay,
  PgOutbox,
} from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { createRpcClient } from '#libs/rpc';
import { bootstrapService } from '#libs/service';
import {
  accessToken,
  freePort,
  freshDatabase,
  required,
  wholeOrNothing,
  testFactKeySettings,
  testSigningKey,
} from '#libs/testing';
import { localDate } from '#libs/time';
import { startStatedSeats } from '../../support/stated-seats.js';

export const marketCode = 'e-primo-2022';

/** The membership service as it runs: gRPC over the wire, tokens verified, relay to the broker. */
export const startMembership = (own: Own = {}) => wholeOrNothing((begun) => start(own, begun));

type Own = {
  readonly SCHEDULER?: 'on' | 'off';
  readonly CALENDAR?: CalendarMode;
};

async function start({ CALENDAR = 'player', ...own }: Own, begun: (end: () => unknown) => void) {
  const fresh = await freshDatabase('membership');
  begun(() => fresh.drop());
  await fresh.asOwner('update platform.calendar_mode set mode = $1', [CALENDAR]);
  const issuer = await startIssuer();
  begun(() => issuer.stop());
  const provisioning = await startStatedSeats();
  begun(() => provisioning.stop());
  const namespace = `e2e-${randomUUID().slice(0, 8)}-`;
  const brokers = required('KAFKA_BROKERS').split(',');
  // What it tells and what it reads: making the others would cost each file some tenths of a second.
  const its = allTopics.filter(({ name, owner }) => owner === 'membership' || name in consumes);
  const wanted = { brokers, namespace, replication: 1, topics: its };
  await createTopics(wanted, createLogger('test', 'error'));
  process.env['KAFKA_NAMESPACE'] = namespace;
  const [grpcPort, httpPort] = await Promise.all([freePort(), freePort()]);
  const settings = membershipSettings.parse({
    DATABASE_URL: fresh.url,
    ANCHOR_FOLDER: fresh.anchorFolder,
    ...testFactKeySettings(),
    CALENDAR,
    KAFKA_BROKERS: brokers.join(','),
    GRPC_PORT: grpcPort,
    HTTP_PORT: httpPort,
    PROVISIONING_RPC: provisioning.address,
    BILLING_RPC: provisioning.address,
    LDAP_URL: 'ldaps://127.0.0.1:1',
    ISSUER_URL: issuer.url,
    CLIENT_SECRET: 'secret-of-a-test',
    LOG_LEVEL: 'error',
    DRAIN_SECONDS: 0,
    ...own,
    DATA_DIR: await mkdtemp(join(tmpdir(), 'membership-')),
  });
  const app = await bootstrapService({
    name: 'membership',
    module: MembershipModule.with(settings),
    settings,
  });
  const address = `127.0.0.1:${grpcPort}`;
  const client = createRpcClient(MembershipService, { address });
  const operations = createRpcClient(OperationsService, { address });
  return {
    client,
    operations,
    address,
    /** What provisioning would say: seats held, and whether it answers at all. */
    provisioning: provisioning.says,
    httpUrl: `http://127.0.0.1:${httpPort}`,
    /** Its database, with the owner's rights. */
    ownerUrl: fresh.ownerUrl,
    /** What the directory would tell: through an outbox and a relay of its own. */
    tellSchool: async (school: { uai: string; insee: string; public: boolean }, on: string) => {
      const directory = await freshDatabase('directory');
      const address = { service: 'directory', brokers, namespace, databaseUrl: directory.url };
      const relay = new OutboxRelay(
        { ...address, signingKey: testSigningKey },
        createLogger('test', 'error'),
      );
      await directory.unitOfWork.run(async (tx) => {
        await new BusinessDayKeeper(() => []).advance(tx, localDate(on));
        await new PgOutbox().add(
          tx,
          event(StructureChangedSchema, school.uai, { ...school, revision: 1 }),
        );
      });
      relay.start();
      return async () => {
        await relay.stop();
        await directory.drop();
      };
    },
    as: async (role: Role, claims: object = {}) => ({ token: await issuer.token(role, claims) }),
    stop: async () => {
      client.close();
      operations.close();
      await app.close();
      await rm(settings.DATA_DIR, { recursive: true, force: true });
      await issuer.stop();
      provisioning.stop();
      delete process.env['KAFKA_NAMESPACE'];
      await fresh.drop();
    },
  };
}

async function startIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = JSON.stringify({
    keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }],
  });
  // The token of a service among themselves: the provisioning of this test asks for none.
  const token = JSON.stringify({ access_token: 'of-the-service', expires_in: 600 });
  const server = createServer((request, response) =>
    response.end(request.url === '/token' ? token : keys),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token: (role: Role, { sub = `user-${role}`, ...claims }: { sub?: string }) =>
      accessToken(privateKey, {
        ...{ issuer: url, service: 'membership', subject: sub },
        claims: { roles: [role], markets: [marketCode], ...claims },
      }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}
