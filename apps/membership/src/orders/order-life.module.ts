import { Module } from '@nestjs/common';
import { MarketsModule } from '../contract/markets/markets.module.js';
import { AcknowledgeOrder } from './acknowledge-order.js';
import { CancelDraft } from './cancel-draft.js';
import { ChangeDraft } from './change-draft.js';
import { DraftOverQuota } from './draft-over-quota.js';
import { PgDraftReader } from './drafts.pg-reader.js';
import { PgDrafts } from './drafts.pg-repository.js';
import { DraftReader } from './drafts.reader.js';
import { Drafts } from './drafts.repository.js';
import { DraftsRpc } from './drafts.rpc.js';
import { ListOrdersToAcknowledge } from './list-orders-to-acknowledge.js';
import { LockDraft } from './lock-draft.js';
import { OrderDocument } from './order-document.js';
import { PdfOrderDocument } from './order-document.pdf-renderer.js';
import { PgOrderNotices } from './order-notices.pg-repository.js';
import { OrderNotices } from './order-notices.repository.js';
import { OrderNoticesRpc } from './order-notices.rpc.js';
import { PgOrderPapers } from './order-papers.pg-reader.js';
import { OrderPapers } from './order-papers.reader.js';
import { OrdersModule } from './orders.module.js';
import { PrepareDraft } from './prepare-draft.js';
import { PrintOrder } from './print-order.js';
import { SeatsConsumer } from './seats.consumer.js';
import { SignDraft } from './sign-draft.js';
import { ViewDrafts } from './view-drafts.js';

/** An order before and after its signature: drafts, notices, paper (ORD-1, PRV-2). */
@Module({
  imports: [MarketsModule, OrdersModule],
  controllers: [DraftsRpc, OrderNoticesRpc, SeatsConsumer],
  providers: [
    { provide: DraftReader, useClass: PgDraftReader },
    { provide: Drafts, useClass: PgDrafts },
    { provide: OrderDocument, useClass: PdfOrderDocument },
    { provide: OrderNotices, useClass: PgOrderNotices },
    { provide: OrderPapers, useClass: PgOrderPapers },
    AcknowledgeOrder,
    CancelDraft,
    ChangeDraft,
    DraftOverQuota,
    ListOrdersToAcknowledge,
    LockDraft,
    PrepareDraft,
    PrintOrder,
    SignDraft,
    ViewDrafts,
  ],
})
export class OrderLifeModule {}
