import { type DynamicModule, Module } from '@nestjs/common';
import { Addresses } from '../clients/addresses.js';
import { LooksGateway } from '../clients/looks.grpc-gateway.js';
import { MembersGateway } from '../clients/members.grpc-gateway.js';
import { StaffGateway } from '../clients/staff.grpc-gateway.js';
import { AnswerSearch } from './answer-search.js';
import { BindAccount } from './bind-account.js';
import { LdapsDoor } from './ldaps-door.js';
import { LdapsSettings } from './ldaps-settings.js';
import { SearchTree } from './search-tree.js';

export { Addresses, LdapsDoor, LdapsSettings };

/** What members' LDAP clients meet. */
@Module({})
export class LdapsModule {
  static with(settings: LdapsSettings, addresses: Addresses): DynamicModule {
    return {
      module: LdapsModule,
      providers: [
        { provide: LdapsSettings, useValue: settings },
        { provide: Addresses, useValue: addresses },
        LooksGateway,
        MembersGateway,
        StaffGateway,
        AnswerSearch,
        BindAccount,
        LdapsDoor,
        SearchTree,
      ],
    };
  }
}
