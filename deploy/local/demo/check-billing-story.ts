import type { InvoiceSummary } from '#libs/contracts';
import { plural } from '#libs/money';
import type { LocalDate } from '#libs/time';
import { problemsOr } from './checks.js';
import type { Check } from './figures.js';
import { listInvoices } from './list-invoices.js';
import { people } from './players.js';
import { revisionsTold, type YearPrice } from './price-revisions.js';
import type { DemoAct, DemoScenario } from './scenario.js';
import type { Services } from './services.js';

type OfKind<Kind extends DemoAct['kind']> = DemoAct & { readonly kind: Kind };
type Draft = { readonly member: string; readonly periodEndsOn: LocalDate };
type Asked = {
  readonly scenario: Pick<DemoScenario, 'days' | 'marketCode'>;
  readonly services: Services;
  /** Its id, by the member's key. */
  readonly membershipOf: (member: string) => Promise<string>;
  /** As a second calculation has them. */
  readonly prices: readonly YearPrice[];
};

/**
 * What the story did to its drafts, invoices and prices has come to what it had to: who contested has an answer and an
 * invoice, what was wrong is credited whole and replaced, a revision is in force as a second calculation has it, on the
 * word of two persons (BIL-2, BIL-8, BIL-9).
 */
export async function checkBillingStory(asked: Asked): Promise<Check> {
  const acts = asked.scenario.days.flatMap(({ acts: ofDay }) => ofDay);
  const ofKind = <Kind extends DemoAct['kind']>(kind: Kind) =>
    acts.filter((act): act is OfKind<Kind> => act.kind === kind);
  const faults: string[] = [];
  const told: string[] = [];
  const answered = { MAINTAINED: 0, REPLACED: 0 };
  for (const contest of ofKind('contest')) {
    const isWithdrawn = ofKind('withdraw-draft').some((act) => isSame(act, contest));
    const documents = await documentsOf(asked, contest);
    if (isWithdrawn ? hasReplaced(documents) : hasAnswer(documents, 'MAINTAINED'))
      answered[isWithdrawn ? 'REPLACED' : 'MAINTAINED'] += 1;
    else faults.push(`${contest.member} au ${contest.periodEndsOn} : contestation sans suite`);
  }
  told.push(
    `${plural(answered.MAINTAINED, 'projet contesté et maintenu', 'projets contestés et maintenus')}, ` +
      `${plural(answered.REPLACED, 'contesté, refait et accepté', 'contestés, refaits et acceptés')}`,
  );
  for (const mended of ofKind('mend-invoice')) {
    const said = mendedBy(await documentsOf(asked, mended));
    if (said === undefined)
      faults.push(`${mended.member} au ${mended.periodEndsOn} : non corrigée`);
    else told.push(said);
  }
  for (const { effectiveFrom } of ofKind('revise-prices')) {
    if (!(await isInForce(asked, effectiveFrom))) faults.push(`prix au ${effectiveFrom}`);
  }
  const revisions = revisionsTold(asked.prices);
  if (revisions !== '') told.push(`prix révisé ${revisions}`);
  return {
    name: 'billing-story',
    title:
      'Contestations tranchées, facture erronée créditée et remplacée, révision à deux personnes',
    holds: faults.length === 0,
    detail: problemsOr(faults, told.join(' ; ')),
  };
}

const isSame = (one: Draft, other: Draft): boolean =>
  one.member === other.member && one.periodEndsOn === other.periodEndsOn;

async function documentsOf(
  { services, membershipOf }: Asked,
  { member, periodEndsOn }: Draft,
): Promise<InvoiceSummary[]> {
  const all = await listInvoices(services, await membershipOf(member));
  return all.filter(({ period }) => period?.endsOn === periodEndsOn);
}

const hasAnswer = (documents: readonly InvoiceSummary[], answer: string): boolean =>
  documents.some((one) => one.status === 'FINALISED' && one.answer === answer);

/** Withdrawn for another, which was accepted and issued. */
const hasReplaced = (documents: readonly InvoiceSummary[]): boolean =>
  documents.some(
    ({ status, replacedBy }) =>
      status === 'WITHDRAWN' &&
      documents.some(
        (one) =>
          one.invoiceId === replacedBy && one.status === 'FINALISED' && one.answer === 'ACCEPTED',
      ),
  );

/** One invoice, credited whole by one note that quotes it, and one in its place; what it says of them. */
function mendedBy(documents: readonly InvoiceSummary[]): string | undefined {
  const issued = documents.filter(({ status }) => status === 'FINALISED');
  const [first, ...others] = issued.filter(({ correctsNumber }) => correctsNumber === '');
  const correcting = issued.filter(({ correctsNumber }) => correctsNumber !== '');
  const credit = correcting.find(({ kind }) => kind === 'CREDIT_NOTE');
  const anew = correcting.find(({ kind }) => kind === 'INVOICE');
  const holds =
    others.length === 0 &&
    correcting.length === 2 &&
    correcting.every(({ correctsNumber }) => correctsNumber === first?.number) &&
    first?.settlement === 'CREDITED' &&
    credit?.netCents === first.netCents &&
    credit.vatCents === first.vatCents &&
    anew?.revision === first.revision + 1;
  return holds
    ? `${first.number} créditée par ${credit.number} et remplacée par ${anew.number}`
    : undefined;
}

/** The clause's own result, as it was kept when a coordinator approved what the supplier had proposed. */
async function isInForce(
  { services, scenario, prices }: Asked,
  effectiveFrom: LocalDate,
): Promise<boolean> {
  const { marketCode } = scenario;
  const coordinator = services.proposals(people.coordinator);
  const { proposals } = await coordinator.listProposals({ marketCode, limit: 200 });
  const expected = prices.find(({ from }) => from === effectiveFrom)?.tenThousandths;
  for (const { proposalId, state, kind } of proposals) {
    if (state !== 'APPROVED' || kind !== 'PRICES') continue;
    const { proposal } = await coordinator.getProposal({ proposalId });
    const isOfClause = proposal?.revision?.revision?.effectiveFrom === effectiveFrom;
    const [price, ...more] = proposal?.prices ?? [];
    if (isOfClause && more.length === 0)
      return (
        price?.effectiveFrom === effectiveFrom && BigInt(price.unitPriceTenThousandths) === expected
      );
  }
  return false;
}
