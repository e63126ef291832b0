import { randomUUID } from 'node:crypto';
import {
  BillingService,
  DraftAnswerService,
  type GetBillingRunResponse,
  type InvoiceSummary,
} from '#libs/contracts';
import { formatEuros, plural } from '#libs/money';
import { frenchDate, localDate } from '#libs/time';
import { followRun } from '../local/demo/bill-period.js';
import { listInvoicesToMend, settleInvoice } from './billing-corrections.js';
import { periodEndOf, previewBilling } from './billing-preview.js';
import {
  checkInvoices,
  listTerms,
  listYearEnds,
  saveJournal,
  savePaper,
} from './billing-papers.js';
import { explainInvoice, listInvoices, replayInvoice, showTotals } from './billing-invoices.js';
import { listProposals, showAgreements, showProposal } from './billing-proposals.js';
import { askService } from './ent/ask.js';
import { type Given, runVerb, status, UsageError } from './ent/command.js';

export const usage =
  'prices MARCHÉ  |  proposals MARCHÉ [--open]  |  proposal PROPOSITION  |  preview MARCHÉ --period-ends-on AAAA-MM-JJ  |  run MARCHÉ --period-ends-on AAAA-MM-JJ  |  show FACTURATION  |  invoices MARCHÉ [--member ADHÉSION] [--state ÉTAT] [--period-ends-on AAAA-MM-JJ]  |  totals MARCHÉ  |  explain FACTURE  |  replay FACTURE  |  again FACTURATION ADHÉSION  |  failures MARCHÉ  |  retry FACTURE  |  withdraw PROJET --reason MOTIF  |  to-settle MARCHÉ  |  maintain PROJET --reason MOTIF  |  check MARCHÉ  |  journal MARCHÉ --year ANNÉE --out FICHIER  |  paper FACTURE --out FICHIER  |  year-end MARCHÉ --year ANNÉE  |  terms MARCHÉ [--on AAAA-MM-JJ] [--lacking]  |  to-mend MARCHÉ  |  settle FACTURE --paid AAAA-MM-JJ|--rejected AAAA-MM-JJ --reason MOTIF   prix et compte proposés, projets de facture, numérotations en échec (BIL-2, BIL-5, BIL-9)';

/** `billing prices MARKET`, `billing proposals MARKET [--open]`, `billing proposal ID`, `billing preview MARKET --period-ends-on D`, `billing run MARKET --period-ends-on D`, `billing show RUN`, `billing invoices MARKET [--member ID] [--state S] [--period-ends-on D]`, `billing totals MARKET`, `billing explain INVOICE`, `billing replay INVOICE`, `billing again RUN MEMBERSHIP`, `billing failures MARKET`, `billing retry INVOICE`, `billing withdraw DRAFT --reason R`, `billing to-settle MARKET`, `billing maintain DRAFT --reason R`, `billing check MARKET`, `billing journal MARKET --year Y --out FILE`, `billing paper INVOICE --out FILE`, `billing terms MARKET [--on D] [--lacking]`, `billing to-mend MARKET`, `billing settle INVOICE --paid D|--rejected D --reason R`. */
export const run = (args: string[]): Promise<number> =>
  runVerb(
    {
      prices: { operands: 1, run: showAgreements },
      proposals: { operands: 1, options: { open: { type: 'boolean' } }, run: listProposals },
      proposal: { operands: 1, run: showProposal },
      preview: {
        operands: 1,
        options: { 'period-ends-on': { type: 'string' } },
        run: previewBilling,
      },
      run: { operands: 1, options: { 'period-ends-on': { type: 'string' } }, run: runBilling },
      show: { operands: 1, run: showRun },
      invoices: {
        operands: 1,
        options: {
          member: { type: 'string' },
          state: { type: 'string' },
          'period-ends-on': { type: 'string' },
        },
        run: listInvoices,
      },
      totals: { operands: 1, run: showTotals },
      explain: { operands: 1, run: explainInvoice },
      replay: { operands: 1, run: replayInvoice },
      again: { operands: 2, run: retryMember },
      failures: { operands: 1, run: listFailures },
      retry: { operands: 1, run: retryNumbering },
      withdraw: { operands: 1, options: { reason: { type: 'string' } }, run: withdrawDraft },
      'to-settle': { operands: 1, run: listDraftsToSettle },
      maintain: { operands: 1, options: { reason: { type: 'string' } }, run: maintainDraft },
      check: { operands: 1, run: checkInvoices },
      journal: {
        operands: 1,
        options: { year: { type: 'string' }, out: { type: 'string' } },
        run: saveJournal,
      },
      paper: { operands: 1, options: { out: { type: 'string' } }, run: savePaper },
      'year-end': { operands: 1, options: { year: { type: 'string' } }, run: listYearEnds },
      terms: {
        operands: 1,
        options: { on: { type: 'string' }, lacking: { type: 'boolean' } },
        run: listTerms,
      },
      'to-mend': { operands: 1, run: listInvoicesToMend },
      settle: {
        operands: 1,
        options: {
          paid: { type: 'string' },
          rejected: { type: 'string' },
          reason: { type: 'string' },
        },
        run: settleInvoice,
      },
    },
    args,
    `npm run ent -- billing ${usage}`,
  );

