import { Annexes } from '../../../apps/membership/src/adhesion/commitments/annexes.pg.js';
import { ImportAnnexe2 } from '../../../apps/membership/src/adhesion/commitments/import-annexe2.js';
import { PublishCommitment } from '../../../apps/membership/src/adhesion/commitments/publish-commitment.js';
import { VerifyAnnexe2 } from '../../../apps/membership/src/adhesion/commitments/verify-annexe2.js';
import { Documents } from '../../../apps/membership/src/documents/documents.pg.js';
import { Commands } from '#libs/commands';
import { LoadMarket } from '../../../apps/membership/src/contract/markets/load-market.js';
import { Markets } from '../../../apps/membership/src/contract/markets/markets.pg.js';
import { PublishMarket } from '../../../apps/membership/src/contract/markets/publish-market.js';
import { StartBusinessDay } from '../../../apps/membership/src/contract/markets/start-business-day.js';
import { AcceptApplication } from '../../../apps/membership/src/adhesion/memberships/accept-application.js';
import { ActivateMembership } from '../../../apps/membership/src/adhesion/memberships/activate-membership.js';
import { ApplyForMembership } from '../../../apps/membership/src/adhesion/memberships/apply-for-membership.js';
import { Applications } from '../../../apps/membership/src/adhesion/memberships/applications.pg.js';
import { EndMemberships } from '../../../apps/membership/src/adhesion/memberships/end-memberships.js';
import { JudgeApplication } from '../../../apps/membership/src/adhesion/memberships/judge-application.js';
import { ListMemberships } from '../../../apps/membership/src/adhesion/memberships/list-memberships.js';
import { MembershipViews } from '../../../apps/membership/src/adhesion/memberships/membership-views.pg.js';
import { Memberships } from '../../../apps/membership/src/adhesion/memberships/memberships.pg.js';
import { MoveMembershipEnd } from '../../../apps/membership/src/adhesion/memberships/move-membership-end.js';
import {
  AnchoredEvidence,
  AnchoredLedgers,
} from '../../../apps/membership/src/orders/ledger/anchored-ledgers.pg.js';
import { CheckLedgers } from '../../../apps/membership/src/orders/ledger/check-ledgers.js';
import { CommitmentGrounds } from '../../../apps/membership/src/orders/ledger/commitment-grounds.pg.js';
import { OrderLedgers } from '../../../apps/membership/src/orders/ledger/order-ledgers.pg.js';
import { PreviewOrder } from '../../../apps/membership/src/orders/ledger/preview-order.js';
import { RecordedOrders } from '../../../apps/membership/src/orders/ledger/recorded-orders.pg.js';
import { RecordInitialOrder } from '../../../apps/membership/src/orders/ledger/record-initial-order.js';
import { RecordOrder } from '../../../apps/membership/src/orders/ledger/record-order.js';
import { InMemorySeats } from '../../../apps/membership/test/seats.test-support.js';
import { SeatsToConfirm } from '../../../apps/membership/src/orders/ledger/seats-to-confirm.js';
import { SignOrder } from '../../../apps/membership/src/orders/ledger/sign-order.js';
import { RecordCorrection } from '../../../apps/membership/src/corrections/record-correction.js';
import { Communes } from '../../../apps/membership/src/organisations/communes.js';
import { Organisations } from '../../../apps/membership/src/organisations/organisations.pg.js';
import { RegisterOrganisation } from '../../../apps/membership/src/organisations/register-organisation.js';
import { EndSchoolFinancing } from '../../../apps/membership/src/schools/schools-financed/end-school-financing.js';
import { FinanceSchool } from '../../../apps/membership/src/schools/schools-financed/finance-school.js';
import { SchoolLinks } from '../../../apps/membership/src/schools/schools-financed/school-links.pg.js';
import { Schools } from '../../../apps/membership/src/schools/schools-financed/schools.pg.js';
import { Exclusions } from '../../../apps/membership/src/endings/exclusions/exclusions.pg.js';
import { RecordExclusion } from '../../../apps/membership/src/endings/exclusions/record-exclusion.js';
import { RecordWithdrawal } from '../../../apps/membership/src/endings/withdrawals/record-withdrawal.js';
import { RemindOfWindow } from '../../../apps/membership/src/endings/withdrawals/remind-of-window.js';
import { RevokeWithdrawal } from '../../../apps/membership/src/endings/withdrawals/revoke-withdrawal.js';
import { ViewWithdrawals } from '../../../apps/membership/src/endings/withdrawals/view-withdrawals.js';
import { RegisteredLetters } from '../../../apps/membership/src/endings/withdrawals/registered-letters.js';
import { Withdrawals } from '../../../apps/membership/src/endings/withdrawals/withdrawals.pg.js';
import { MembershipTables } from '../../../apps/membership/src/membership-tables.prisma-client.js';
import { BusinessDayKeeper, PgBusinessDate, PgOutbox } from '#libs/messaging';
import { Anchoring, CheckAnchors } from '#libs/persistence';
import type { FreshDatabase } from '#libs/testing';
import { keptPapers } from './kept-papers.js';

const communes = new Communes();

/** Every use case of membership with its parts, over one database. */
export class MembershipUseCases {
  protected constructor(readonly fresh: FreshDatabase) {}

