import { type DynamicModule, Module } from '@nestjs/common';
import { IdentityModule } from '#libs/identity';
import { ObservabilityModule } from '#libs/observability';
import type { LdapSettings } from './config.js';
import { Addresses, LdapsModule, LdapsSettings } from './ldaps/ldaps.module.js';

/** The process that shows a member the staff of its schools over LDAP (SUP-3's exception). It keeps nothing. */
@Module({})
export class LdapModule {
  static with(settings: LdapSettings): DynamicModule {
    return {
      module: LdapModule,
      imports: [
        ObservabilityModule.forService('ldap', settings.LOG_LEVEL),
        IdentityModule.forService({
          service: 'ldap',
          issuer: settings.ISSUER_URL,
          clientSecret: settings.CLIENT_SECRET,
        }),
        LdapsModule.with(
          new LdapsSettings(
            settings.PUBLIC_HOST,
            settings.PUBLIC_PORT,
            settings.LDAP_CERTIFICATE_FILE,
            settings.LDAP_KEY_FILE,
            settings.LDAP_CONNECTIONS_MAX,
            settings.LDAP_CONNECTIONS_MAX_PER_ADDRESS,
            settings.LDAP_CONNECTIONS_MAX_PER_ACCOUNT,
            settings.LDAP_SEARCHES_PER_MINUTE,
          ),
          new Addresses(settings.MEMBERSHIP_RPC, settings.DIRECTORY_RPC, settings.CONSOLE_RPC),
        ),
      ],
    };
  }
}
