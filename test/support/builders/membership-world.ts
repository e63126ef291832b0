import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { PgAnnexes } from '../../../apps/membership/src/commitments/commitments.pg-repository.js';
import { ImportAnnexe2 } from '../../../apps/membership/src/commitments/import-annexe2.js';
import { PublishCommitment } from '../../../apps/membership/src/commitments/publish-commitment.js';
import { VerifyAnnexe2 } from '../../../apps/membership/src/commitments/verify-annexe2.js';
import { PgDocumentReader } from '../../../apps/membership/src/documents/documents.pg-reader.js';
import { GovernanceCommands } from '../../../apps/membership/src/governance-commands.js';
import { LoadMarket } from '../../../apps/membership/src/markets/load-market.js';
import {
  type MarketFile,
  parseMarketFile,
} from '../../../apps/membership/src/markets/markets.dto.js';
import {
  PgMarketReader,
  PgMarkets,
} from '../../../apps/membership/src/markets/markets.pg-repository.js';
import { PublishMarket } from '../../../apps/membership/src/markets/publish-market.js';
import { StartBusinessDay } from '../../../apps/membership/src/markets/start-business-day.js';
import { AcceptApplication } from '../../../apps/membership/src/memberships/accept-application.js';
import { ActivateMembership } from '../../../apps/membership/src/memberships/activate-membership.js';
import { ApplyForMembership } from '../../../apps/membership/src/memberships/apply-for-membership.js';
import { PgApplications } from '../../../apps/membership/src/memberships/applications.pg-repository.js';
import { EndMemberships } from '../../../apps/membership/src/memberships/end-memberships.js';
import { JudgeApplication } from '../../../apps/membership/src/memberships/judge-application.js';
import { ListMemberships } from '../../../apps/membership/src/memberships/list-memberships.js';
import { PgMembershipEnds } from '../../../apps/membership/src/memberships/membership-ends.pg-repository.js';
import { PgMembershipReader } from '../../../apps/membership/src/memberships/memberships.pg-reader.js';
import { PgMemberships } from '../../../apps/membership/src/memberships/memberships.pg-repository.js';
import { CountSeatsLost } from '../../../apps/membership/src/orders/count-seats-lost.js';
import { MoveMembershipEnd } from '../../../apps/membership/src/memberships/move-membership-end.js';
import { CheckLedgers } from '../../../apps/membership/src/orders/check-ledgers.js';
import { PgOrderReader } from '../../../apps/membership/src/orders/orders.pg-reader.js';
import { PgOrderLedgers } from '../../../apps/membership/src/orders/orders.pg-repository.js';
import { PreviewOrder } from '../../../apps/membership/src/orders/preview-order.js';
import { RecordInitialOrder } from '../../../apps/membership/src/orders/record-initial-order.js';
import { RecordOrder } from '../../../apps/membership/src/orders/record-order.js';
import { InMemorySeatsLost } from '../../../apps/membership/src/orders/seats-lost.in-memory-gateway.js';
import { PgOrderDecisions } from '../../../apps/membership/src/orders/order-decisions.pg-repository.js';
import { SeatsToConfirm } from '../../../apps/membership/src/orders/seats-to-confirm.js';
import { SignOrder } from '../../../apps/membership/src/orders/sign-order.js';
import { SignUnderLock } from '../../../apps/membership/src/orders/sign-under-lock.js';
import { PgCorrections } from '../../../apps/membership/src/corrections/corrections.pg-repository.js';
import { RecordCorrection } from '../../../apps/membership/src/corrections/record-correction.js';
import { CsvCommunes } from '../../../apps/membership/src/organisations/communes.csv-source.js';
import { fromOrganisationMessage } from '../../../apps/membership/src/organisations/organisations.reader.js';
import { PgOrganisations } from '../../../apps/membership/src/organisations/organisations.pg-repository.js';
import { RegisterOrganisation } from '../../../apps/membership/src/organisations/register-organisation.js';
import { EndSchoolFinancing } from '../../../apps/membership/src/schools-financed/end-school-financing.js';
import { FinanceSchool } from '../../../apps/membership/src/schools-financed/finance-school.js';
import { PgSchoolLinkEnds } from '../../../apps/membership/src/schools-financed/school-link-ends.pg-repository.js';
import { PgSchoolLinks } from '../../../apps/membership/src/schools-financed/schools-financed.pg-repository.js';
import { SchoolsConsumer } from '../../../apps/membership/src/schools-financed/schools.consumer.js';
import { PgSchools } from '../../../apps/membership/src/schools-financed/schools.pg-repository.js';
import { PgExclusions } from '../../../apps/membership/src/exclusions/exclusions.pg-repository.js';
import { RecordExclusion } from '../../../apps/membership/src/exclusions/record-exclusion.js';
import { RecordWithdrawal } from '../../../apps/membership/src/withdrawals/record-withdrawal.js';
import { RemindOfWindow } from '../../../apps/membership/src/withdrawals/remind-of-window.js';
import { RevokeWithdrawal } from '../../../apps/membership/src/withdrawals/revoke-withdrawal.js';
import { ViewWithdrawals } from '../../../apps/membership/src/withdrawals/view-withdrawals.js';
import { PgWithdrawalReader } from '../../../apps/membership/src/withdrawals/withdrawals.pg-reader.js';
import { PgWithdrawals } from '../../../apps/membership/src/withdrawals/withdrawals.pg-repository.js';
import { OrganisationSchema, type StructureChanged, StructureChangedSchema } from '#libs/contracts';
import type { Caller, Role } from '#libs/identity';
import {
  BatchContext,
  BusinessDayKeeper,
  PgBusinessDate,
  PgOutbox,
  type ReceivedEvent,
} from '#libs/messaging';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { localDate } from '#libs/time';

