import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { AcknowledgeOrder } from '../../../apps/membership/src/orders/notices/acknowledge-order.js';
import { CancelDraft } from '../../../apps/membership/src/orders/drafts/cancel-draft.js';
import { ChangeDraft } from '../../../apps/membership/src/orders/drafts/change-draft.js';
import type { OrderLine } from '../../../apps/membership/src/orders/domain/order.js';
import { DraftOverQuota } from '../../../apps/membership/src/orders/drafts/draft-over-quota.js';
import { Drafts } from '../../../apps/membership/src/orders/drafts/drafts.pg.js';
import { ListOrdersToAcknowledge } from '../../../apps/membership/src/orders/notices/list-orders-to-acknowledge.js';
import { OrderDocument } from '../../../apps/membership/src/orders/notices/order-document.js';
import { OrderNotices } from '../../../apps/membership/src/orders/notices/order-notices.pg.js';
import { PrepareDraft } from '../../../apps/membership/src/orders/drafts/prepare-draft.js';
import { PrintOrder } from '../../../apps/membership/src/orders/notices/print-order.js';
import { SeatsConsumer } from '../../../apps/membership/src/orders/drafts/seats.consumer.js';
import { SignDraft } from '../../../apps/membership/src/orders/drafts/sign-draft.js';
import { ViewDrafts } from '../../../apps/membership/src/orders/drafts/view-drafts.js';
import { type SeatsAllotted, SeatsAllottedSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { BatchContext, type ReceivedEvent } from '#libs/messaging';
import { localDate } from '#libs/time';
import { ancenis, itemCode, type MembershipWorld, ordererOf } from './membership-world.js';

/** Accounts more or fewer of an item, from a day on. */
export const aLine = (delta: number, effectiveFrom: string, of = itemCode): OrderLine => ({
  itemCode: of,
  effectiveFrom: localDate(effectiveFrom),
  delta,
});

/** Orders before and after their signature, over the world of membership. */
export class OrderLifeWorld {
  readonly drafts: Drafts;

  constructor(readonly world: MembershipWorld) {
    this.drafts = new Drafts(world.database, world.ledgers);
  }

  get view() {
    const { ledgers, businessDate } = this.world;
    return new ViewDrafts(ledgers, this.drafts, businessDate);
  }
  get acknowledge() {
    return new AcknowledgeOrder(this.world.commands, this.notices);
  }
  get toAcknowledge() {
    return new ListOrdersToAcknowledge(this.notices);
  }
  get print() {
    const { ledgers, markets } = this.world;
    return new PrintOrder(ledgers, this.notices, markets, new OrderDocument());
  }
  private get notices() {
    return new OrderNotices(this.world.database);
  }

  prepare(
    membershipId: string,
    lines: readonly OrderLine[],
    { key = randomUUID(), caller = ordererOf(ancenis.siren), note = '' } = {},
  ) {
    const { commands, ledgers } = this.world;
    return new PrepareDraft(commands, ledgers, this.drafts).execute({
      idempotencyKey: key,
      membershipId,
      lines,
      note,
      caller,
    });
  }

  change(
    membershipId: string,
    draftId: string,
    expectedVersion: number,
    lines: readonly OrderLine[],
    caller: Caller = ordererOf(ancenis.siren),
  ) {
    return new ChangeDraft(this.world.commands, this.drafts).execute({
      membershipId,
      draftId,
      expectedVersion,
      lines,
      note: '',
      caller,
    });
  }

  cancel(
    membershipId: string,
    draftId: string,
    expectedVersion: number,
    caller: Caller = ordererOf(ancenis.siren),
  ) {
    return new CancelDraft(this.world.commands, this.drafts).execute({
      membershipId,
      draftId,
      expectedVersion,
      caller,
    });
  }

  sign(
    membershipId: string,
    draftId: string,
    expectedVersion: number,
    {
      key = randomUUID(),
      caller = ordererOf(ancenis.siren),
      confirmedSeatsLost = 0,
    }: { key?: string; caller?: Caller; confirmedSeatsLost?: number } = {},
  ) {
    const { signOrder, businessDate } = this.world;
    return new SignDraft(signOrder, this.drafts, businessDate).execute({
      idempotencyKey: key,
      membershipId,
      draftId,
      expectedVersion,
      confirmedSeatsLost,
      caller,
    });
  }

  /** Provisioning tells seats, as the consumer gets them: one batch. */
  async tellSeats(
    ...told: readonly {
      membershipId: string;
      itemCode?: string;
      waiting: number;
      tolerated?: number;
    }[]
  ): Promise<void> {
    const events = told.map(
      ({ membershipId, itemCode: of = itemCode, waiting, tolerated = 0 }) => ({
        key: membershipId,
        body: create(SeatsAllottedSchema, {
          membershipId,
          itemCode: of,
          waiting,
          tolerated,
        }),
      }),
    ) as unknown as ReceivedEvent<SeatsAllotted>[];
    const { unitOfWork, ledgers, businessDate } = this.world;
    const consumer = new SeatsConsumer(new DraftOverQuota(ledgers, this.drafts, businessDate));
    await unitOfWork.run((tx) => consumer.onSeatsAllotted(events, new BatchContext(tx)));
  }
}
