import { randomUUID } from 'node:crypto';
import { Commands } from '#libs/commands';
import { Proposals } from '#libs/proposals';
import { Documents } from '../../../apps/membership/src/documents/documents.pg.js';
import { StartBusinessDay } from '../../../apps/membership/src/contract/markets/start-business-day.js';
import { Communes } from '../../../apps/membership/src/organisations/communes.js';
import { fromOrganisationMessage } from '../../../apps/membership/src/organisations/organisations.module.js';
import { Organisations } from '../../../apps/membership/src/organisations/organisations.pg.js';
import { RegisterOrganisation } from '../../../apps/membership/src/organisations/register-organisation.js';
import { BeginSuccessions } from '../../../apps/membership/src/successions/begin-successions.js';
import { ApproveSuccession } from '../../../apps/membership/src/successions/approve-succession.js';
import { CancelSuccession } from '../../../apps/membership/src/successions/cancel-succession.js';
import { CarryOutSuccessions } from '../../../apps/membership/src/successions/carry-out-successions.js';
import { GiveToSuccessor } from '../../../apps/membership/src/successions/give-to-successor.js';
import { ImportMovements } from '../../../apps/membership/src/successions/import-movements.js';
import { MoveCommitment } from '../../../apps/membership/src/successions/move-commitment.js';
import { InMemorySeats } from '../../../apps/membership/test/seats.test-support.js';
import { PlanSuccessions } from '../../../apps/membership/src/successions/plan-successions.js';
import {
  type PlanGiven,
  PreparePlan,
} from '../../../apps/membership/src/successions/prepare-plan.js';
import { PreviewSuccession } from '../../../apps/membership/src/successions/preview-succession.js';
import { ReceiveSuccession } from '../../../apps/membership/src/successions/receive-succession.js';
import { SignedParts } from '../../../apps/membership/src/successions/signed-parts.js';
import { Sides } from '../../../apps/membership/src/successions/sides.js';
import { Successions } from '../../../apps/membership/src/successions/successions.pg.js';
import { Transfers } from '../../../apps/membership/src/successions/transfers.pg.js';
import { ViewSuccessions } from '../../../apps/membership/src/successions/view-successions.js';
import { create } from '@bufbuild/protobuf';
import { OrganisationSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { BusinessDayKeeper } from '#libs/messaging';
import { localDate } from '#libs/time';
import {
  coordinator,
  marketCode,
  MembershipWorld,
  type Town,
  verifier,
} from './membership-world.js';
import { keptPapers } from './kept-papers.js';

/** Real mergers: Terval on 2023-01-01 out of La Tardière, Breuil-Barret and La Chapelle-aux-Lys; figures invented. */
export const terval = { name: 'Terval', siren: '200099489', insee: '85289' };
export const tardiere = {
  name: 'La Tardière',
  siren: '218502896',
  insee: '85289',
  uai: '0850001P',
};
export const breuilBarret = {
  name: 'Breuil-Barret',
  siren: '218500379',
  insee: '85037',
  uai: '0850002R',
};

/** Successions over the world of membership; its days carry them out. */
export class SuccessionWorld {
  readonly transfers = new Transfers();
  readonly seats = new InMemorySeats();

  constructor(readonly world: MembershipWorld) {}

  get successions() {
    return new Successions(this.world.database);
  }
  private get sides() {
    return new Sides(this.world.memberships, this.world.ledgers);
  }

  /** The market is published, its first day begins, nobody is a member yet. */
  static async begin(): Promise<SuccessionWorld> {
    const world = await MembershipWorld.create();
    const successions = new SuccessionWorld(world);
    await world.day('2022-01-14');
    await world.publishMarket();
    await successions.day('2022-07-19');
    await successions.depositDecision();
    return successions;
  }

  get plan() {
    return new PlanSuccessions(
      this.commands,
      this.preparePlan,
      this.successions,
      this.world.memberships,
      this.proposals,
    );
  }
  get approve() {
    return new ApproveSuccession(
      this.commands,
      this.successions,
      this.proposals,
      this.world.memberships,
      new Documents(this.world.database, keptPapers),
      this.carryOut,
    );
  }
  get cancel() {
    return new CancelSuccession(this.commands, this.successions, this.proposals);
  }
  private get proposals() {
    return new Proposals(this.world.database);
  }
  get preview() {
    return new PreviewSuccession(this.world.unitOfWork, this.preparePlan, this.seats);
  }
  get view() {
    return new ViewSuccessions(this.successions);
  }
  get importMovements() {
    const { unitOfWork, businessDate } = this.world;
    return new ImportMovements(
      unitOfWork,
      businessDate,
      this.successions,
      this.world.membershipViews,
      this.preparePlan,
      this.plan,
      this.carryOut,
      new Documents(this.world.database, keptPapers),
    );
  }
  private get commands() {
    return new Commands(this.world.unitOfWork, this.world.businessDate);
  }
  private get preparePlan() {
    return new PreparePlan(
      this.successions,
      this.transfers,
      this.world.annexes,
      this.world.memberships,
      this.sides,
      new Documents(this.world.database, keptPapers),
      this.world.markets,
      new Organisations(),
      new RegisterOrganisation(new Organisations(), new Communes()),
      this.seats,
    );
  }
  private get carryOut() {
    const { ledgers, memberships, recordOrder, markets } = this.world;
    const { transfers } = this;
    const signedParts = new SignedParts(this.world.grounds);
    const moveCommitment = new MoveCommitment(transfers, ledgers, memberships, signedParts);
    return new CarryOutSuccessions(
      this.successions,
      transfers,
      memberships,
      this.world.annexes,
      this.sides,
      new ReceiveSuccession(
        new Organisations(),
        transfers,
        moveCommitment,
        signedParts,
        ledgers,
        recordOrder,
        markets,
        memberships,
      ),
      new GiveToSuccessor(transfers, moveCommitment, ledgers, recordOrder, memberships),
      markets,
    );
  }

  day(date: string) {
    const begin = new BeginSuccessions(this.successions, this.carryOut);
    const days = new BusinessDayKeeper(() => [begin, this.world.endMemberships]);
    return new StartBusinessDay(this.world.unitOfWork, days, this.world.outbox).execute({
      date: localDate(date),
      actor: 'player',
    });
  }

  planOf(
    predecessorMembershipId: string,
    successor: Town,
    on: string,
    over: Partial<PlanGiven> = {},
  ): PlanGiven {
    return {
      kind: 'FULL',
      effectiveOn: localDate(on),
      predecessorMembershipId,
      annexe2Lines: [],
      quantities: [],
      schools: [],
      successor: fromOrganisationMessage(
        create(OrganisationSchema, {
          ...successor,
          kind: 'COMMUNE',
          address: '1 place de la Mairie',
        }),
      ),
      documentId: 'arrete',
      ...over,
    };
  }

  /** The market's own paper that all plans rest on. */
  async depositDecision(): Promise<void> {
    const sha256 = keptPapers.keep('arrete');
    await this.world.database.query(
      'insert into document_blob (sha256, size) values ($1, 10) on conflict do nothing',
      [sha256],
    );
    await this.world.database.query(
      `insert into document (id, sha256, media_type, file_name, title, kind, dated_on, market_code, uploaded_by, uploaded_on)
       values ('arrete', $2, 'application/pdf', 'a.pdf', 'Arrêté préfectoral', 'DECISION', '2022-11-15', $1, 'u',
               '2022-11-15') on conflict do nothing`,
      [marketCode, sha256],
    );
  }

  /** Proposed by one coordinator and approved by another; a refused approval withdraws the proposal. */
  async execute(
    plans: readonly PlanGiven[],
    { key = randomUUID(), caller = coordinator as Caller } = {},
  ) {
    await this.depositDecision();
    const [successionId = '', ...others] = await this.plan.execute({
      ...{ idempotencyKey: key, marketCode, plans, caller },
    });
    try {
      await this.approved(successionId, `approval of ${key}`);
    } catch (error) {
      const reason = 'Refusée à l’approbation.';
      await this.cancel.execute({ idempotencyKey: randomUUID(), successionId, reason, caller });
      throw error;
    }
    return [successionId, ...others];
  }

  /** Approves as the second coordinator. */
  async approved(successionId: string, idempotencyKey: string = randomUUID()) {
    const digest = await this.world.database.value<string>(
      'select digest from platform.proposal join succession using (proposal_id) where id = $1',
      [successionId],
    );
    return this.approve.execute({
      idempotencyKey,
      successionId,
      digest: digest ?? '',
      caller: verifier,
    });
  }

  find(successionId: string | undefined) {
    return this.view.find({ successionId: successionId ?? '', caller: coordinator });
  }

  /** C and O of the only item, step by step, beside what the book says of the membership. */
  async ledgerOf(membershipId: string) {
    const found = await this.world.ledgers.find(membershipId);
    const [item] = found?.items ?? [];
    const steps = (all: readonly { from: string; quantity: number }[] = []) =>
      all.map(({ from, quantity }) => `${from} ${quantity}`);
    return { ...found, C: steps(item?.commitment), O: steps(item?.timeline) };
  }

  /** Links of a membership: school, first day, first day without, exception to the territory. */
  async linksOf(membershipId: string): Promise<string[]> {
    const { rows } = await this.world.database.query<{ line: string }>(
      `select uai || ' ' || starts_on || ' ' || ends_on || ' ' || coalesce(territory_exception, '') as line
         from school_link where membership_id = $1 order by uai, starts_on`,
      [membershipId],
    );
    return rows.map(({ line }) => line.trim());
  }
}