async function runBilling(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const periodEndsOn = periodEndOf(given);
  const { begun, done } = await askService('billing', BillingService, given, async (client) => {
    const asked = { marketCode, periodEndsOn, idempotencyKey: randomUUID() };
    const first = await client.runBilling(asked);
    return { begun: first, done: await followRun(client, first.runId) };
  });
  const { runId, memberships, alreadyThere } = begun;
  const { withoutLine, failures, parked } = done;
  const drafted = done.drafted - alreadyThere;
  return {
    status: parked === 0 ? status.ok : status.refused,
    json: { runId, memberships, drafted, alreadyThere, withoutLine, failures },
    lines: [
      `Marché ${marketCode}, période close avant le ${frenchDate(localDate(periodEndsOn))} : ${plural(memberships, 'adhésion', 'adhésions')}, facturation ${runId}.`,
      `  ${plural(drafted, 'projet de facture établi', 'projets de facture établis')}, ${alreadyThere} déjà là, ${withoutLine} sans rien à facturer.`,
      ...parkedInWords(runId, done),
    ],
  };
}

async function showRun(given: Given) {
  const runId = given.operands[0] ?? '';
  const answer = await askService('billing', BillingService, given, (client) =>
    client.getBillingRun({ runId }),
  );
  const { memberships, waiting, drafted, withoutLine, withdrawn, heldUp } = answer;
  return {
    status: answer.parked === 0 ? status.ok : status.refused,
    json: answer,
    lines: [
      `${plural(memberships, 'adhésion', 'adhésions')} : ${waiting} en attente, ${drafted} avec leur projet ou leur facture, ${withoutLine} sans rien à facturer, ${plural(withdrawn, 'projet retiré', 'projets retirés')}.`,
      ...(heldUp === '' ? [] : [`  Arrêtée pour l’instant : ${heldUp}`]),
      ...parkedInWords(runId, answer),
    ],
  };
}

async function retryMember(given: Given) {
  const [runId = '', membershipId = ''] = given.operands;
  const answer = await askService('billing', BillingService, given, (client) =>
    client.retryBillingRunMember({ runId, membershipId, idempotencyKey: randomUUID() }),
  );
  return {
    status: status.ok,
    json: answer,
    lines: [
      `Adhésion ${membershipId} reprise. Où elle en est : npm run ent -- billing show ${runId}`,
    ],
  };
}

const parkedInWords = (runId: string, { failures, parked }: GetBillingRunResponse): string[] =>
  parked === 0
    ? []
    : [
        ...failures.map(
          ({ membershipId, code, message }) =>
            `  ✗ Adhésion ${membershipId} : ${message} (${code})`,
        ),
        `${plural(parked, 'adhésion', 'adhésions')} sans projet : traitez la cause, puis relancez la facturation, ou une seule : npm run ent -- billing again ${runId} ADHÉSION.`,
      ];

async function listFailures(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const answer = await askService('billing', BillingService, given, (client) =>
    client.listNumberingFailures({ marketCode }),
  );
  const { failures, total } = answer;
  return {
    status: total === 0 ? status.ok : status.refused,
    json: answer,
    lines:
      total === 0
        ? ['Aucun projet de facture n’attend son numéro après un échec.']
        : [
            ...failures.map(
              ({ invoice, organisationName, code, detail, failedOn, attempts }) =>
                `  ✗ ${invoice?.invoiceId ?? ''}  ${organisationName}  ${periodOf(invoice)}  ${formatEuros(invoice?.totalCents ?? 0n)}, ${plural(attempts, 'essai', 'essais')}, le dernier le ${frenchDate(localDate(failedOn))} : ${detail} (${code})`,
            ),
            `${plural(total, 'projet', 'projets')} sans numéro. La cause traitée : npm run ent -- billing retry FACTURE.`,
          ],
  };
}