const communes = new CsvCommunes();
const marketPath = 'deploy/local/demo/markets/e-primo-2022.json';
export const marketCode = 'e-primo-2022';
export const itemCode = 'COMPTE_ELEVE';

/** Real communes with a real public school each; the figures are invented. */
export const ancenis = {
  name: 'Ancenis-Saint-Géréon',
  siren: '200083228',
  insee: '44003',
  uai: '0440437L',
};
export const vertou = { name: 'Vertou', siren: '214402158', insee: '44215', uai: '0440965K' };

export const callerWith = (role: Role, over: Partial<Caller> = {}): Caller => ({
  userId: `user-${role}`,
  roles: [role],
  uais: [],
  markets: [marketCode],
  ...over,
});
export const coordinator = callerWith('coordinator');
export const verifier = callerWith('admin');
export const ordererOf = (siren: string): Caller =>
  callerWith('member-orderer', { organisationId: `org-${siren}` });

/** The use cases of membership over a real, fresh database. */
export class MembershipWorld {
  private constructor(readonly fresh: FreshDatabase) {}

  static async create(poolMax = 10): Promise<MembershipWorld> {
    return new MembershipWorld(await freshDatabase('membership', poolMax));
  }

  readonly outbox = new PgOutbox();
  /** What provisioning would say; nobody holds a seat unless a test says so. */
  readonly seats = new InMemorySeatsLost();
  readonly ledgers = new PgOrderLedgers();
  readonly recordOrder = new RecordOrder(this.ledgers, this.outbox);
  readonly annexes = new PgAnnexes();
  readonly memberships = new PgMemberships();
  readonly publishCommitment = new PublishCommitment(this.annexes, this.outbox);
  get database() {
    return this.fresh.database;
  }
  get unitOfWork() {
    return this.fresh.unitOfWork;
  }
  get businessDate() {
    return new PgBusinessDate(this.database);
  }
  get markets() {
    return new PgMarketReader(this.database);
  }
  readonly marketTerms = new PgMarkets();
  get loadMarket() {
    const publishMarket = new PublishMarket(this.marketTerms, this.outbox);
    return new LoadMarket(this.unitOfWork, this.marketTerms, publishMarket, this.businessDate);
  }
  get startBusinessDay() {
    const days = new BusinessDayKeeper(() => [
      this.endMemberships,
      new RemindOfWindow(this.withdrawals),
    ]);
    return new StartBusinessDay(this.unitOfWork, days, this.outbox);
  }
  readonly ends = new PgMembershipEnds();
  readonly endMemberships = new EndMemberships(this.ends, this.outbox);
  readonly membershipEnd = new MoveMembershipEnd(
    this.ends,
    new PgSchoolLinkEnds(),
    this.endMemberships,
    this.outbox,
  );
  readonly withdrawals = new PgWithdrawals();
  get recordWithdrawal() {
    return new RecordWithdrawal(
      this.unitOfWork,
      this.withdrawals,
      this.membershipEnd,
      this.markets,
      new PgDocumentReader(this.database),
      this.businessDate,
    );
  }
  get revokeWithdrawal() {
    return new RevokeWithdrawal(
      this.unitOfWork,
      this.withdrawals,
      this.membershipEnd,
      this.markets,
      new PgDocumentReader(this.database),
      this.businessDate,
    );
  }
  get viewWithdrawals() {
    const reader = new PgWithdrawalReader(this.database);
    return new ViewWithdrawals(reader, this.markets, this.businessDate);
  }
  get recordExclusion() {
    return new RecordExclusion(
      this.unitOfWork,
      new PgExclusions(),
      this.membershipEnd,
      new PgDocumentReader(this.database),
      this.businessDate,
    );
  }
  get apply() {
    const register = new RegisterOrganisation(new PgOrganisations(), communes);
    return new ApplyForMembership(
      this.unitOfWork,
      this.memberships,
      register,
      this.markets,
      this.businessDate,
      new PgDocumentReader(this.database),
    );
  }
  get importAnnexe2() {
    return new ImportAnnexe2(this.unitOfWork, this.annexes, this.markets, this.businessDate);
  }
  get verifyAnnexe2() {
    return new VerifyAnnexe2(
      this.unitOfWork,
      this.annexes,
      this.markets,
      this.publishCommitment,
      this.businessDate,
      new PgDocumentReader(this.database),
    );
  }
  get accept() {
    return new AcceptApplication(
      this.unitOfWork,
      this.memberships,
      this.publishCommitment,
      new JudgeApplication(new PgApplications(), this.markets),
      this.outbox,
      this.businessDate,
    );
  }
  get activate() {
    return new ActivateMembership(
      this.unitOfWork,
      this.memberships,
      this.publishCommitment,
      new RecordInitialOrder(this.ledgers, this.recordOrder),
      this.markets,
      this.outbox,
      this.businessDate,
    );
  }
  get list() {
    return new ListMemberships(new PgMembershipReader(this.database), this.businessDate);
  }
  get signOrder() {
    return new SignOrder(
      new PgOrderDecisions(this.database),
      this.seatsToConfirm,
      this.outbox,
      this.signUnderLock,
    );
  }
  get signUnderLock() {
    return new SignUnderLock(
      this.unitOfWork,
      this.ledgers,
      this.recordOrder,
      this.businessDate,
      this.seatsToConfirm,
    );
  }
  get recordCorrection() {
    return new RecordCorrection(
      this.unitOfWork,
      this.ledgers,
      this.recordOrder,
      new PgCorrections(),
      new PgDocumentReader(this.database),
      this.seatsToConfirm,
      this.businessDate,
    );
  }
  get seatsToConfirm() {
    return new SeatsToConfirm(this.countSeatsLost);
  }
  get reader() {
    return new PgOrderReader(this.database);
  }
  get previewOrder() {
    return new PreviewOrder(this.reader, this.businessDate, this.countSeatsLost);
  }
  get countSeatsLost() {
    return new CountSeatsLost(this.reader, this.seats, this.businessDate);
  }
  get checkLedgers() {
    return new CheckLedgers(this.reader);
  }
  readonly schoolLinks = new PgSchoolLinks();
  get commands() {
    return new GovernanceCommands(this.unitOfWork, this.businessDate);
  }
  get endSchoolFinancing() {
    const documents = new PgDocumentReader(this.database);
    return new EndSchoolFinancing(this.commands, this.schoolLinks, documents, this.outbox);
  }
  get financeSchool() {
    return new FinanceSchool(
      this.unitOfWork,
      this.schoolLinks,
      new PgSchools(),
      new PgDocumentReader(this.database),
      this.outbox,
      this.businessDate,
    );
  }

