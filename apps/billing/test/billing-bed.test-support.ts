import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  BillingRhythmChosenSchema,
  ChorusProRecordedSchema,
  CommitmentMovedSchema,
  type CommitmentPartSchema,
  CommitmentRecordedSchema,
  MarketPublishedSchema,
  MembershipAcceptedSchema,
  MembershipActivatedSchema,
  MembershipEndedSchema,
  MembershipProlongedSchema,
  OrderSignedSchema,
  SchoolFinancedSchema,
  StructureChangedSchema,
  WithdrawalNotifiedSchema,
  WithdrawalRevokedSchema,
} from '#libs/contracts';
import { BatchContext, type ReceivedEvent } from '#libs/messaging';
import { freshDatabase } from '#libs/testing';
import { type LocalDate, localDate, type Period } from '#libs/time';
import type { DecideProposalInput } from '../src/proposals/decide-proposal.js';
import type { ProposeAccountInput } from '../src/proposals/propose-account.js';
import { ProposePrices, type ProposePricesInput } from '../src/proposals/propose-prices.js';
import {
  aMarket,
  bpu,
  factsOf,
  marketCode,
  type MarketShape,
} from './market-facts.test-support.js';
import {
  BillingUseCases,
  coordinator,
  coordinatorOf,
  supplier,
  supplierOf,
} from './billing-use-cases.test-support.js';

export { coordinator, supplier } from './billing-use-cases.test-support.js';

type OrderTold = {
  membershipId: string;
  effectiveFrom: string;
  delta: number;
  itemCode?: string;
};
type Parts = MessageInitShape<typeof CommitmentPartSchema>[];

/** A billing service whose members, orders and prices are told as the others tell them. */
export class BillingBed extends BillingUseCases {
  private versions = new Map<string, number>();
  private namings = 0;

  /** `printingThreads`: only where the service is compiled. */
  static async open(printingThreads = 0): Promise<BillingBed> {
    return new BillingBed(await freshDatabase('billing'), printingThreads);
  }

  /** The day begins, then drafts are looked at again and what is due is numbered: what the worker does by itself. */
  async day(text: string): Promise<LocalDate> {
    const today = await this.fresh.unitOfWork.run((tx) => this.days.advance(tx, localDate(text)));
    await this.reviewDrafts.execute();
    await this.numberDueInvoices.execute();
    await this.reviewIssued.execute();
    return today;
  }

  /** A market in force, with its prices, on its first day. */
  async market(billing: MarketShape['billing'] = {}): Promise<void> {
    await this.day('2022-07-19');
    await this.publish(aMarket(billing));
    await this.import(bpu);
  }

  publish(market: MarketShape): Promise<void> {
    const body = create(MarketPublishedSchema, { market });
    return this.consume((tx) =>
      this.consumer.onMarketPublished([received(body)], new BatchContext(tx)),
    );
  }

  /** The supplier proposes, the coordinator approves: what a test needs whose matter is another. */
  async import(
    content: string,
    idempotencyKey = '',
    code = marketCode,
  ): ReturnType<ProposePrices['execute']> {
    const caller = coordinatorOf(code);
    const proposed = await this.propose(content, {
      ...{ idempotencyKey, marketCode: code, caller: supplierOf(code) },
    });
    if (proposed.proposalId !== '')
      await this.approve(proposed.proposalId, { idempotencyKey, caller });
    return proposed;
  }

  propose(
    content: string,
    over: Partial<ProposePricesInput> = {},
  ): ReturnType<ProposePrices['execute']> {
    return this.proposePrices.execute({
      ...{ marketCode, content: Buffer.from(content), documentId: 'document-bpu' },
      ...{ caller: supplier, idempotencyKey: '', ...over },
    });
  }

  proposePaying(iban: string, effectiveFrom: string, over: Partial<ProposeAccountInput> = {}) {
    return this.proposeAccount.execute({
      ...{ marketCode, iban, effectiveFrom: localDate(effectiveFrom), documentId: 'document-rib' },
      ...{ caller: supplier, idempotencyKey: '', ...over },
    });
  }

  /** As the coordinator who has read it, unless told; with a digest nothing is read, only decided. */
  async approve(proposalId: string, over: Partial<DecideProposalInput> = {}): Promise<void> {
    const read = async () =>
      (await this.viewProposals.show(over.caller ?? coordinator, proposalId)).proposal.digest;
    const digest = over.digest ?? (await read());
    const outcome = 'APPROVED';
    await this.decideProposal.execute({
      ...{ proposalId, outcome, digest, caller: coordinator, idempotencyKey: '' },
      ...over,
    });
  }

