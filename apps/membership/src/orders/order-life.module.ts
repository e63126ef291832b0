import { Module } from '@nestjs/common';
import { MarketsModule } from '../contract/markets/markets.module.js';
import { AcknowledgeOrder } from './notices/acknowledge-order.js';
import { CancelDraft } from './drafts/cancel-draft.js';
import { ChangeDraft } from './drafts/change-draft.js';
import { DraftOverQuota } from './drafts/draft-over-quota.js';
import { Drafts } from './drafts/drafts.pg.js';
import { DraftsRpc } from './drafts/drafts.rpc.js';
import { ListOrdersToAcknowledge } from './notices/list-orders-to-acknowledge.js';
import { OrderDocument } from './notices/order-document.js';
import { OrderNotices } from './notices/order-notices.pg.js';
import { OrderNoticesRpc } from './notices/order-notices.rpc.js';
import { OrdersModule } from './ledger/orders.module.js';
import { PrepareDraft } from './drafts/prepare-draft.js';
import { PrintOrder } from './notices/print-order.js';
import { SeatsConsumer } from './drafts/seats.consumer.js';
import { SignDraft } from './drafts/sign-draft.js';
import { ViewDrafts } from './drafts/view-drafts.js';

/** An order before and after its signature: drafts, notices, paper (ORD-1, PRV-2). */
@Module({
  imports: [MarketsModule, OrdersModule],
  controllers: [DraftsRpc, OrderNoticesRpc, SeatsConsumer],
  providers: [
    OrderDocument,
    AcknowledgeOrder,
    CancelDraft,
    ChangeDraft,
    DraftOverQuota,
    Drafts,
    ListOrdersToAcknowledge,
    OrderNotices,
    PrepareDraft,
    PrintOrder,
    SignDraft,
    ViewDrafts,
  ],
})
export class OrderLifeModule {}
