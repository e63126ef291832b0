import { listInvoices } from './list-invoices.js';
import { people } from './players.js';
import { Papers } from './papers.js';
import type { DemoAct } from './scenario.js';
import { type Stage, StoryBroken } from './stage.js';

type CorrectOrdersAct = Extract<DemoAct, { kind: 'correct-orders' }>;
type MendAct = Extract<DemoAct, { kind: 'mend-invoice' }>;

/** A change of the past that somebody tells late, and what it does to an invoice issued before (ORD-4, BIL-8). */
export class Mendings {
  private readonly papers: Papers;

  constructor(private readonly stage: Stage) {
    this.papers = new Papers(stage);
  }

  /** The coordinator records what member and supplier have agreed on in writing; the same again is the same. */
  async correctOrders({ member: key, agreedOn, lines }: CorrectOrdersAct): Promise<void> {
    const { stage } = this;
    const member = stage.member(key);
    const { membershipId } = await stage.membershipOf(member);
    const itemCode = await stage.itemCode();
    const documentId = await this.papers.deposit({
      ...{ kind: 'CORRECTION_AGREEMENT', title: `Accord de correction, ${member.name}` },
      ...{ datedOn: agreedOn, siren: member.siren, membershipId },
    });
    await stage.services.orderCorrections(people.coordinator).recordCorrection({
      ...{ idempotencyKey: `demo-correction-${member.siren}-${agreedOn}`, membershipId },
      ...{ reason: 'EXECUTION_AGREEMENT', documentId },
      lines: lines.map((line) => ({ ...line, itemCode })),
    });
  }

  /** One person of the supplier's proposes, the other approves what it reads; mended already, it stays. */
  async mendInvoice({ member: key, periodEndsOn, reason }: MendAct): Promise<void> {
    const { services, scenario } = this.stage;
    const { membershipId } = await this.stage.membershipOf(this.stage.member(key));
    const ofPeriod = (await listInvoices(services, membershipId)).filter(
      ({ period }) => period?.endsOn === periodEndsOn,
    );
    if (ofPeriod.some(({ kind }) => kind === 'CREDIT_NOTE')) return;
    const invoiceId = ofPeriod.at(0)?.invoiceId ?? '';
    if (!(await this.toMend(invoiceId))?.proposal) {
      await services
        .invoiceCorrections(people.supplier)
        .proposeCorrection({ invoiceId, reason, idempotencyKey: `demo-mend-${invoiceId}` });
    }
    const proposal = (await this.toMend(invoiceId))?.proposal;
    if (!proposal) throw new StoryBroken(`La facture de ${key} (${scenario.marketCode}) reste.`);
    const { proposalId, digest } = proposal;
    await services.invoiceCorrections(people.secondSupplier).decideCorrection({
      ...{ proposalId, digest, outcome: 'APPROVED' },
      idempotencyKey: `demo-mend-approved-${proposalId}`,
    });
  }

  private async toMend(invoiceId: string) {
    const { marketCode } = this.stage.scenario;
    const { invoices } = await this.stage.services
      .invoiceCorrections(people.secondSupplier)
      .listInvoicesToMend({ marketCode, limit: 200 });
    return invoices.find(({ invoice }) => invoice?.invoiceId === invoiceId);
  }
}
