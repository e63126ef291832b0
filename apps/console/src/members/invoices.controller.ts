import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { OwnMembership } from './own-membership.js';

@Controller('api/invoices')
export class InvoicesController {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get(':invoiceId/pdf')
  @Header('cache-control', 'no-store')
  async pdf(@CurrentVisitor() visitor: Visitor, @Param('invoiceId') invoiceId: string) {
    await this.own.requireInvoice(visitor, invoiceId);
    const { billing } = this.clients.of(visitor);
    const { fileName, content } = await billing.getInvoicePdf({ invoiceId });
    const safeName = fileName.replace(/[^\w.-]/g, '_');
    return new StreamableFile(content, {
      type: 'application/pdf',
      disposition: `attachment; filename="${safeName}"`,
    });
  }
}
