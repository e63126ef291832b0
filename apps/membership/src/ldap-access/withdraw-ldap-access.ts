import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { LdapWithdrawalReason } from './domain/ldap-access.js';
import { type AccessNamed, LdapAccesses } from './ldap-accesses.pg.js';

/** Closes an access at once: its secret is gone, and who is connected is refused with the next search. */
@Injectable()
export class WithdrawLdapAccess {
  constructor(
    private readonly commands: Commands,
    private readonly accesses: LdapAccesses,
  ) {}

  /** Throws NotVisible, LdapAccessNotOpen. */
  execute(input: AccessNamed & { readonly reason: LdapWithdrawalReason }): Promise<void> {
    const { membershipId, reason, caller } = input;
    return this.commands.run(
      {
        operation: 'WithdrawLdapAccess',
        action: 'ldap-access.withdrawn',
        subject: `membership:${membershipId}`,
      },
      { caller, membershipId, reason },
      async (tx, today) => {
        const { accessId } = await this.accesses.lockOpen(tx, input, today);
        await this.accesses.withdraw(tx, accessId, reason, { by: caller.userId, on: today });
      },
    );
  }
}
