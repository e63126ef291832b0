import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type GetUsageResponse, MeteringService, type OpenAccountsFrom } from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { type LocalDate, type Period, localDate } from '#libs/time';
import { type ItemUsage, type SchoolCount } from './domain/invoice.js';
import {
  allCounted,
  type MeteredUsage,
  type UncountedFacts,
  UsageGateway,
  type UsageOfMember,
} from './usage.gateway.js';

/** Where metering listens, host:port. */
export class MeteringAddress {
  constructor(readonly address: string) {}
}

const deadlineMs = 3_000;
const deadlineOfMarketMs = 15_000;

@Injectable()
export class MeteringUsageGateway extends UsageGateway implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof MeteringService>;

  constructor({ address }: MeteringAddress, tokens: ServiceTokens) {
    super();
    const token = () => tokens.token(audienceOf('metering'));
    this.client = createRpcClient(MeteringService, { address, token });
  }

  async usageOf(
    membershipId: string,
    itemCodes: readonly string[],
    period: Period,
  ): Promise<MeteredUsage> {
    const usage: ItemUsage[] = [];
    const schools: SchoolCount[] = [];
    const cutOffs: string[] = [];
    let complete = true;
    let uncounted = allCounted;
    for (const itemCode of itemCodes) {
      const asked = {
        membershipId,
        itemCode,
        period: { startsOn: period.start, endsOn: period.end },
      };
      const answer = await this.client.getUsage(asked, { deadlineMs });
      complete &&= answer.complete;
      uncounted = uncountedOf(answer, membershipId);
      if (!complete) break;
      cutOffs.push(answer.cutOff);
      usage.push({ itemCode, openAccounts: stepsOf(answer.openAccounts) });
      const bySchool = await this.client.getUsageBySchool(asked, { deadlineMs });
      schools.push(
        ...bySchool.schools.map((school) => ({
          uai: school.uai,
          accountDays: school.accountDays,
          openAtEnd: school.openAtEnd,
        })),
      );
    }
    const cutOff = [...new Set(cutOffs)].join(' ');
    return { complete, uncounted, cutOff, usage, schools: bySchool(schools) };
  }

  async ofMarket(marketCode: string, until: LocalDate): Promise<UsageOfMember[]> {
    const found: UsageOfMember[] = [];
    let cursor = '';
    do {
      const asked = { marketCode, until, cursor, limit: 200 };
      const { memberships, nextCursor } = await this.client.listUsage(asked, {
        deadlineMs: deadlineOfMarketMs,
      });
      for (const { membershipId, items } of memberships) {
        const usage = items.map(({ itemCode, openAccounts }) => ({
          itemCode,
          openAccounts: stepsOf(openAccounts),
        }));
        found.push({ membershipId, items: usage });
      }
      cursor = nextCursor;
    } while (cursor !== '');
    return found;
  }

  onApplicationShutdown(): void {
    this.client.close();
  }
}

function uncountedOf({ waiting }: GetUsageResponse, membershipId: string): UncountedFacts {
  if (waiting === undefined) return allCounted;
  const own = waiting.memberships.find((one) => one.membershipId === membershipId);
  return {
    setAside: waiting.setAside + waiting.behind,
    ofMembership: own?.facts ?? 0,
    ofNoMembership: waiting.ofNoMembership,
    setAsideAtSource: waiting.setAsideAtSource,
    stopped: waiting.stopped,
    stoppedAtSource: waiting.stoppedAtSource,
    unread: waiting.unread ?? 0,
  };
}

const stepsOf = (steps: readonly OpenAccountsFrom[]) =>
  steps.map(({ from, openAccounts }) => ({
    from: localDate(from),
    quantity: openAccounts,
  }));

/** All items of a school together. */
function bySchool(counts: readonly SchoolCount[]): SchoolCount[] {
  const schools = new Map<string, SchoolCount>();
  for (const count of counts) {
    const known = schools.get(count.uai) ?? { uai: count.uai, accountDays: 0, openAtEnd: 0 };
    schools.set(count.uai, {
      uai: count.uai,
      accountDays: known.accountDays + count.accountDays,
      openAtEnd: known.openAtEnd + count.openAtEnd,
    });
  }
  return [...schools.values()].sort((a, b) => (a.uai < b.uai ? -1 : 1));
}
