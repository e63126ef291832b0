import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import type { LdapWithdrawalReason } from './domain/ldap-access.js';
import { LdapAccesses } from './ldap-accesses.pg.js';

export type WithdrawLdapAccessInput = {
  readonly membershipId: string;
  /** This one and no later one; absent: the one that is open. */
  readonly accessId?: string;
  readonly reason: LdapWithdrawalReason;
  readonly caller: Caller;
};

/** Closes an access at once: its secret is gone, and who is connected is refused with the next search. */
@Injectable()
export class WithdrawLdapAccess {
  constructor(
    private readonly commands: Commands,
    private readonly accesses: LdapAccesses,
  ) {}

  /** Throws NotVisible, LdapAccessNotOpen. */
  async execute(input: WithdrawLdapAccessInput): Promise<void> {
    const { membershipId, reason, caller } = input;
    await this.commands.run(
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
