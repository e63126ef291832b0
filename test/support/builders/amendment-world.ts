import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Commands } from '#libs/commands';
import type { Caller } from '#libs/identity';
import { BusinessDayKeeper } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { Proposals } from '#libs/proposals';
import { localDate } from '#libs/time';
import { ProlongMemberships } from '../../../apps/membership/src/adhesion/memberships/prolong-memberships.js';
import {
  type MarketFile,
  parseMarketFile,
} from '../../../apps/membership/src/contract/markets/markets.dto.js';
import { PublishMarket } from '../../../apps/membership/src/contract/markets/publish-market.js';
import { StartBusinessDay } from '../../../apps/membership/src/contract/markets/start-business-day.js';
import { Documents } from '../../../apps/membership/src/documents/documents.pg.js';
import {
  amendmentKind,
  Amendments,
  type ProposedAmendment,
} from '../../../apps/membership/src/market-changes/amendments.pg.js';
import { ApplyAmendments } from '../../../apps/membership/src/market-changes/apply-amendments.js';
import {
  DecideAmendment,
  type DecideAmendmentInput,
} from '../../../apps/membership/src/market-changes/decide-amendment.js';
import { MarketViews } from '../../../apps/membership/src/market-changes/market-views.pg.js';
import { PrepareAmendment } from '../../../apps/membership/src/market-changes/prepare-amendment.js';
import { ProposeAmendment } from '../../../apps/membership/src/market-changes/propose-amendment.js';
import { ViewAmendmentProposals } from '../../../apps/membership/src/market-changes/view-amendment-proposals.js';
import { ViewMarkets } from '../../../apps/membership/src/market-changes/view-markets.js';
import { SchoolLinks } from '../../../apps/membership/src/schools/schools-financed/school-links.pg.js';
import { InMemoryInvoicedDays } from '../../../apps/membership/test/invoiced-days.test-support.js';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
} from './membership-world.js';
import { keptPapers } from './kept-papers.js';

/** Who decides on what the first one proposed. */
export const secondCoordinator = callerWith('coordinator', { userId: 'user-coordinator-2' });

export type AmendmentOver = {
  number: string;
  effectiveOn: string;
  documentId: string;
  dryRun: boolean;
  idempotencyKey: string;
  caller: Caller;
};

/** Amendments over the world of membership; its days apply them before memberships end. */
export class AmendmentWorld {
  readonly invoiced = new InMemoryInvoicedDays();

  constructor(
    readonly world: MembershipWorld,
    /** A member in force, with 412. */
    readonly mine: string,
  ) {}

  /** One member in force in June of the last year, under the market as it was loaded. */
  static async begin(change?: (file: MarketFile) => void): Promise<AmendmentWorld> {
    const world = await MembershipWorld.create();
    await world.day('2022-01-14');
    await world.publishMarket(change);
    const mine = await world.activeMember(ancenis, 412);
    await world.day('2026-06-01');
    return new AmendmentWorld(world, mine);
  }

  get apply() {
    return new ApplyAmendments(
      new Amendments(),
      this.world.markets,
      new PublishMarket(this.world.markets, this.world.outbox),
      new ProlongMemberships(this.world.memberships, new SchoolLinks()),
    );
  }
  get views() {
    return new ViewMarkets(new MarketViews(this.world.database), this.world.businessDate);
  }

  /** As the service begins a day: amendments before ends. */
  beginDay(day: string) {
    return new StartBusinessDay(
      this.world.unitOfWork,
      new BusinessDayKeeper(() => [this.apply, this.world.endMemberships]),
      this.world.outbox,
    ).execute({ date: localDate(day), actor: 'player' });
  }

  /** The market as its file leaves it, with a change. */
  async amended(change: (file: MarketFile) => void) {
    const path = 'deploy/local/demo/markets/e-primo-2022.json';
    const file = JSON.parse(await readFile(path, 'utf8')) as MarketFile;
    change(file);
    return parseMarketFile(JSON.stringify(file));
  }

