import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { ExportSalesJournalRequestSchema, GetStatementRequestSchema } from '#libs/contracts';
import { shapeOf, validated } from '#libs/http';
import { Clients } from '../clients/clients.module.js';
import { paper, pdf } from '../paper-answer.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import { OwnMembership } from './own-membership.js';

const readers = [
  'member-reader',
  'member-orderer',
  'member-finance',
  'coordinator',
  'supplier',
] as const;
const statementQuery = z.object(shapeOf([GetStatementRequestSchema.field.on], 'query'));

const { field: journal } = ExportSalesJournalRequestSchema;
const journalQuery = z.object(shapeOf([journal.marketCode, journal.year], 'query'));

/** Papers of a member to print and file: an order that was signed, an invoice, the état des engagements (ORD-7). */
@Controller('api')
export class PapersController {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  @AllowPeople(...readers)
  @Get('memberships/:membershipId/orders/:orderId/pdf')
  async order(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Param('orderId') orderId: string,
  ) {
    await this.own.require(visitor, membershipId);
    const { orderLife } = this.clients.of(visitor);
    const { fileName, content } = await orderLife.getOrderPdf({ membershipId, orderId });
    return pdf(fileName, content);
  }

  @AllowPeople(...readers)
  @Get('memberships/:membershipId/statement')
  async statement(
    @CurrentVisitor() visitor: Visitor,
    @Param('membershipId') membershipId: string,
    @Query(validated(statementQuery)) asked: { readonly on?: string },
  ) {
    await this.own.require(visitor, membershipId);
    const { statements } = this.clients.of(visitor);
    const { fileName, pdf: content } = await statements.getStatement({ membershipId, ...asked });
    return pdf(fileName, content);
  }

  @AllowPeople(...readers)
  @Get('invoices/:invoiceId/pdf')
  async invoice(@CurrentVisitor() visitor: Visitor, @Param('invoiceId') invoiceId: string) {
    await this.own.requireInvoice(visitor, invoiceId);
    const { billing } = this.clients.of(visitor);
    const { fileName, content } = await billing.getInvoicePdf({ invoiceId });
    return pdf(fileName, content);
  }

  @AllowPeople(...readers)
  @Get('invoices/:invoiceId/xml')
  async invoiceData(@CurrentVisitor() visitor: Visitor, @Param('invoiceId') invoiceId: string) {
    await this.own.requireInvoice(visitor, invoiceId);
    const { billing } = this.clients.of(visitor);
    const { fileName, content } = await billing.getInvoiceXml({ invoiceId });
    return paper('application/xml', fileName, content);
  }

  @AllowPeople('supplier')
  @Get('billing/sales-journal')
  async salesJournal(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(journalQuery)) asked: z.infer<typeof journalQuery>,
  ) {
    const { billing } = this.clients.of(visitor);
    const { fileName, content } = await billing.exportSalesJournal(asked);
    return paper('text/plain; charset=utf-8', fileName, content);
  }
}
