import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { frenchDate } from '#libs/time';
import { Memberships } from '../adhesion/memberships/register.module.js';
import { Documents } from '../documents/documents.module.js';
import { judgeOpening, LdapAccessAlreadyOpen, type LdapDecision } from './domain/ldap-access.js';
import { LdapAccesses } from './ldap-accesses.pg.js';

export type OpenLdapAccessInput = {
  readonly membershipId: string;
  readonly decision: LdapDecision & { readonly documentId: string };
  readonly caller: Caller;
};

/** Records the data controller's decision: from now on the member may draw a secret, and read its schools' staff. */
@Injectable()
export class OpenLdapAccess {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly documents: Documents,
    private readonly accesses: LdapAccesses,
  ) {}

  /** Throws what `judgeOpening` throws, LdapAccessAlreadyOpen, PaperNotDeposited, DocumentUnknown. */
  execute({ membershipId, decision, caller }: OpenLdapAccessInput): Promise<void> {
    return this.commands.run(
      {
        operation: 'OpenLdapAccess',
        action: 'ldap-access.opened',
        subject: `membership:${membershipId}`,
        restsOn: decision.documentId,
      },
      { caller, membershipId, decision },
      async (tx, today) => {
        const membership = await this.memberships.findVisible(tx, membershipId, caller);
        judgeOpening(membership, decision, today);
        await this.documents.proofOf(tx, decision.documentId, [{ membershipId }], {
          kinds: ['CONTROLLER_DECISION'],
          paper: 'la décision du responsable de traitement pour cet adhérent',
        });
        const who = { by: caller.userId, on: today };
        const before = await this.accesses.latest(membershipId, today, tx);
        if (before?.status === 'OPEN') {
          throw new LdapAccessAlreadyOpen(
            `L’annuaire LDAP est déjà ouvert à cet adhérent jusqu’au ${frenchDate(before.endsOn)} : fermez cet accès avant d’en ouvrir un autre.`,
          );
        }
        if (before && !before.withdrawnOn) {
          await this.accesses.withdraw(tx, before.accessId, 'EXPIRED', who);
        }
        await this.accesses.add(tx, randomUUID(), membershipId, decision, who);
      },
    );
  }
}
