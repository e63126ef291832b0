import { Controller } from '@nestjs/common';
import { type GetCeilingsRequest, type ListMarginsRequest, MarginService } from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import type { Bound, MarginKey, MemberMargin } from './margins.pg.js';
import { ViewMargins } from './view-margins.js';

/** For whoever watches over the group: another member's margin is its own affair (SUP-3). */
@Controller()
export class MarginsRpc {
  constructor(private readonly view: ViewMargins) {}

  @Answers(MarginService.method.listMargins)
  async listMargins(
    { marketCode, bound, accounts, percent, ...page }: ListMarginsRequest,
    caller: Caller,
  ) {
    const limit = pageLimitOf(page.limit);
    const { on, margins } = await this.view.margins({
      marketCode,
      bound: (bound || 'FLOOR') as Bound,
      accounts,
      percent,
      after: decodeCursor(page.cursor, 'integer', 'text', 'text', 'text'),
      limit,
      caller,
    });
    const { rows, nextCursor } = pageOf(margins, limit, keyOf);
    return { on, margins: rows, nextCursor };
  }

  @Answers(MarginService.method.getCeilings)
  async getCeilings({ marketCode }: GetCeilingsRequest, caller: Caller) {
    const { on, ceilings } = await this.view.ceilings({ marketCode, caller });
    return {
      on,
      ceilings: ceilings.map(({ steps, ...ceiling }) => ({
        ...ceiling,
        steps: steps.map(({ from, quantity }) => ({ from, ordered: quantity })),
      })),
    };
  }
}

const keyOf = ({ margin, organisationName, membershipId, itemCode }: MemberMargin): MarginKey => [
  margin,
  organisationName,
  membershipId,
  itemCode,
];
