import { Controller, Get, Header, Param, StreamableFile } from '@nestjs/common';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { MemberInvoices } from './member-invoices.js';

@Controller('api/invoices')
export class InvoicesController {
  constructor(private readonly memberInvoices: MemberInvoices) {}

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get(':invoiceId')
  show(@CurrentVisitor() visitor: Visitor, @Param('invoiceId') invoiceId: string) {
    return this.memberInvoices.show(visitor, invoiceId);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get(':invoiceId/explanation')
  explanation(@CurrentVisitor() visitor: Visitor, @Param('invoiceId') invoiceId: string) {
    return this.memberInvoices.explain(visitor, invoiceId);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get(':invoiceId/pdf')
  @Header('cache-control', 'no-store')
  async pdf(@CurrentVisitor() visitor: Visitor, @Param('invoiceId') invoiceId: string) {
    const { fileName, content } = await this.memberInvoices.pdf(visitor, invoiceId);
    const safeName = fileName.replace(/[^\w.-]/g, '_');
    return new StreamableFile(content, {
      type: 'application/pdf',
      disposition: `attachment; filename="${safeName}"`,
    });
  }
}
