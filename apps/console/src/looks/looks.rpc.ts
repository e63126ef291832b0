import { Controller } from '@nestjs/common';
import { LooksService, type RecordLdapLookRequest } from '#libs/contracts';
import { Answers } from '#libs/rpc';
import { Looks } from './looks.pg.js';

@Controller()
export class LooksRpc {
  constructor(private readonly looks: Looks) {}

  @Answers(LooksService.method.recordLdapLook)
  async recordLdapLook({ membershipId, question, personIds }: RecordLdapLookRequest) {
    await this.looks.recordLdap({ membershipId, question, subjects: personIds });
    return {};
  }
}
