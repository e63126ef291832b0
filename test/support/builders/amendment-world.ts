import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Commands } from '#libs/commands';
import { BusinessDayKeeper } from '#libs/messaging';
import { localDate } from '#libs/time';
import { ProlongMemberships } from '../../../apps/membership/src/adhesion/memberships/prolong-memberships.js';
import {
  type MarketFile,
  parseMarketFile,
} from '../../../apps/membership/src/contract/markets/markets.dto.js';
import { PublishMarket } from '../../../apps/membership/src/contract/markets/publish-market.js';
import { StartBusinessDay } from '../../../apps/membership/src/contract/markets/start-business-day.js';
import { Documents } from '../../../apps/membership/src/documents/documents.pg.js';
import { AmendMarket } from '../../../apps/membership/src/market-changes/amend-market.js';
import { Amendments } from '../../../apps/membership/src/market-changes/amendments.pg.js';
import { ApplyAmendments } from '../../../apps/membership/src/market-changes/apply-amendments.js';
import { MarketViews } from '../../../apps/membership/src/market-changes/market-views.pg.js';
import { ViewMarkets } from '../../../apps/membership/src/market-changes/view-markets.js';
import { SchoolLinks } from '../../../apps/membership/src/schools/schools-financed/school-links.pg.js';
import { InMemoryInvoicedDays } from '../../../apps/membership/test/invoiced-days.test-support.js';
import { ancenis, coordinator, marketCode, MembershipWorld } from './membership-world.js';

export type AmendmentOver = {
  number: string;
  effectiveOn: string;
  documentId: string;
  dryRun: boolean;
  idempotencyKey: string;
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

  async amend(change: (file: MarketFile) => void, over: Partial<AmendmentOver> = {}) {
    return new AmendMarket(
      new Commands(this.world.unitOfWork, this.world.businessDate),
      this.world.markets,
      new Amendments(),
      new Documents(this.world.database),
      this.invoiced,
      this.apply,
    ).execute({
      idempotencyKey: over.idempotencyKey ?? randomUUID(),
      marketCode,
      market: await this.amended(change),
      amendment: {
        number: over.number ?? 'Avenant n° 1',
        signedOn: localDate('2026-05-28'),
        effectiveOn: localDate(over.effectiveOn ?? '2026-06-01'),
      },
      documentId: over.documentId ?? (await this.world.depositForMarket('AMENDMENT')),
      dryRun: over.dryRun ?? false,
      caller: coordinator,
    });
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
