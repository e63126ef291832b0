import { Injectable } from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { Clients } from '../clients/clients.module.js';
import { Looks, subjectInEnt } from '../looks/looks.module.js';
import { People } from '../read-model/read-model.module.js';
import type { Visitor } from '../visitor.js';
import { fullName } from './domain/masking.js';
import { listLimitOf, reasonOf, schoolOf, type SearchedPage } from './scope.js';

export type HandMadeUserView = {
  readonly entId: string;
  readonly displayName: string;
  readonly profile: string;
  readonly classId: string;
  readonly classLabel: string;
  readonly foundOn: string;
};

export type HandMadeUsersInput = Omit<SearchedPage, 'cursor'> & { readonly uai: string };

/**
 * Users that others created by hand in the ENT, in classes of a school (PRV-5). The directory does not have them, so the look
 * that is written first names them by the ENT's identifiers (SUP-2).
 */
@Injectable()
export class ShowHandMadeUsers {
  constructor(
    private readonly people: People,
    private readonly looks: Looks,
    private readonly clients: Clients,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Throws SchoolNotFound outside the visitor's scope, LookReasonRequired. */
  execute(
    visitor: Visitor,
    input: HandMadeUsersInput,
  ): Promise<{ users: HandMadeUserView[]; found: number }> {
    const asked = { action: 'SEARCH', reason: input.reason, ticket: input.ticket } as const;
    return this.looks.keepingRefusal(visitor, asked, () => this.show(visitor, input));
  }

  private async show(visitor: Visitor, input: HandMadeUsersInput) {
    const why = reasonOf(visitor, input);
    const limit = listLimitOf(visitor, input);
    const { uai } = await schoolOf(visitor, input.uai, this.people, this.businessDate);
    const { provisioning } = this.clients.of(visitor);
    const { users, found } = await provisioning.listHandMadeUsers({ uai, limit });
    const subjects = users.map(({ entId }) => subjectInEnt(entId));
    await this.looks.record(visitor, { action: 'SEARCH', ...why, subjects });
    return {
      users: users.map(({ entId, profile, classId, classLabel, foundOn, ...names }) => ({
        entId,
        displayName: fullName(names),
        profile,
        classId,
        classLabel,
        foundOn,
      })),
      found,
    };
  }
}