  /** The directory tells schools, as the consumer gets them: one batch. */
  async tellSchools(...schools: readonly { uai: string; insee: string; public: boolean }[]) {
    const events = schools.map((school) => ({
      key: school.uai,
      body: create(StructureChangedSchema, school),
    }));
    await this.unitOfWork.run((tx) =>
      new SchoolsConsumer(new PgSchools()).onStructureChanged(
        events as unknown as ReceivedEvent<StructureChanged>[],
        new BatchContext(tx),
      ),
    );
  }

  /** The directory tells that a school is gone. */
  async tellSchoolGone(uai: string) {
    const events = [{ key: uai }] as unknown as ReceivedEvent<undefined>[];
    await this.unitOfWork.run((tx) =>
      new SchoolsConsumer(new PgSchools()).onStructureErased(events, new BatchContext(tx)),
    );
  }

  day(date: string) {
    return this.startBusinessDay.execute({ date: localDate(date), actor: 'player' });
  }

  async publishMarket(change: (market: MarketFile) => void = () => undefined, caller = verifier) {
    const file = JSON.parse(await readFile(marketPath, 'utf8')) as MarketFile;
    change(file);
    return this.loadMarket.execute({
      market: parseMarketFile(JSON.stringify(file)),
      caller,
    });
  }

