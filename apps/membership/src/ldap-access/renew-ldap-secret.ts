import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type AccessNamed, LdapAccesses } from './ldap-accesses.pg.js';
import { drawSecret, hashSecret } from './ldap-secret.js';

/**
 * Draws the secret of the service account. There is no key: an answer that was lost is gone, since nobody keeps the
 * secret, and asking again draws another.
 */
@Injectable()
export class RenewLdapSecret {
  constructor(
    private readonly commands: Commands,
    private readonly accesses: LdapAccesses,
  ) {}

  /** Throws NotVisible, LdapAccessNotOpen. */
  async execute(input: AccessNamed): Promise<{ readonly secret: string }> {
    const { membershipId, caller } = input;
    // Before the transaction: slow on purpose, and the membership's lock need not wait for it.
    const { secretId, secret } = drawSecret();
    const secretHash = await hashSecret(secret);
    await this.commands.run(
      {
        operation: 'RenewLdapSecret',
        action: 'ldap-secret.renewed',
        subject: `membership:${membershipId}`,
      },
      { caller, membershipId },
      async (tx, today) => {
        const { accessId } = await this.accesses.lockOpen(tx, input, today);
        const who = { by: caller.userId, on: today };
        await this.accesses.keepSecret(tx, accessId, { secretId, secretHash }, who);
      },
    );
    return { secret };
  }
}