  async propose(change: (file: MarketFile) => void, over: Partial<AmendmentOver> = {}) {
    return new ProposeAmendment(this.commands, this.prepare, this.proposals, this.invoiced).execute(
      {
        idempotencyKey: over.idempotencyKey ?? randomUUID(),
        amendment: {
          marketCode,
          terms: await this.amended(change),
          number: over.number ?? 'Avenant n° 1',
          signedOn: localDate('2026-05-28'),
          effectiveOn: localDate(over.effectiveOn ?? '2026-06-01'),
          documentId: over.documentId ?? (await this.world.depositForMarket('AMENDMENT')),
        },
        dryRun: over.dryRun ?? false,
        caller: over.caller ?? coordinator,
      },
    );
  }

  /** By the second coordinator, on what it reads, unless the test says otherwise. */
  async decide(proposalId: string, over: Partial<DecideAmendmentInput> = {}) {
    const { digest } = (await this.proposalViews.show(coordinator, proposalId)).proposal;
    const decided = { idempotencyKey: randomUUID(), outcome: 'APPROVED', digest } as const;
    await new DecideAmendment(
      this.commands,
      this.proposals,
      this.prepare,
      this.world.markets,
      new Amendments(),
      this.apply,
      this.invoiced,
      this.world.outbox,
    ).execute({ ...decided, proposalId, caller: secondCoordinator, ...over });
  }

  /** Proposed by one coordinator and approved by another, at once. */
  async amend(change: (file: MarketFile) => void, over: Partial<AmendmentOver> = {}) {
    const proposed = await this.propose(change, over);
    if (proposed.proposal) await this.decide(proposed.proposal.proposalId);
    return proposed.amendment;
  }

  /** As a bad service would: two persons by name, whatever the content. */
  async approveUnjudged(tx: Transaction, content: ProposedAmendment, documentId: string) {
    const { sha256 } = (await new Documents(this.world.database, keptPapers).find(documentId))!;
    const proposedBy = 'somebody';
    const named = { marketCode, kind: amendmentKind, subject: content.number, proposedBy };
    const paper = { documentId, sha256 };
    const today = await this.world.businessDate.today(tx);
    const proposal = await this.proposals.record(tx, { ...named, content, paper }, today);
    const by = 'somebody else';
    const answer = { outcome: 'APPROVED', digest: proposal.digest, by, reason: '' } as const;
    await this.proposals.decide(tx, proposal, answer, today);
    return { proposalId: proposal.proposalId, proposedBy, by };
  }

  get proposals() {
    return new Proposals(this.world.database);
  }
  get proposalViews() {
    const { unitOfWork, businessDate } = this.world;
    return new ViewAmendmentProposals(unitOfWork, businessDate, this.proposals, new Amendments());
  }
  private get commands() {
    return new Commands(this.world.unitOfWork, this.world.businessDate);
  }
  private get prepare() {
    const { markets, database } = this.world;
    return new PrepareAmendment(markets, new Amendments(), new Documents(database, keptPapers));
  }

  async versions() {
    const page = { caller: coordinator, code: marketCode, before: 99, limit: 10 };
    return (await this.views.versions(page)).map(({ version, cause, amendmentNumber }) =>
      `${version} ${cause} ${amendmentNumber}`.trim(),
    );
  }

  async lastEventOf(key: string) {
    const { rows } = await this.world.database.query<{ type: string; value: Buffer }>(
      'select type, value from platform.outbox where key = $1 order by id desc limit 1',
      [key],
    );
    return rows[0]!;
  }
}

/** Six months more, as an amendment to the demo's market may say. */
export const prolonged = (file: MarketFile) => {
  file.calendar.durationMonths = 54;
  file.calendar.endsOn = localDate('2027-01-19');
  file.calendar.contractYears.push(localDate('2026-07-19'));
};