  /** Applies with a complete letter, sent in time. */
  applyAs(
    member: { name: string; siren: string; insee: string },
    over: { sentOn?: string; receivedOn?: string } = {},
  ) {
    const documents = ['CONVENTION', 'DELIBERATION', 'ANNEXE2'].map((kind) => ({
      kind,
      title: kind,
      sha256: '',
      datedOn: '2022-01-10',
    }));
    return this.apply.execute({
      marketCode,
      organisation: fromOrganisationMessage(
        create(OrganisationSchema, { ...member, kind: 'COMMUNE', address: '1 rue de l’Exemple' }),
      ),
      letter: {
        number: `1A ${member.siren}`,
        sentOn: localDate(over.sentOn ?? '2022-01-10'),
        receivedOn: localDate(over.receivedOn ?? '2022-01-12'),
      },
      documents,
      caller: coordinator,
    });
  }

  importCsv(membershipId: string, content: string, over: { dryRun?: boolean } = {}) {
    return this.importAnnexe2.execute({
      membershipId,
      fileName: 'annexe2.csv',
      content: Buffer.from(content),
      datedOn: localDate('2022-01-10'),
      dryRun: over.dryRun ?? false,
      caller: coordinator,
    });
  }

  /** From nothing to an active membership on 2022-07-19 with the commitment given. */
  async activeMember(
    member: { name: string; siren: string; insee: string; uai: string },
    commitment: number,
  ): Promise<string> {
    const { membershipId } = await this.applyAs(member);
    await this.enterAndAccept(membershipId, `UAI;Nombre\n${member.uai};${commitment}\n`);
    return membershipId;
  }

  /** Annex 2 typed by one and verified by another, accepted, activated. */
  async enterAndAccept(membershipId: string, csv: string): Promise<void> {
    const { sha256 } = await this.importCsv(membershipId, csv);
    await this.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier });
    await this.accept.execute({ membershipId, caller: coordinator });
    await this.activate.execute({ membershipId, caller: coordinator });
  }

  order(
    membershipId: string,
    siren: string,
    delta: number,
    effectiveFrom: string,
    key: string = randomUUID(),
    confirmedSeatsLost = 0,
  ) {
    return this.signOrder.execute({
      confirmedSeatsLost,
      idempotencyKey: key,
      membershipId,
      lines: [{ itemCode, effectiveFrom: localDate(effectiveFrom), delta }],
      caller: ordererOf(siren),
    });
  }

  async events(membershipId: string): Promise<string[]> {
    const { rows } = await this.database.query<{ type: string }>(
      'select type from platform.outbox where key = $1 order by id',
      [membershipId],
    );
    return rows.map(({ type }) => type.replace('ent.membership.v1.', ''));
  }

  async count(sql: string, values: unknown[] = []): Promise<number> {
    const { rows } = await this.database.query<{ n: bigint }>(
      `select count(*) as n ${sql}`,
      values,
    );
    return Number(rows[0]?.n);
  }
}
