import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import { MembershipOwners } from '../clients/membership-owners.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';

/** The paper of an order that was signed (ORD-1). */
@Controller('api/memberships/:membershipId/orders')
export class OrderPapersController {
  constructor(
    private readonly owners: MembershipOwners,
    private readonly clients: Clients,
  ) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get(':orderId/pdf')
  @Header('cache-control', 'no-store')
  async pdf(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('orderId') orderId: string,
  ) {
    await this.owners.require(visitor, membershipId);
    const { fileName, content } = await this.clients
      .of(visitor)
      .orderLife.getOrderPdf({ membershipId, orderId });
    const safeName = fileName.replace(/[^\w.-]/g, '_');
    return new StreamableFile(content, {
      type: 'application/pdf',
      disposition: `attachment; filename="${safeName}"`,
    });
  }
}