  /** An active membership with its initial order, as membership's events tell it. */
  async member(
    membershipId: string,
    commitment: number,
    period: Period = { start: localDate('2022-07-19'), end: localDate('2026-07-19') },
    billing: MarketShape['billing'] = {},
    place: { readonly insee?: string; readonly address?: string } = {},
  ): Promise<void> {
    const told = factsOf(membershipId, commitment, period, billing);
    const facts = { ...told, organisation: { ...told.organisation, ...place } };
    const { organisation, annexe2 } = facts;
    await this.consume(async (tx) => {
      const context = new BatchContext(tx);
      await this.consumer.onAccepted(
        [
          received(
            create(MembershipAcceptedSchema, {
              membershipId,
              membershipVersion: this.nextVersion(membershipId),
              organisation,
              marketCode,
              acceptedOn: '2022-01-15',
            }),
          ),
        ],
        context,
      );
      await this.consumer.onCommitmentRecorded(
        [
          received(
            create(CommitmentRecordedSchema, {
              membershipId,
              membershipVersion: this.nextVersion(membershipId),
              commitment: facts.commitment,
              annexe2,
            }),
          ),
        ],
        context,
      );
      await this.activated(context, membershipId, facts);
    });
    if (commitment > 0) await this.order(membershipId, period.start, commitment);
    else this.state(membershipId, '');
  }

  /** A commune nouvelle becomes a member on a day: no application, no initial order (ADH-5). */
  async heir(
    membershipId: string,
    commitment: number,
    startsOn: string,
    market = aMarket({}),
    commitmentParts: Parts = [],
  ): Promise<void> {
    const period = { start: localDate(startsOn), end: localDate(market.calendar?.endsOn ?? '') };
    const facts = { ...factsOf(membershipId, commitment, period), market, commitmentParts };
    await this.consume((tx) => this.activated(new BatchContext(tx), membershipId, facts));
    this.state(membershipId, '');
  }

  private activated(
    context: BatchContext,
    membershipId: string,
    facts: ReturnType<typeof factsOf>,
  ): Promise<void> {
    const membershipVersion = this.nextVersion(membershipId);
    const body = create(MembershipActivatedSchema, { membershipId, membershipVersion, ...facts });
    return this.consumer.onActivated([received(body)], context);
  }

  async order(
    membershipId: string,
    effectiveFrom: string,
    delta: number,
    itemCode = 'ELEVE',
  ): Promise<void> {
    await this.orders({ membershipId, effectiveFrom, delta, itemCode });
  }

  /** Of any memberships, told in one run as a consumer gets what came together. */
  async orders(...signed: OrderTold[]): Promise<void> {
    const told = signed.map((one) => this.signed(one));
    await this.consume((tx) => this.consumer.onOrderSigned(told, new BatchContext(tx)));
    for (const { body } of told) this.state(body.membershipId, body.ledgerHead);
  }

  /** The next order of a membership as it is told; who has it told states it. */
  signed({ membershipId, effectiveFrom, delta, itemCode = 'ELEVE' }: OrderTold) {
    const membershipVersion = this.nextVersion(membershipId);
    return received(
      create(OrderSignedSchema, {
        membershipId,
        membershipVersion,
        ledgerHead: `head-${membershipVersion}`,
        order: {
          orderId: `${membershipId}-${membershipVersion}`,
          number: `BC-${membershipVersion}`,
          signedOn: effectiveFrom,
          ledgerPosition: membershipVersion,
          lines: [{ itemCode, effectiveFrom, delta }],
        },
      }),
    );
  }

  /** As the directory tells it; the next revision unless one is told. */
  async nameSchool(uai: string, name: string, revision = (this.namings += 1)): Promise<void> {
    const told = {
      ...received(create(StructureChangedSchema, { uai, name, revision })),
      key: uai,
    };
    await this.consume((tx) => this.schools.onStructureChanged([told], new BatchContext(tx)));
  }

  async financeSchool(membershipId: string, uai: string): Promise<void> {
    const membershipVersion = this.nextVersion(membershipId);
    await this.consume((tx) =>
      this.consumer.onSchoolFinanced(
        [received(create(SchoolFinancedSchema, { membershipId, membershipVersion, uai }))],
        new BatchContext(tx),
      ),
    );
    this.state(membershipId, this.heads.heads.get(membershipId)?.ledgerHead ?? '');
  }