async function retryNumbering(given: Given) {
  const invoiceId = given.operands[0] ?? '';
  const answer = await askService('billing', BillingService, given, (client) =>
    client.retryNumbering({ invoiceId }),
  );
  const { invoice } = answer;
  const { number = '', issuedOn = '' } = invoice ?? {};
  return {
    status: status.ok,
    json: answer,
    lines: [
      invoice?.status === 'WITHDRAWN'
        ? withdrawnInWords(invoice)
        : `Facture ${number}, émise le ${frenchDate(localDate(issuedOn))}.`,
    ],
  };
}

async function withdrawDraft(given: Given) {
  const invoiceId = given.operands[0] ?? '';
  const reason = given.text('reason') ?? '';
  if (reason === '') throw new UsageError('--reason : le motif, que lira le membre.');
  const answer = await askService('billing', BillingService, given, (client) =>
    client.withdrawDraft({ invoiceId, reason, idempotencyKey: randomUUID() }),
  );
  const lines = answer.invoice ? [withdrawnInWords(answer.invoice)] : [];
  return { status: status.ok, json: answer, lines };
}

const withdrawnInWords = ({ withdrawnOn, withdrawalReason, replacedBy }: InvoiceSummary): string =>
  [
    `Projet de facture retiré le ${frenchDate(localDate(withdrawnOn))} : ${withdrawalReason}`,
    replacedBy === ''
      ? 'Rien ne le remplace : relancez la facturation de sa période (billing run) s’il le faut.'
      : `Remplacé par le projet ${replacedBy}.`,
  ].join('\n');

async function listDraftsToSettle(given: Given) {
  const marketCode = given.operands[0] ?? '';
  const answer = await askService('billing', DraftAnswerService, given, (client) =>
    client.listDraftsToSettle({ marketCode }),
  );
  const { drafts, total, notNumbered } = answer;
  return {
    status: total === 0 ? status.ok : status.refused,
    json: answer,
    lines:
      total === 0
        ? ['Aucun projet de facture contesté, ni qui serait refusé, ni sans numéro.']
        : [
            ...drafts.flatMap(({ invoice, organisationName, answers, refusals }) => [
              `  ✗ ${invoice?.invoiceId ?? ''}  ${organisationName}  ${periodOf(invoice)}  ${formatEuros(invoice?.totalCents ?? 0n)}`,
              ...(invoice?.answer === 'CONTESTED'
                ? [`    Contesté : ${answers.at(-1)?.reason ?? ''}`]
                : []),
              ...refusals.map(({ reason, remedy }) => `    Serait refusé : ${reason} ; ${remedy}`),
            ]),
            `${plural(total, 'projet', 'projets')} à régler. Contesté : npm run ent -- billing maintain|withdraw PROJET --reason MOTIF.`,
            ...(notNumbered === 0
              ? []
              : [
                  `Dont ${notNumbered} sans numéro : npm run ent -- billing failures ${marketCode}`,
                ]),
          ],
  };
}

async function maintainDraft(given: Given) {
  const invoiceId = given.operands[0] ?? '';
  const reason = given.text('reason') ?? '';
  if (reason === '') throw new UsageError('--reason : le motif, que lira le membre.');
  const answer = await askService('billing', DraftAnswerService, given, (client) =>
    client.maintainDraft({ invoiceId, reason, idempotencyKey: randomUUID() }),
  );
  const until = answer.invoice?.contestableUntil ?? '';
  const lines = [
    `Projet maintenu : il est numéroté à partir du ${frenchDate(localDate(until))}, aussitôt si ce jour est passé.`,
  ];
  return { status: status.ok, json: answer, lines };
}

const periodOf = (invoice: InvoiceSummary | undefined): string =>
  `${invoice?.period?.startsOn ?? ''} → ${invoice?.period?.endsOn ?? ''}`;
