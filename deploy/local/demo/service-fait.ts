import type { InvoiceSummary } from '#libs/contracts';
import { listInvoices } from './list-invoices.js';
import { people } from './players.js';
import type { DemoAct } from './scenario.js';
import { type Stage, StoryBroken } from './stage.js';

type ServiceFaitAct = Extract<
  DemoAct,
  { kind: 'contest' | 'maintain' | 'withdraw-draft' | 'accept' }
>;
type EngagementAct = Extract<DemoAct, { kind: 'record-engagement' }>;

/** What members say of their drafts and the supplier answers (BIL-9). What was said already is left as it is. */
export class ServiceFait {
  constructor(private readonly stage: Stage) {}

  async say(act: ServiceFaitAct): Promise<void> {
    const ofPeriod = await this.invoicesOf(act);
    const draft = ofPeriod.find(({ status }) => status === 'DRAFT');
    if (isSaid(act.kind, ofPeriod, draft)) return;
    if (!draft) throw new StoryBroken(`${act.member} n’a pas de projet au ${act.periodEndsOn}.`);
    const { invoiceId } = draft;
    const idempotencyKey = `demo-${act.kind}-${invoiceId}`;
    const { services } = this.stage;
    const member = this.stage.member(act.member);
    const finance = services.draftAnswers(people.financeOf(member));
    const supplier = services.draftAnswers(people.supplier);
    switch (act.kind) {
      case 'contest':
        await finance.contestDraft({ invoiceId, reason: act.reason, idempotencyKey });
        return;
      case 'maintain':
        await supplier.maintainDraft({ invoiceId, reason: act.reason, idempotencyKey });
        return;
      case 'withdraw-draft':
        await services
          .billing(people.supplier)
          .withdrawDraft({ invoiceId, reason: act.reason, idempotencyKey });
        return;
      case 'accept':
        await finance.acceptDraft({ invoiceId, idempotencyKey });
        return;
      default:
        act satisfies never;
    }
  }

  /** The member's finance enters the « numéro d'engagement » of the civil year; entered already, it stays. */
  async recordEngagement({ member: key, number, validFrom }: EngagementAct): Promise<void> {
    const { services, scenario } = this.stage;
    const member = this.stage.member(key);
    const organisations = services.organisations(people.financeOf(member));
    const asked = { marketCode: scenario.marketCode, organisationId: `org-${member.siren}` };
    const { file } = await organisations.getOrganisationFile(asked);
    if (file?.chorusPro?.purchaseOrderNumber === number) return;
    const { recipientSiret = '', serviceCode = '', marketNumber = '' } = file?.chorusPro ?? {};
    await organisations.recordChorusPro({
      ...{ ...asked, idempotencyKey: `demo-engagement-${member.siren}-${validFrom}`, validFrom },
      expectedVersion: file?.version ?? 0,
      chorusPro: { recipientSiret, serviceCode, marketNumber, purchaseOrderNumber: number },
    });
  }

  private async invoicesOf({ member, periodEndsOn }: ServiceFaitAct): Promise<InvoiceSummary[]> {
    const { membershipId } = await this.stage.membershipOf(this.stage.member(member));
    const invoices = await listInvoices(this.stage.services, membershipId);
    return invoices.filter(({ period }) => period?.endsOn === periodEndsOn);
  }
}

function isSaid(
  kind: ServiceFaitAct['kind'],
  ofPeriod: readonly InvoiceSummary[],
  draft: InvoiceSummary | undefined,
): boolean {
  const isWithdrawn = ofPeriod.some(({ status }) => status === 'WITHDRAWN');
  const answer = draft?.answer ?? '';
  if (kind === 'contest') return answer !== '' || isWithdrawn;
  if (kind === 'maintain') return answer === 'MAINTAINED';
  if (kind === 'withdraw-draft') return isWithdrawn;
  return draft === undefined || answer === 'ACCEPTED';
}
