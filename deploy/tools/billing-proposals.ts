import { BillingProposalService, type PriceEffect, type Proposal } from '#libs/contracts';
import { formatIban } from '#libs/identifiers';
import { formatEuros, formatUnitPrice, plural } from '#libs/money';
import { addDays, frenchDate, frenchPeriod, localDate } from '#libs/time';
import { askService } from './ent/ask.js';
import { type Given, status } from './ent/command.js';

/** `billing proposals MARKET [--open]`. */
export async function listProposals(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const openOnly = given.isSet('open');
  const answer = await askService('billing', BillingProposalService, given, (client) =>
    client.listProposals({ marketCode, openOnly, limit: 200 }),
  );
  return {
    status: status.ok,
    json: answer,
    lines:
      answer.proposals.length === 0
        ? ['Aucune proposition de prix ni de compte.']
        : answer.proposals.map(
            (one) => `  ${one.proposalId}  ${subjectOf(one)}, ${stateInWords(one)}`,
          ),
  };
}

/** `billing prices MARKET`: what was agreed on, as it holds. */
export async function showAgreements(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const answer = await askService('billing', BillingProposalService, given, (client) =>
    client.getAgreements({ marketCode }),
  );
  const inForce = ({ isInForce }: { isInForce: boolean }) => (isInForce ? ', en vigueur' : '');
  const prices = answer.prices.map((price) => {
    const start = localDate(price.period?.startsOn ?? '');
    const days = frenchPeriod({ start, end: localDate(price.period?.endsOn ?? '') });
    const amount = formatUnitPrice(BigInt(price.unitPriceTenThousandths));
    return `  ${price.label}, ${days} : ${amount} HT, TVA ${price.vatBasisPoints / 100} %${inForce(price)}`;
  });
  const accounts = answer.accounts.map(
    (one) =>
      `  ${formatIban(one.iban)} à partir du ${frenchDate(localDate(one.effectiveFrom))}${inForce(one)}`,
  );
  return {
    status: status.ok,
    json: answer,
    lines: [
      ...(prices.length === 0 ? ['Aucun prix n’est approuvé pour ce marché.'] : prices),
      ...(accounts.length === 0 ? ['Aucun compte bancaire n’est approuvé.'] : accounts),
    ],
  };
}

/** An operator looks: the two persons are the supplier and a coordinator. */
export async function showProposal(given: Given) {
  const proposalId = given.operands[0] ?? '';
  const answer = await askService('billing', BillingProposalService, given, (client) =>
    client.getProposal({ proposalId }),
  );
  const { proposal } = answer;
  if (!proposal) throw new RangeError('A proposal without content');
  const { prices, account, revision, effects } = proposal;
  return {
    status: status.ok,
    json: answer,
    lines: [
      `${subjectOf(proposal)}, ${stateInWords(proposal)}.`,
      `  Pièce ${proposal.documentId}, SHA-256 ${proposal.documentSha256}.`,
      ...prices.map(
        ({ label, effectiveFrom, unitPriceTenThousandths: price, before }) =>
          `  ${label} à partir du ${frenchDate(localDate(effectiveFrom))} : ${formatUnitPrice(BigInt(price))} HT${before ? `, avant ${formatUnitPrice(BigInt(before.unitPriceTenThousandths))}` : ', sans prix avant'}`,
      ),
      ...effects.map(effectInWords),
      ...(revision?.revision
        ? [
            `  Révision par formule, coefficient ${revision.factor}, part fixe ${revision.revision.constant} : ${revision.revision.terms
              .map(
                ({ index, coefficient, base, current }) =>
                  `${index} ${coefficient} × ${current?.value ?? ''} (${current?.on ?? ''}) ÷ ${base?.value ?? ''} (${base?.on ?? ''})`,
              )
              .join(' ; ')}`,
          ]
        : []),
      ...(account
        ? [
            `  ${formatIban(account.iban)} à partir du ${frenchDate(localDate(account.effectiveFrom))}, avant : ${account.ibanBefore === '' ? 'aucun' : formatIban(account.ibanBefore)}`,
          ]
        : []),
    ],
  };
}

/** All members together (BIL-2); the page names each. */
function effectInWords({ period, members, before, after }: PriceEffect): string {
  const whom = `Du ${frenchDate(localDate(period?.startsOn ?? ''))} au ${frenchDate(addDays(localDate(period?.endsOn ?? ''), -1))}, ${plural(members, 'membre', 'membres')}`;
  if (!after) return `  ${whom} : un prix manque encore.`;
  const was = before ? `au lieu de ${formatEuros(before.totalCents)}` : 'jusque-là sans prix';
  return `  ${whom} : ${formatEuros(after.totalCents)} TTC, ${was}, à commandes inchangées.`;
}

const subjectOf = ({ kind, proposedOn }: Proposal): string =>
  `${kind === 'PRICES' ? 'Prix' : 'Compte bancaire'} proposé${kind === 'PRICES' ? 's' : ''} le ${frenchDate(localDate(proposedOn))}`;

function stateInWords({ state, expiresOn, decidedOn, reason }: Proposal): string {
  if (state === 'OPEN') return `à vérifier avant le ${frenchDate(localDate(expiresOn))}`;
  if (state === 'EXPIRED') return `sans décision avant le ${frenchDate(localDate(expiresOn))}`;
  const words = { APPROVED: 'approbation', REJECTED: 'rejet', WITHDRAWN: 'retrait' };
  const word = words[state as keyof typeof words];
  return `${word} le ${frenchDate(localDate(decidedOn))}${reason === '' ? '' : ` : ${reason}`}`;
}