  /** C over the membership's life, as a succession leaves it (ADH-5). */
  async moveCommitment(
    membershipId: string,
    steps: Record<string, number>,
    parts: Parts = [],
  ): Promise<void> {
    const membershipVersion = this.nextVersion(membershipId);
    const commitment = Object.entries(steps).map(([from, quantity]) => ({
      itemCode: 'ELEVE',
      from,
      quantity,
    }));
    const told = { membershipId, membershipVersion, commitment, parts };
    await this.consume((tx) =>
      this.consumer.onCommitmentMoved(
        [received(create(CommitmentMovedSchema, told))],
        new BatchContext(tx),
      ),
    );
    this.state(membershipId, this.heads.heads.get(membershipId)?.ledgerHead ?? '');
  }

  /** The membership ends, as membership tells it; a notice of withdrawal comes before where `notified`. */
  async end(membershipId: string, endsOn: string, { notified = false } = {}): Promise<void> {
    await this.consume(async (tx) => {
      const context = new BatchContext(tx);
      const told = () => ({
        membershipId,
        membershipVersion: this.nextVersion(membershipId),
        endsOn,
      });
      if (notified) {
        const notice = create(WithdrawalNotifiedSchema, told());
        await this.consumer.onWithdrawalNotified([received(notice)], context);
      }
      await this.consumer.onEnded([received(create(MembershipEndedSchema, told()))], context);
    });
    this.state(membershipId, this.heads.heads.get(membershipId)?.ledgerHead ?? '');
  }

  /** A notice of withdrawal counts, or is taken back: the membership goes on until the day has come (WDR-1). */
  async announceEnd(membershipId: string, endsOn: string, { revoked = false } = {}): Promise<void> {
    const told = { membershipId, membershipVersion: this.nextVersion(membershipId), endsOn };
    await this.consume((tx) => {
      const context = new BatchContext(tx);
      return revoked
        ? this.consumer.onWithdrawalRevoked(
            [received(create(WithdrawalRevokedSchema, told))],
            context,
          )
        : this.consumer.onWithdrawalNotified(
            [received(create(WithdrawalNotifiedSchema, told))],
            context,
          );
    });
    this.state(membershipId, this.heads.heads.get(membershipId)?.ledgerHead ?? '');
  }

  /** Chorus Pro data from a day on, as membership tells them (ADH-1). */
  async recordChorusPro(
    membershipId: string,
    validFrom: string,
    number: string,
    recipientSiret = '21440109300015',
  ): Promise<void> {
    const membershipVersion = this.nextVersion(membershipId);
    const body = create(ChorusProRecordedSchema, {
      ...{ membershipId, membershipVersion, validFrom },
      chorusPro: {
        ...{ recipientSiret, serviceCode: 'EDUC' },
        ...{ purchaseOrderNumber: number, marketNumber: 'M-1' },
      },
    });
    await this.consume((tx) =>
      this.consumer.onChorusProRecorded([received(body)], new BatchContext(tx)),
    );
    this.state(membershipId, this.heads.heads.get(membershipId)?.ledgerHead ?? '');
  }

  /** What it chose for contract years from a day on, as membership tells it (BIL-3). */
  async chooseRhythm(
    membershipId: string,
    validFrom: string,
    rhythm: 'QUARTER' | 'YEAR',
  ): Promise<void> {
    const membershipVersion = this.nextVersion(membershipId);
    const told = { membershipId, membershipVersion, validFrom, rhythm };
    await this.consume((tx) =>
      this.consumer.onRhythmChosen(
        [received(create(BillingRhythmChosenSchema, told))],
        new BatchContext(tx),
      ),
    );
    this.state(membershipId, this.heads.heads.get(membershipId)?.ledgerHead ?? '');
  }

  /** Its market goes on, and it with it (MKT-6). */
  async prolong(membershipId: string, endsOn: string): Promise<void> {
    const membershipVersion = this.nextVersion(membershipId);
    const body = create(MembershipProlongedSchema, { membershipId, membershipVersion, endsOn });
    await this.consume((tx) => this.consumer.onProlonged([received(body)], new BatchContext(tx)));
    this.state(membershipId, this.heads.heads.get(membershipId)?.ledgerHead ?? '');
  }

  /** What membership states of a membership from now on: by default where the copy stands. */
  state(membershipId: string, ledgerHead: string, ahead = 0): void {
    const membershipVersion = (this.versions.get(membershipId) ?? 0) + ahead;
    this.heads.heads.set(membershipId, { membershipId, membershipVersion, ledgerHead });
  }

  private nextVersion(membershipId: string): number {
    const version = (this.versions.get(membershipId) ?? 0) + 1;
    this.versions.set(membershipId, version);
    return version;
  }
}

function received<Body>(body: Body): ReceivedEvent<Body> {
  return {
    id: 'event',
    type: 'any',
    key: 'any',
    businessDate: localDate('2022-07-19'),
    body,
    topic: 'any',
    partition: 0,
    offset: 0n,
  };
}
