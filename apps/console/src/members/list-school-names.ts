import { Injectable } from '@nestjs/common';
import { MemberCopies } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { OwnMembership } from './own-membership.js';

/** Names of the schools that a member finances or financed: what counts accounts by school knows their numbers only. */
@Injectable()
export class ListSchoolNames {
  constructor(
    private readonly own: OwnMembership,
    private readonly copies: MemberCopies,
  ) {}

  /** By name. Throws NotVisible for another member's. */
  async execute(visitor: Visitor, membershipId: string) {
    await this.own.require(visitor, membershipId);
    const names = await this.copies.schoolNamesOf(membershipId);
    return {
      schools: [...names]
        .map(([uai, name]) => ({ uai, name }))
        .sort((a, b) => a.name.localeCompare(b.name, 'fr')),
    };
  }
}
