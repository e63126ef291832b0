import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { type MessageInitShape } from '@bufbuild/protobuf';
import {
  type GetUsageBySchoolRequest,
  type GetUsageBySchoolResponseSchema,
  type GetUsageRequest,
  type GetUsageResponseSchema,
  type RecountUsageRequest,
  type RecountUsageResponseSchema,
} from '#libs/contracts';
import { Allow, type Caller, CurrentCaller } from '#libs/identity';
import { periodOf } from '#libs/time';
import { GetUsage, GetUsageBySchool, type UsageAsked } from './get-usage.js';
import { RecountUsage } from './recount-usage.js';

@Controller()
export class UsageRpc {
  constructor(
    private readonly usage: GetUsage,
    private readonly usageBySchool: GetUsageBySchool,
    private readonly recount: RecountUsage,
  ) {}

  @GrpcMethod('MeteringService', 'GetUsage')
  @Allow(
    'member-reader',
    'member-orderer',
    'member-finance',
    'coordinator',
    'supplier',
    'service',
    'player',
  )
  async getUsage(
    @Payload() request: GetUsageRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof GetUsageResponseSchema>> {
    const { openAccounts, accountDays, complete, cutOff } = await this.usage.execute(
      caller,
      askedBy(request),
    );
    return {
      openAccounts: openAccounts.map(({ from, openAccounts: open }) => ({
        from,
        openAccounts: BigInt(open),
      })),
      accountDays,
      complete,
      cutOff,
    };
  }

  @GrpcMethod('MeteringService', 'GetUsageBySchool')
  @Allow(
    'member-reader',
    'member-orderer',
    'member-finance',
    'coordinator',
    'supplier',
    'service',
    'player',
  )
  async getUsageBySchool(
    @Payload() request: GetUsageBySchoolRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof GetUsageBySchoolResponseSchema>> {
    return { schools: [...(await this.usageBySchool.execute(caller, askedBy(request)))] };
  }

  @GrpcMethod('MeteringService', 'RecountUsage')
  @Allow('coordinator', 'admin', 'service', 'player')
  async recountUsage(
    @Payload() { membershipId }: RecountUsageRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof RecountUsageResponseSchema>> {
    return this.recount.execute(caller, membershipId);
  }
}

function askedBy({
  membershipId,
  itemCode,
  period,
}: GetUsageRequest | GetUsageBySchoolRequest): UsageAsked {
  return {
    membershipId,
    itemCode,
    period: periodOf(period?.startsOn ?? '', period?.endsOn ?? ''),
  };
}
