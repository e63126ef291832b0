import { Injectable } from '@nestjs/common';
import { PlanSchema } from '#libs/contracts';
import { decodeCursor, pageOf } from '#libs/http';
import { Clients } from '../clients/clients.module.js';
import { tell } from '../tell.js';
import type { Visitor } from '../visitor.js';
import { planByMember } from './plan-by-member.js';

/** A page of what a plan would change, member by member: figures, no people. */
@Injectable()
export class ShowPlanMembers {
  constructor(private readonly clients: Clients) {}

  async execute(
    visitor: Visitor,
    planId: string,
    { limit, cursor }: { readonly limit: number; readonly cursor: string },
  ) {
    // Once more for each page: what a plan says never changes, and a page is asked for rarely.
    const { plan, members, unfinanced } = await planByMember(this.clients.of(visitor), planId);
    const [given = 0] = decodeCursor(cursor, 'integer') ?? [];
    const from = Math.max(0, given);
    const numbered = members.map((member, at) => ({ member, at }));
    const page = pageOf(numbered.slice(from, from + limit + 1), limit, ({ at }) => [at + 1]);
    return {
      plan: plan && tell(PlanSchema, plan),
      members: page.rows.map(({ member }) => member),
      unfinanced,
      nextCursor: page.nextCursor,
    };
  }
}
