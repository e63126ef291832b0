import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Clock } from '../clock.js';
import type { ConsoleSettings } from '../config.js';
import { RequestRate } from '../request-rate.js';
import { CurrentSession } from './current-session.js';
import { EndSession } from './end-session.js';
import { OidcIdentityProvider } from './identity-provider.oidc-gateway.js';
import { IdentityProvider } from './identity-provider.js';
import { LogIn, sessionHours } from './log-in.js';
import { SecretBox } from './secret-box.js';
import { SessionController } from './session.controller.js';
import { ownOrigin, personRate, SessionGuard } from './session.guard.js';
import { PgSessions } from './sessions.pg-repository.js';
import { Sessions } from './sessions.repository.js';
import { VisitorTokens } from './visitor-tokens.js';

export { VisitorTokens } from './visitor-tokens.js';

export type SessionsSettings = Pick<
  ConsoleSettings,
  | 'ISSUER_URL'
  | 'CLIENT_SECRET'
  | 'CONSOLE_URL'
  | 'SESSION_HOURS'
  | 'REQUESTS_PER_MINUTE_AND_PERSON'
>;

/** Services that a visitor's requests are carried to: the login asks for a token for each. */
const services = ['membership', 'directory', 'provisioning', 'metering', 'billing'];

@Global()
@Module({})
export class SessionsModule {
  static with(settings: SessionsSettings): DynamicModule {
    const { ISSUER_URL, CLIENT_SECRET, CONSOLE_URL } = settings;
    return {
      module: SessionsModule,
      controllers: [SessionController],
      providers: [
        Clock,
        CurrentSession,
        LogIn,
        EndSession,
        { provide: sessionHours, useValue: settings.SESSION_HOURS },
        {
          provide: personRate,
          useFactory: () => new RequestRate(settings.REQUESTS_PER_MINUTE_AND_PERSON),
        },
        { provide: ownOrigin, useValue: new URL(CONSOLE_URL).origin },
        { provide: SecretBox, useFactory: () => new SecretBox(CLIENT_SECRET) },
        { provide: Sessions, useClass: PgSessions },
        {
          provide: IdentityProvider,
          useFactory: () =>
            new OidcIdentityProvider({
              issuer: ISSUER_URL,
              clientSecret: CLIENT_SECRET,
              consoleUrl: CONSOLE_URL,
              services,
            }),
        },
        VisitorTokens,
        { provide: APP_GUARD, useClass: SessionGuard },
      ],
      exports: [VisitorTokens],
    };
  }
}
