import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  type CertificateOfPeriod,
  type ListCertifiedUsageResponse,
  MeteringService,
  type OpenAccountsFrom,
  type UsageOfPeriod,
} from '#libs/contracts';
import { audienceOf, ServiceTokens } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { type LocalDate, type Period, localDate } from '#libs/time';
import { bySchool, byItem, certifies, type UsageCertificate } from '../domain/metered-usage.js';
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

const deadlineOfMarketMs = 15_000;
const deadlineOfCertifyingMs = 60_000;
/** Memberships: some schools each, each with its changes of a year at most. */
const pageSize = 200;
const namedMax = 200;

@Injectable()
export class MeteringUsageGateway extends UsageGateway implements OnApplicationShutdown {
  private readonly client: RpcClient<typeof MeteringService>;

  constructor({ address }: MeteringAddress, tokens: ServiceTokens) {
    super();
    const token = () => tokens.token(audienceOf('metering'));
    this.client = createRpcClient(MeteringService, { address, token });
  }

  async ofPeriod(
    marketCode: string,
    period: Period,
    membershipId = '',
  ): Promise<ReadonlyMap<string, MeteredUsage>> {
    const found = new Map<string, MeteredUsage>();
    let cursor = '';
    do {
      const asked = {
        marketCode,
        membershipId,
        period: toMessage(period),
        cursor,
        limit: pageSize,
      };
      const answer = await this.client.listCertifiedUsage(asked, {
        deadlineMs: deadlineOfMarketMs,
      });
      for (const one of answer.memberships) {
        found.set(one.membershipId, usageFrom(answer, one, period));
      }
      cursor = answer.nextCursor;
    } while (cursor !== '');
    return found;
  }

  async certify(
    marketCode: string,
    period: Period,
    membershipIds: readonly string[],
  ): Promise<void> {
    // Nobody else's: who is billed by the quarter gets no certificate of a year, nor the other way round.
    for (let at = 0; at < membershipIds.length; at += namedMax) {
      const only = membershipIds.slice(at, at + namedMax);
      const asked = { marketCode, period: toMessage(period), membershipIds: only };
      await this.client.certifyUsage(asked, { deadlineMs: deadlineOfCertifyingMs });
    }
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

function uncountedOf(
  { waiting }: ListCertifiedUsageResponse,
  membershipId: string,
): UncountedFacts {
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

const toMessage = ({ start, end }: Period) => ({ startsOn: start, endsOn: end });
const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

const certificateFrom = (told: CertificateOfPeriod | undefined): UsageCertificate | undefined =>
  told && { ...told, certifiedOn: localDate(told.certifiedOn) };

function usageFrom(
  answer: ListCertifiedUsageResponse,
  { membershipId, usage: told, certificate }: UsageOfPeriod,
  period: Period,
): MeteredUsage {
  const usage = told.map(({ itemCode, uai, openAccounts }) => ({
    ...{ itemCode, uai },
    openAccounts: stepsOf(openAccounts),
  }));
  const last = certificateFrom(certificate);
  return {
    ...{ complete: answer.complete, cutOff: answer.cutOff },
    uncounted: uncountedOf(answer, membershipId),
    usage: byItem(usage, period),
    schools: bySchool(usage, period),
    // It counts where it is of this usage: that is judged here, and not believed.
    certificate: last && certifies(last, usage, period, sha256Of) ? last : undefined,
    lastCertificate: last,
  };
}
