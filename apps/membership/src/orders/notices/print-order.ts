import { Injectable } from '@nestjs/common';
import type { GetOrderPdfRequest } from '#libs/contracts';
import { type Asked, NotVisible, requireVisible } from '#libs/identity';
import { Markets } from '../../contract/markets/markets.module.js';
import { lineEffectsOf } from '../domain/line-effect.js';
import { OrderDocument } from './order-document.js';
import { OrderPapers } from './order-papers.pg.js';
import { OrderLedgers } from '../ledger/order-ledgers.pg.js';

/** The bon de commande as a page to print and file (ORD-1), made from the ledger when it is asked for. */
@Injectable()
export class PrintOrder {
  constructor(
    private readonly ledgers: OrderLedgers,
    private readonly papers: OrderPapers,
    private readonly markets: Markets,
    private readonly document: OrderDocument,
  ) {}

  /** Throws NotVisible. */
  async execute({
    membershipId,
    orderId,
    caller,
  }: Asked<GetOrderPdfRequest>): Promise<{ fileName: string; content: Buffer }> {
    const ledger = requireVisible(caller, await this.ledgers.find(membershipId));
    const found = await this.papers.find(membershipId, orderId);
    if (!found) throw new NotVisible();
    const { order, content: _content, ...recorded } = found.recorded;
    const { market } = await this.markets.find(ledger.marketCode);
    const content = await this.document.render({
      ...recorded,
      order,
      market,
      supplier: market.supplier,
      member: found.member,
      effects: lineEffectsOf(found.lines, ledger.items),
      floorScope: ledger.floorScope,
    });
    return { fileName: `bon-de-commande-${found.member.siren}-${order.number}.pdf`, content };
  }
}