  readonly outbox = new PgOutbox();
  /** What provisioning would say; nobody holds a seat unless a test says so. */
  readonly seats = new InMemorySeats();
  get ledgers() {
    return new OrderLedgers(this.database);
  }
  get recordOrder() {
    return new RecordOrder(this.ledgers, this.outbox);
  }
  readonly memberships = new Memberships(this.outbox);
  get database() {
    return this.fresh.database;
  }
  get annexes() {
    return new Annexes(this.database, this.memberships);
  }
  get publishCommitment() {
    return new PublishCommitment(this.annexes, this.memberships);
  }
  get unitOfWork() {
    return this.fresh.unitOfWork;
  }
  get businessDate() {
    return new PgBusinessDate(this.database);
  }
  get markets() {
    return new Markets(this.database);
  }
  get loadMarket() {
    const publishMarket = new PublishMarket(this.markets, this.outbox);
    return new LoadMarket(this.commands, this.markets, publishMarket);
  }
  get startBusinessDay() {
    const days = new BusinessDayKeeper(() => [
      this.endMemberships,
      new RemindOfWindow(this.withdrawals),
    ]);
    return new StartBusinessDay(this.unitOfWork, days, this.outbox);
  }
  readonly endMemberships = new EndMemberships(this.memberships);
  readonly schoolLinks = new SchoolLinks();
  readonly membershipEnd = new MoveMembershipEnd(this.memberships, this.schoolLinks);
  get withdrawals() {
    return new Withdrawals(this.database);
  }
  private get registeredLetters() {
    return new RegisteredLetters(
      this.commands,
      this.memberships,
      this.withdrawals,
      this.markets,
      new Documents(this.database, keptPapers),
    );
  }
  get recordWithdrawal() {
    return new RecordWithdrawal(this.registeredLetters, this.withdrawals, this.membershipEnd);
  }
  get revokeWithdrawal() {
    return new RevokeWithdrawal(this.registeredLetters, this.withdrawals, this.membershipEnd);
  }
  get viewWithdrawals() {
    return new ViewWithdrawals(this.list, this.withdrawals, this.markets, this.businessDate);
  }
  get recordExclusion() {
    return new RecordExclusion(
      this.commands,
      new Exclusions(this.database),
      this.memberships,
      this.membershipEnd,
      new Documents(this.database, keptPapers),
    );
  }
  get apply() {
    const register = new RegisterOrganisation(new Organisations(), communes);
    return new ApplyForMembership(
      this.commands,
      this.memberships,
      this.applications,
      register,
      this.markets,
      new Documents(this.database, keptPapers),
    );
  }
  get applications() {
    return new Applications(this.database);
  }
  get membershipViews() {
    return new MembershipViews(this.database, this.tables);
  }
  private knownTables?: MembershipTables;
  get tables() {
    return (this.knownTables ??= new MembershipTables(this.database));
  }
  get importAnnexe2() {
    return new ImportAnnexe2(
      this.commands,
      this.unitOfWork,
      this.annexes,
      this.markets,
      this.businessDate,
    );
  }
  get verifyAnnexe2() {
    return new VerifyAnnexe2(
      this.commands,
      this.annexes,
      this.markets,
      this.publishCommitment,
      new Documents(this.database, keptPapers),
    );
  }
  get accept() {
    return new AcceptApplication(
      this.commands,
      this.memberships,
      this.publishCommitment,
      new JudgeApplication(this.applications, this.markets),
    );
  }
  get activate() {
    return new ActivateMembership(
      this.commands,
      this.memberships,
      this.publishCommitment,
      new RecordInitialOrder(this.ledgers, this.recordOrder),
      this.markets,
      this.applications,
    );
  }
  get list() {
    return new ListMemberships(this.membershipViews, this.businessDate);
  }
  get signOrder() {
    return new SignOrder(this.commands, this.ledgers, this.recordOrder, this.seatsToConfirm);
  }
  get recordCorrection() {
    return new RecordCorrection(
      this.commands,
      this.ledgers,
      this.recordOrder,
      new Documents(this.database, keptPapers),
      this.seatsToConfirm,
    );
  }
  get seatsToConfirm() {
    return new SeatsToConfirm(this.ledgers, this.seats);
  }
  get recordedOrders() {
    return new RecordedOrders(this.database);
  }
  get previewOrder() {
    return new PreviewOrder(this.ledgers, this.businessDate, this.seatsToConfirm);
  }
  get grounds() {
    return new CommitmentGrounds(this.database);
  }
  get checkLedgers() {
    const anchors = new CheckAnchors(this.anchoring);
    return new CheckLedgers(this.ledgers, this.recordedOrders, this.grounds, anchors);
  }
  /** As a process that has just started; nothing is anchored unless a test says so. */
  get anchoring() {
    const { database, unitOfWork, anchorFolder } = this.fresh;
    const chains = [new AnchoredLedgers(database), new AnchoredEvidence(database)];
    return new Anchoring(unitOfWork, () => chains, anchorFolder);
  }
  get commands() {
    return new Commands(this.unitOfWork, this.businessDate);
  }
  get endSchoolFinancing() {
    const documents = new Documents(this.database, keptPapers);
    return new EndSchoolFinancing(this.commands, this.memberships, this.schoolLinks, documents);
  }
  get financeSchool() {
    return new FinanceSchool(
      this.commands,
      this.memberships,
      this.schoolLinks,
      new Schools(),
      new Documents(this.database, keptPapers),
    );
  }
}
