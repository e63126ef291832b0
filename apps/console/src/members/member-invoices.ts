import { Injectable } from '@nestjs/common';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import { toExplanation, toInvoice, toInvoiceSummary } from './members.mapping.js';
import type { PageQuery } from './members.dto.js';
import { OwnMembership } from './own-membership.js';

/** Invoices of one member, with the reason of every cent (BIL-7). */
@Injectable()
export class MemberInvoices {
  constructor(
    private readonly own: OwnMembership,
    private readonly clients: Clients,
  ) {}

  async list(visitor: Visitor, membershipId: string, page: PageQuery) {
    const { marketCode, organisation } = await this.own.membership(visitor, membershipId);
    const answer = await this.clients.of(visitor).billing.listInvoices({
      membershipId,
      marketCode,
      page,
    });
    return {
      // Whoever sees every member must know whose invoices these are.
      memberName: organisation?.name ?? '',
      invoices: answer.invoices.map(toInvoiceSummary),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }

  async show(visitor: Visitor, invoiceId: string) {
    return toInvoice(await this.own.invoice(visitor, invoiceId));
  }

  async explain(visitor: Visitor, invoiceId: string) {
    await this.own.invoice(visitor, invoiceId);
    const { lines } = await this.clients.of(visitor).billing.explainInvoice({ invoiceId });
    return { lines: lines.map(toExplanation) };
  }

  async pdf(
    visitor: Visitor,
    invoiceId: string,
  ): Promise<{ fileName: string; content: Uint8Array }> {
    await this.own.invoice(visitor, invoiceId);
    return this.clients.of(visitor).billing.getInvoicePdf({ invoiceId });
  }
}
