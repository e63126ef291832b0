import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RpcAuthGuard } from './rpc-auth.guard.js';
import { audienceOf, ServiceTokens } from './service-tokens.js';
import { TokenVerifier } from './token-verifier.js';

/** Verifies what comes in for a service, and gets tokens for what it asks of others. */
@Global()
@Module({})
export class IdentityModule {
  static forService(options: {
    service: string;
    issuer: string;
    clientSecret: string;
  }): DynamicModule {
    const { service, issuer, clientSecret } = options;
    return {
      module: IdentityModule,
      providers: [
        {
          provide: TokenVerifier,
          useFactory: () => new TokenVerifier(issuer, audienceOf(service)),
        },
        {
          provide: ServiceTokens,
          useFactory: () => new ServiceTokens({ issuer, clientId: service, clientSecret }),
        },
        { provide: APP_GUARD, useClass: RpcAuthGuard },
      ],
      exports: [TokenVerifier, ServiceTokens],
    };
  }
}
