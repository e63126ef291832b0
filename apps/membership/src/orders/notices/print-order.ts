import { Injectable } from '@nestjs/common';
import type { GetOrderPdfRequest } from '#libs/contracts';
import { type Asked, NotVisible, requireVisible } from '#libs/identity';
import { Markets } from '../../contract/markets/markets.module.js';
import { lineEffectsOf } from '../domain/line-effect.js';
import { OrderDocument } from './order-document.js';
import { OrderNotices } from './order-notices.pg.js';
import { OrderLedgers } from '../ledger/order-ledgers.pg.js';

/** The bon de commande as a page to print and file (ORD-1), made from the ledger when it is asked for. */
@Injectable()
export class PrintOrder {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly notices: OrderNotices,
    private readonly markets: Markets,
    private readonly document: OrderDocument,
  ) {}

  /** Throws NotVisible. */
  async execute(asked: Asked<GetOrderPdfRequest>): Promise<{ fileName: string; content: Buffer }> {
    const { membershipId, orderId, caller } = asked;
    const ledger = requireVisible(caller, await this.ledgers.find(membershipId));
    const found = await this.notices.paperOf(membershipId, orderId);
    if (!found) throw new NotVisible();
    const { recorded, member, lines } = found;
    const { market } = await this.markets.find(ledger.marketCode);
    const content = await this.document.render({
      ...{ ...recorded, member, market, supplier: market.supplier },
      effects: lineEffectsOf(lines, ledger.items),
      floorScope: ledger.floorScope,
    });
    return { fileName: `bon-de-commande-${member.siren}-${recorded.order.number}.pdf`, content };
  }
}
