import { PaperNotDeposited } from '#libs/trade';
import { MembershipHeads } from '../src/billing-runs/membership-heads.gateway.js';
import { daysBetween, localDate, type Period } from '#libs/time';
import type { ItemUsage } from '../src/invoices/domain/invoice.js';
import type { UsageCertificate } from '../src/invoices/domain/metered-usage.js';
import {
  allCounted,
  type MeteredUsage,
  UsageGateway,
  type UsageOfMember,
} from '../src/invoices/drafts/usage.gateway.js';
import type { LedgerHead } from '../src/members/members.module.js';
import { Papers } from '../src/papers/papers.gateway.js';

/** Membership states whatever the test says. */
export class StatedHeads extends MembershipHeads {
  readonly heads = new Map<string, LedgerHead>();
  ofMarket(): Promise<LedgerHead[]> {
    return Promise.resolve([...this.heads.values()]);
  }
}

/** Membership has every paper that is asked for, unless the test says that there is none. */
export class StatedPapers extends Papers {
  missing = false;
  ofMarket(documentId: string, { kind }: { kind: string }) {
    if (this.missing) return Promise.reject(new PaperNotDeposited(`Déposez d’abord le ${kind}.`));
    return Promise.resolve({ documentId, sha256: 'ab'.repeat(32) });
  }
  ofMember(documentId: string) {
    if (this.missing) return Promise.reject(new PaperNotDeposited('Déposez d’abord la pièce.'));
    return Promise.resolve({ documentId, sha256: 'cd'.repeat(32) });
  }
}

/** Metering states whatever the test says; complete by default, with nobody open. */
export class StatedUsage extends UsageGateway {
  usage: MeteredUsage = {
    ...{ complete: true, uncounted: allCounted, cutOff: '0:1', usage: [], schools: [] },
    certificate: undefined,
  };
  asked = 0;
  /** What is certified from now on: just what is stated then. */
  certified = 0;
  /** Of whom, the last time. */
  certifiedOf: readonly string[] = [];
  /** Each time of each membership: 'm1 2022-07-19 2022-10-19'. */
  readonly certifiedDays: string[] = [];
  /** By the same: forgotten where the test takes the certificate out. */
  private readonly ofDays = new Map<string, UsageCertificate>();
  constructor(private readonly known: StatedHeads) {
    super();
  }
  ofPeriod(
    ...[, period, membershipId]: [string, Period, string?]
  ): Promise<ReadonlyMap<string, MeteredUsage>> {
    this.asked += 1;
    const ids = membershipId === undefined ? [...this.known.heads.keys()] : [membershipId];
    const { certificate: stated } = this.usage;
    const lastCertificate = this.certificates.at(-1) ?? stated;
    const of = (id: string) =>
      stated && this.certificates.includes(stated) ? this.ofDays.get(daysOf(id, period)) : stated;
    const told = (id: string) => ({ ...this.usage, certificate: of(id), lastCertificate });
    return Promise.resolve(new Map(ids.map((id) => [id, told(id)])));
  }
  private readonly certificates: UsageCertificate[] = [];
  certify(
    ...[, period, membershipIds = []]: [string?, Period?, (readonly string[])?]
  ): Promise<void> {
    this.certified += 1;
    this.certifiedOf = membershipIds;
    if (this.usage.certificate === undefined) this.ofDays.clear();
    const ids = membershipIds.length > 0 ? membershipIds : [...this.known.heads.keys()];
    const days = ids.map((id) => daysOf(id, period));
    this.certifiedDays.push(...days);
    const { cutOff: positions } = this.usage;
    const certificate = {
      ...{
        revision: this.certified - 1,
        certifiedOn: localDate('2022-10-19'),
        positions,
        accountDays: period ? accountDaysOf(this.usage.usage, period) : 0n,
      },
      ...{ usageSha256: 'ef'.repeat(32), sha256: '01'.repeat(32) },
    };
    this.certificates.push(certificate);
    for (const one of days) this.ofDays.set(one, certificate);
    this.usage = { ...this.usage, certificate };
    return Promise.resolve();
  }
  members: UsageOfMember[] = [];
  ofMarket(): Promise<UsageOfMember[]> {
    return Promise.resolve(this.members);
  }
}

const daysOf = (membershipId: string, period?: Period): string =>
  `${membershipId} ${period?.start} ${period?.end}`;

const accountDaysOf = (usage: readonly ItemUsage[], { end }: Period): bigint =>
  usage
    .flatMap(({ openAccounts }) =>
      openAccounts.map(
        ({ from, quantity }, at) =>
          BigInt(quantity) * BigInt(daysBetween(from, openAccounts[at + 1]?.from ?? end)),
      ),
    )
    .reduce((sum, days) => sum + days, 0n);
