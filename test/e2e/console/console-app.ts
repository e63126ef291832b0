import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { z } from 'zod';
import { BusinessDate, HeldUp } from '#libs/messaging';
import { loggerToken, ObservabilityModule, type Logger } from '#libs/observability';
import { Database, PersistenceModule } from '#libs/persistence';
import { AnyErrorFilter } from '#libs/service';
import { freshDatabase, callerOf, type CallerOf, testFactKeySettings } from '#libs/testing';
import { localDate } from '#libs/time';
import {
  Clients,
  type ClientsOfVisitor,
} from '../../../apps/console/src/clients/clients.module.js';
import { Clock } from '../../../apps/console/src/clock.js';
import { consoleSettings } from '../../../apps/console/src/config.js';
import { ConsoleModule } from '../../../apps/console/src/console.module.js';
import { prepareDoor } from '../../../apps/console/src/public-door.js';
import { Copies } from '../../../apps/console/src/read-model/copies.pg.js';
import { PeopleCopies } from '../../../apps/console/src/read-model/people-copies.pg.js';
import { IdentityProvider } from '../../../apps/console/src/sessions/identity-provider.js';
import { LogoutRefused } from '../../../apps/console/src/sessions/session-problems.js';
import { Sessions } from '../../../apps/console/src/sessions/sessions.repository.js';
import type { Visitor } from '../../../apps/console/src/visitor.js';
import type { Role } from '#libs/identity';

export const consoleUrl = 'http://localhost:4200';
export const today = localDate('2022-10-03');

const fixedDate = { today: async () => today };

@Global()
@Module({
  providers: [
    { provide: BusinessDate, useValue: fixedDate },
    {
      provide: HeldUp,
      inject: [Database],
      useFactory: (database: Database) => new HeldUp(database),
    },
  ],
  exports: [BusinessDate, HeldUp],
})
class WithoutMessagingModule {}

const nadia = {
  ...callerOf({ userId: 'support-1', roles: ['support-1'] }),
  name: 'Nadia Corbel',
};
const fakeIdentityProvider = {
  beginLogin: async () => ({
    url: 'http://localhost:4201/auth?fake',
    state: 'state-1',
    nonce: 'nonce-1',
    codeVerifier: 'verifier-1',
  }),
  completeLogin: async () => ({ claims: nadia, refreshToken: 'refresh', idToken: 'id' }),
  confirmClaims: async () => nadia,
  readLogout: async () => {
    throw new LogoutRefused();
  },
  accessToken: async () => ({ token: 'token', expiresInS: 600 }),
  logoutUrl: async () => 'http://localhost:4201/logout',
} satisfies IdentityProvider;

/** The real time, or so many minutes later. */
class MovedClock extends Clock {
  minutesAhead = 0;
  override now() {
    return new Date(Date.now() + this.minutesAhead * 60_000);
  }
}

/** A test connects to a port of its own; a request that names no other host is one to the public address. */
const byAddress =
  (url: string) =>
  ({ headers }: IncomingMessage, _response: ServerResponse, next: () => void) => {
    if (/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? ''))
      headers.host = new URL(url).host;
    next();
  };

/** Who is logged in: the cookie and the CSRF token of its browser. */
export type LoggedInBrowser = { readonly cookie: string; readonly csrf: string };

/** The console with a real database; the other services are fakes. */
export async function startConsole(
  clients: (visitor: Visitor) => ClientsOfVisitor,
  over: Partial<z.input<typeof consoleSettings>> = {},
  identityProvider: IdentityProvider = fakeIdentityProvider,
) {
  const clock = new MovedClock();
  const { database, unitOfWork, url, asOwner, drop } = await freshDatabase('console');
  const settings = consoleSettings.parse({
    DATABASE_URL: url,
    ANCHOR_FOLDER: 'unused',
    ...testFactKeySettings(),
    CALENDAR: 'player',
    KAFKA_BROKERS: 'unused:1',
    GRPC_PORT: 1,
    HTTP_PORT: 1,
    PUBLIC_PORT: 1,
    ISSUER_URL: 'http://localhost:4201',
    CONSOLE_URL: consoleUrl,
    CLIENT_SECRET: 'secret-of-a-test',
    MEMBERSHIP_RPC: 'unused:1',
    PROVISIONING_RPC: 'unused:1',
    METERING_RPC: 'unused:1',
    BILLING_RPC: 'unused:1',
    DIRECTORY_RPC: 'unused:1',
    LOG_LEVEL: 'error',
    // A test asks all routes as all roles, and a fast machine does so within a minute; `requests-limit` asks the limits.
    REQUESTS_PER_MINUTE_AND_ADDRESS: 1_000_000,
    REQUESTS_PER_MINUTE_AND_PERSON: 1_000_000,
    ...over,
  });
  const module = await Test.createTestingModule({
    imports: [
      ObservabilityModule.forService('console', 'error'),
      PersistenceModule.forRoot({ name: 'console', databaseUrl: url, poolMax: 4 }),
      WithoutMessagingModule,
      DiscoveryModule,
      ...ConsoleModule.features(settings),
    ],
  })
    .overrideProvider(Clients)
    .useValue({ of: clients } satisfies Clients)
    .overrideProvider(IdentityProvider)
    .useValue(identityProvider)
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const app = module.createNestApplication<NestExpressApplication>({ logger: false });
  app.useGlobalFilters(new AnyErrorFilter(app.get<Logger>(loggerToken)));
  app.use(byAddress(settings.CONSOLE_URL));
  prepareDoor(app, settings);
  await app.init();

  const logIn = async (
    visitor: Partial<Visitor> & CallerOf & { readonly roles: readonly Role[] },
  ): Promise<LoggedInBrowser> => {
    const id = randomUUID();
    const csrfToken = randomUUID();
    const now = clock.now();
    const whole = {
      name: 'Camille Inventée',
      ...callerOf({ userId: visitor.roles.join('+'), loggedInAt: now, ...visitor }),
      ...(visitor.grants && { grants: visitor.grants }),
      csrfToken,
    };
    const secrets = { refreshToken: 'r', idToken: 'i' };
    const expiresAt = new Date(now.getTime() + 60_000);
    await app.get(Sessions).open(id, { visitor: whole, secrets, claimsAt: now, expiresAt }, now);
    return { cookie: `__Host-session=${id}`, csrf: csrfToken };
  };
  return {
    app,
    clock,
    settings,
    database,
    unitOfWork,
    asOwner,
    copies: app.get(Copies),
    peopleCopies: app.get(PeopleCopies),
    logIn,
    stop: async () => {
      await app.close();
      await drop();
    },
  };
}
export type RunningConsole = Awaited<ReturnType<typeof startConsole>>;
