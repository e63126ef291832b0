import { Sheet } from '#libs/pdf';
import { frenchDate, localDate } from '#libs/time';
import { people } from './players.js';
import type { PriceRevision } from './price-revisions.js';
import type { Services } from './services.js';

/** What the supplier proposes and the coordinator approves. Each may be done again and changes nothing then. */
export class Agreements {
  constructor(
    private readonly services: Services,
    private readonly marketCode: string,
  ) {}

  /** The prices of a BPU in CSV, with the paper that they are verified against. */
  async prices(content: Uint8Array, datedOn: string): Promise<void> {
    const documentId = await this.deposit('BPU', 'Bordereau des prix unitaires', datedOn);
    const asked = { marketCode: this.marketCode, content, documentId };
    const idempotencyKey = `demo-prices-${this.marketCode}`;
    const { proposalId } = await this.services
      .proposals(people.supplier)
      .proposePrices({ ...asked, idempotencyKey });
    if (proposalId !== '') await this.approve(proposalId);
  }

  /** What the market's formula makes of a price, with the revised BPU. */
  async revision({ index, coefficient, base, current, ...clause }: PriceRevision): Promise<void> {
    const { marketCode } = this;
    const documentId = await this.deposit('BPU', 'Bordereau des prix révisés', current.on);
    const source = 'Publication fictive de la démonstration';
    const term = { index, coefficient, base: { ...base, source }, current: { ...current, source } };
    const { proposalId } = await this.services.proposals(people.supplier).proposePriceRevision({
      ...{ marketCode, documentId, revision: { ...clause, terms: [term], roundsFactor: true } },
      idempotencyKey: `demo-revision-${marketCode}-${clause.effectiveFrom}`,
    });
    await this.approve(proposalId);
  }

  /** The account that members pay to, with its RIB. */
  async account(iban: string, effectiveFrom: string, datedOn: string): Promise<void> {
    const documentId = await this.deposit('RIB', `RIB du titulaire : ${iban}`, datedOn);
    const { proposal } = await this.services.proposals(people.supplier).proposeSupplierAccount({
      ...{ marketCode: this.marketCode, iban, effectiveFrom, documentId },
      idempotencyKey: `demo-account-${this.marketCode}`,
    });
    await this.approve(proposal?.proposalId ?? '');
  }

  private async approve(proposalId: string): Promise<void> {
    const coordinator = this.services.proposals(people.coordinator);
    const { proposal } = await coordinator.getProposal({ proposalId });
    const digest = proposal?.digest ?? '';
    await coordinator.approveProposal({ proposalId, digest, idempotencyKey: `demo-${proposalId}` });
  }

  /** The same bytes under the same key each time: again, it gives the same document. */
  private async deposit(kind: 'BPU' | 'RIB', title: string, datedOn: string): Promise<string> {
    const { marketCode } = this;
    const date = new Date(`${datedOn}T12:00Z`);
    const sheet = new Sheet({ title, author: 'Démonstration', date });
    sheet.paragraph(title, { bold: true, size: 16 });
    sheet.paragraph(`Pièce de démonstration du ${frenchDate(localDate(datedOn))}.`);
    const { document } = await this.services.documents(people.supplier).uploadDocument({
      ...{
        idempotencyKey: `demo-${marketCode}-${kind}-${datedOn}`,
        owner: { marketCode },
        kind,
        title,
      },
      ...{ fileName: `${kind.toLowerCase()}.pdf`, datedOn, content: await sheet.finish(title) },
    });
    return document!.documentId;
  }
}
