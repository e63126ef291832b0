import { Controller } from '@nestjs/common';
import {
  type CheckLedgersRequest,
  type GetQuantitiesRequest,
  type ListLedgerHeadsRequest,
  type ListOrdersRequest,
  MembershipService,
  plain,
  type PreviewOrderRequest,
  type SignOrderRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import { type Caller, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { CheckLedgers } from './check-ledgers.js';
import { violationInFrench } from '../domain/ledger-violation.js';
import { ViewLedger } from './view-ledger.js';
import { OrderLedgers } from './order-ledgers.pg.js';
import { toOrderMessage, toRecordedOrderMessage } from './order-message.js';
import { fromLines, requiredKey, toPreviewResponse, toQuantitiesResponse } from './orders.dto.js';
import { PreviewOrder } from './preview-order.js';
import { SignOrder } from './sign-order.js';

@Controller()
export class OrdersRpc {
  constructor(
    private readonly signOrderUseCase: SignOrder,
    private readonly previewOrderUseCase: PreviewOrder,
    private readonly view: ViewLedger,
    private readonly ledgers: OrderLedgers,
    private readonly checkLedgersUseCase: CheckLedgers,
  ) {}

  @Answers(MembershipService.method.signOrder)
  async signOrder(request: SignOrderRequest, caller: Caller) {
    const { order, ledgerHead, warnings } = await this.signOrderUseCase.execute({
      ...plain(request),
      idempotencyKey: requiredKey(request.idempotencyKey),
      lines: fromLines(request.lines),
      caller,
    });
    // What was answered before there were warnings is kept without them.
    return { order: toOrderMessage(order), ledgerHead, warnings: [...(warnings ?? [])] };
  }

  @Answers(MembershipService.method.previewOrder)
  async previewOrder(request: PreviewOrderRequest, caller: Caller) {
    const asked = { ...plain(request), lines: fromLines(request.lines), caller };
    return toPreviewResponse(await this.previewOrderUseCase.execute(asked));
  }

  @Answers(MembershipService.method.listOrders)
  async listOrders({ membershipId, ...page }: ListOrdersRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['integer'],
      (part) => this.view.orders({ membershipId, ...part, caller }),
      ({ order }) => [order.ledgerPosition],
    );
    return { orders: rows.map(toRecordedOrderMessage), nextCursor };
  }

  @Answers(MembershipService.method.getQuantities)
  async getQuantities({ membershipId }: GetQuantitiesRequest, caller: Caller) {
    return toQuantitiesResponse(await this.view.quantities({ membershipId, caller }));
  }

  @Answers(MembershipService.method.listLedgerHeads)
  async listLedgerHeads({ marketCode }: ListLedgerHeadsRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    const heads = await this.ledgers.headsOf(marketCode);
    return {
      heads: heads.map(({ version, ...head }) => ({ ...head, membershipVersion: version })),
    };
  }

  @Answers(MembershipService.method.checkLedgers)
  async checkLedgers({ marketCode, membershipId }: CheckLedgersRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    const only = membershipId === '' ? undefined : membershipId;
    const { violations, ...checked } = await this.checkLedgersUseCase.execute(marketCode, only);
    return { ...checked, violations: violations.map(violationInFrench) };
  }
}
