import { Injectable } from '@nestjs/common';
import { Circuits } from '../document/circuits.js';
import { ciiXml } from '../document/cii-xml.js';
import { attachmentsOf } from '../document/factur-x.js';
import { writtenFaults } from '../document/written-faults.js';
import { eInvoiceOf } from '../domain/e-invoice.js';
import { refusalsOf } from '../domain/e-invoice-refusals.js';
import type { FinalisedInvoice } from '../domain/invoice.js';
import type { Refusal } from '../domain/refusal.js';
import { floorRefusals } from '../drafts/draft-standing.js';
import type { Basis } from '../drafts/pricing-basis.js';
import { EInvoiceRefused } from './numbering-problems.js';
import { PaperPrinter } from '../printing/paper-printer.js';

/** The documents of an invoice, as they are sent and kept: a Factur-X, and the XML that lies in it (BIL-6). */
export type IssuedPaper = { readonly pdf: Buffer; readonly xml: Buffer };

/** Looks for what would have an invoice refused, before anything is drawn, and draws what is issued. */
@Injectable()
export class IssuePaper {
  constructor(
    private readonly circuits: Circuits,
    private readonly printer: PaperPrinter,
  ) {}

  /** `known`: what it is priced from now, for the floor; left out where it is asked later. Throws EInvoiceRefused. */
  xmlOf(invoice: FinalisedInvoice, known?: Basis): Buffer {
    const terms = this.termsOf(invoice);
    refuse([...refusalsOf(terms), ...(known ? floorRefusals(invoice, known) : [])]);
    const xml = ciiXml(terms);
    refuse(writtenFaults(xml.toString(), terms.circuit, attachmentsOf(invoice, xml)));
    return xml;
  }

  /** With the XML that was asked for before. */
  async drawn(invoice: FinalisedInvoice, xml: Buffer): Promise<IssuedPaper> {
    return { xml, pdf: await this.printer.pdf(invoice, xml) };
  }

  private termsOf(invoice: FinalisedInvoice) {
    return eInvoiceOf(invoice, this.circuits.on(invoice.seller.siret, invoice.issuedOn));
  }
}

function refuse(refusals: readonly Refusal[]): void {
  if (refusals.length > 0) throw new EInvoiceRefused(refusals);
}
