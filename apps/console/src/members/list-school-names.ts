import { Injectable } from '@nestjs/common';
import { SchoolService } from '#libs/contracts';
import { pageLimitMax } from '#libs/http';
import { accessOf, hasRole } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { MemberCopies } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { OwnMembership } from './own-membership.js';

/**
 * Names of the schools that a member finances or financed, and of those that it gives or receives: what counts accounts by
 * school, and what transfers schools, knows their numbers only.
 */
@Injectable()
export class ListSchoolNames {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
    private readonly copies: MemberCopies,
  ) {}

  /** By name. Throws NotVisible for another member's. */
  async execute(visitor: Visitor, membershipId: string) {
    await this.own.require(visitor, membershipId);
    const moving = await this.inTransfers(visitor, membershipId);
    const names = await this.copies.schoolNamesOf(membershipId, moving);
    return {
      schools: [...names]
        .map(([uai, name]) => ({ uai, name }))
        .sort((a, b) => a.name.localeCompare(b.name, 'fr')),
    };
  }

  /** None to whom no transfer is shown, nor while membership is away: the names of the others are there all the same. */
  private async inTransfers(visitor: Visitor, membershipId: string): Promise<string[]> {
    if (!hasRole(visitor, ...mayReadTransfers)) return [];
    const { schools } = this.clients.of(visitor);
    const asked = { membershipId, limit: pageLimitMax };
    const { transfers } = await schools
      .listTransfersOfMember(asked)
      .catch(() => ({ transfers: [] }));
    return transfers.flatMap(({ uais }) => uais);
  }
}

const mayReadTransfers = accessOf(SchoolService.method.listTransfersOfMember)?.roles ?? [];
