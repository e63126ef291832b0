import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { Memberships } from '../adhesion/memberships/register.module.js';
import type { LdapWithdrawalReason } from './domain/ldap-access.js';
import { LdapAccesses } from './ldap-accesses.pg.js';
import { openAccessOf } from './open-access-of.js';

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
    private readonly memberships: Memberships,
    private readonly accesses: LdapAccesses,
  ) {}

  /** Throws NotVisible, LdapAccessNotOpen. */
  async execute(input: WithdrawLdapAccessInput): Promise<void> {
    const { membershipId, reason, caller } = input;
    const homes = { memberships: this.memberships, accesses: this.accesses };
    await this.commands.run(
      {
        operation: 'WithdrawLdapAccess',
        action: 'ldap-access.withdrawn',
        subject: `membership:${membershipId}`,
      },
      { caller, membershipId, reason },
      async (tx, today) => {
        const { accessId } = await openAccessOf(tx, input, today, homes);
        await this.accesses.withdraw(tx, accessId, reason, { by: caller.userId, on: today });
      },
    );
  }
}
