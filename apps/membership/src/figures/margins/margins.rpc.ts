import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { z } from 'zod';
import type { GetCeilingsRequest, ListMarginsRequest } from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import { type Caller, CurrentCaller } from '#libs/identity';
import { parsed } from '../../governance-input.js';
import { bounds, type MarginKey, type MemberMargin } from './margins.pg.js';
import { ViewMargins } from './view-margins.js';

const marginsInput = z.object({
  marketCode: z.string().max(40),
  bound: z.enum(bounds),
  accounts: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
  percent: z.number().int().min(0).max(100).optional(),
});

/** For whoever watches over the group: another member's margin is its own affair (SUP-3). */
@Controller()
export class MarginsRpc {
  constructor(private readonly view: ViewMargins) {}

  @GrpcMethod('MarginService', 'ListMargins')
  async listMargins(
    @Payload() { page, ...request }: ListMarginsRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const limit = pageLimitOf(page?.limit);
    const after = afterOf(page?.cursor);
    const { accounts, percent, ...asked } = parsed(marginsInput, request);
    const { on, margins } = await this.view.margins({
      ...asked,
      accounts,
      percent,
      after,
      limit,
      caller,
    });
    const { rows, nextCursor } = pageOf(margins, limit, keyOf);
    return {
      on,
      margins: rows,
      page: { nextCursor },
    };
  }

  @GrpcMethod('MarginService', 'GetCeilings')
  async getCeilings(
    @Payload() { marketCode }: GetCeilingsRequest,
    @CurrentCaller() caller: Caller,
  ) {
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

function afterOf(cursor: string | undefined): MarginKey | undefined {
  const key = decodeCursor(cursor, 4);
  if (key === undefined) return undefined;
  const [margin] = parsed(z.tuple([z.number().int()]).rest(z.unknown()), key);
  return [margin, String(key[1]), String(key[2]), String(key[3])];
}
