import { allTopics, type Membership, topicNamed } from '#libs/contracts';
import { formatCount, formatEuros, plural } from '#libs/money';
import { addMonths, localDate } from '#libs/time';
import { checkAmounts, type Owing, readPrices } from './check-amounts.js';
import { checkBillingStory } from './check-billing-story.js';
import { checkPapers } from './check-papers.js';
import { checkSuccessions } from './check-successions.js';
import type { Check, InvoiceFigures, MemberFigures, RefusalFigures } from './figures.js';
import { revised, type YearPrice } from './price-revisions.js';
import type { Statuses } from './quiet.js';
import { bpuFile, type DemoScenario } from './scenario.js';
import { people } from './players.js';
import { serviceNames, type Services } from './services.js';
import { demoFile, type Stage } from './stage.js';

type Known = {
  readonly invoices: readonly InvoiceFigures[];
  readonly refusals: readonly RefusalFigures[];
  readonly members: readonly MemberFigures[];
};

/** The conservation checks: each asks a service, or compares what two services say. */
export async function checkEverything(
  stage: Stage,
  statuses: Statuses,
  known: Known,
): Promise<Check[]> {
  const { scenario, services } = stage;
  const memberships = [...(await stage.memberships()).values()];
  return [
    await checkLedgers(services, scenario.marketCode),
    await checkSeats(services),
    checkFacts(statuses),
    await checkCopies(services),
    await checkUsage(services),
    await checkInvoices(services, scenario.marketCode),
    await checkPapers({
      ...{ scenario, services },
      memberships: memberships.map(({ membershipId }) => membershipId),
    }),
    await checkCalculation(stage, memberships, known.invoices),
    await checkBillingStory({
      ...{ scenario, services, prices: pricesOf(scenario) },
      membershipOf: async (key) => (await stage.membershipOf(stage.member(key))).membershipId,
    }),
    checkWorkedExamples(scenario, known.invoices),
    checkRefusals(scenario, known.refusals),
    await checkSuccessions(scenario, services),
    checkWithdrawals(scenario, known.members),
    await checkJournals(services),
  ];
}

export async function checkLedgers(services: Services, marketCode: string): Promise<Check> {
  const { memberships, orders, daysChecked, violations } = await services
    .membership()
    .checkLedgers({ marketCode });
  return {
    name: 'ledgers',
    title: 'Commandé ≥ engagé chaque jour, registres des commandes intacts',
    holds: violations.length === 0 && memberships > 0 && daysChecked > 0,
    detail: problemsOr(
      violations,
      `${formatCount(memberships)} adhésions, ${formatCount(orders)} bons de commande, ${formatCount(daysChecked)} jours vérifiés`,
    ),
  };
}

export async function checkSeats(services: Services): Promise<Check> {
  const { pools, seatsHeld, violations } = await services.provisioning().checkSeats({});
  return {
    name: 'seats',
    title: 'Places occupées ≤ commandé',
    holds: violations.length === 0 && seatsHeld > 0,
    detail: problemsOr(
      violations,
      `${formatCount(seatsHeld)} places dans ${formatCount(pools)} réserves`,
    ),
  };
}

/**
 * Of each fact topic, each consumer has taken or set aside every event once, and set none aside: what
 * it handled is what the producer counted, and with the repeats it dropped makes the whole log.
 */
export function checkFacts(statuses: Statuses): Check {
  const produced = new Map(
    [...statuses.values()].flatMap((status) =>
      status.produced.map(({ topic, count }) => [topic, count] as const),
    ),
  );
  const faults: string[] = [];
  let events = 0n;
  let repeats = 0n;
  for (const [service, { topics }] of statuses) {
    for (const {
      topic,
      handled,
      parked,
      repeated,
      forgone,
      foreign,
      former,
      endOffset,
    } of topics) {
      if (topicNamed(topic)?.keeps !== 'FACTS') continue;
      events += handled;
      repeats += repeated;
      const sent = produced.get(topic) ?? 0n;
      if (foreign !== 0n)
        faults.push(`${service} a reçu ${foreign} messages étrangers sur ${topic}`);
      if (parked !== 0n) faults.push(`${service} a mis de côté ${parked} messages de ${topic}`);
      if (
        handled + parked + repeated + forgone + foreign - former !== endOffset ||
        handled + parked !== sent
      ) {
        faults.push(
          `${service}, ${topic} : ${handled} traités + ${parked} de côté + ${repeated} répétés + ${forgone} abandonnés − ${former} d’avant, ` +
            `pour ${endOffset} messages et ${sent} événements émis`,
        );
      }
    }
  }
  return {
    name: 'facts',
    title: 'Chaque événement traité une fois par chaque service, aucun mis de côté',
    holds: faults.length === 0 && events > 0n,
    detail: problemsOr(
      faults,
      `${formatCount(events)} traitements, ${formatCount(repeats)} répétitions écartées`,
    ),
  };
}

/** Of each compacted topic: every service that keeps its state holds the owner's latest, no more and no less. */
export async function checkCopies(services: Services): Promise<Check> {
  const kept = (
    await Promise.all(
      serviceNames.map(async (service) => {
        const { states } = await services.operations(service).digestStates({});
        return states.map((state) => ({ ...state, service }));
      }),
    )
  ).flat();
  const compacted = allTopics.filter(({ keeps }) => keeps === 'STATE');
  const faults = compacted.flatMap(({ name, owner: ownerName }) => {
    const owner = kept.find(({ topic, service }) => topic === name && service === ownerName);
    if (!owner || owner.count === 0n) return [`${name} : le propriétaire n’en tient aucun état`];
    const copies = kept.filter(({ topic, service }) => topic === name && service !== ownerName);
    if (copies.length === 0) return [`${name} : aucune copie`];
    return copies
      .filter(({ count, digest }) => count !== owner.count || digest !== owner.digest)
      .map(
        ({ service, count }) =>
          `${name} : ${service} en tient ${count}, ${ownerName} ${owner.count}`,
      );
  });
  const copies = kept.filter(({ service }) => service !== 'directory').length;
  const states = kept
    .filter(({ service }) => service === 'directory')
    .map(
      ({ count, topic }) =>
        `${formatCount(count)} ${topic.includes('person') ? 'personnes' : 'écoles'}`,
    );
  return {
    name: 'copies',
    title: 'Copies des personnes et des écoles identiques à l’annuaire',
    holds: faults.length === 0,
    detail: problemsOr(faults, `${states.join(', ')}, même empreinte dans ${copies} copies`),
  };
}

export async function checkUsage(services: Services): Promise<Check> {
  const recount = await services.metering().recountUsage({ membershipId: '' });
  const { meteredAccountDays: metered, recountedAccountDays: recounted, differences } = recount;
  const holds = metered === recounted && differences === 0 && metered > 0n;
  return {
    name: 'usage',
    title: 'Jours-comptes recomptés = jours-comptes mesurés',
    holds,
    detail: holds
      ? `${formatCount(metered)} jours-comptes de ${formatCount(recount.accounts)} comptes`
      : `mesurés ${metered}, recomptés ${recounted}, ${differences} écarts`,
  };
}

async function checkInvoices(services: Services, marketCode: string): Promise<Check> {
  const { invoices, creditNotes, drafts, totalCents, violations } = await services
    .billing()
    .checkInvoices({ marketCode });
  const faults = [...violations, ...(drafts > 0 ? [`${drafts} brouillons restent`] : [])];
  return {
    name: 'invoices',
    title: 'Somme des lignes = factures, numéros sans trou',
    holds: faults.length === 0 && invoices > 0,
    detail: problemsOr(
      faults,
      `${formatCount(invoices)} factures, ${plural(creditNotes, 'avoir', 'avoirs')}, ${formatEuros(totalCents)} TTC`,
    ),
  };
}

/** What is owed is asked from the ledgers as they stand today, prices are read in the file that was approved. */
async function checkCalculation(
  { scenario, services }: Stage,
  memberships: readonly Membership[],
  invoices: readonly InvoiceFigures[],
): Promise<Check> {
  const ends = scenario.days
    .flatMap(({ acts }) => acts)
    .flatMap((act) => (act.kind === 'bill' ? [act.periodEndsOn] : []));
  const quarters = ends.map((end) => [localDate(addMonths(end, -3)), end] as const);
  const owing = await Promise.all(
    memberships.map(async ({ membershipId, organisation, period }): Promise<Owing> => {
      const { timelines } = await services
        .membership(people.coordinator)
        .getQuantities({ membershipId });
      const [{ committed, ordered } = { committed: [], ordered: [] }] = timelines;
      return {
        ...{ member: organisation?.name ?? '', committed, ordered },
        ...{ startsOn: period?.startsOn ?? '', endsOn: period?.endsOn ?? '' },
      };
    }),
  );
  return checkAmounts(quarters, owing, pricesOf(scenario), invoices);
}

/** The BPU's own, and what the market's formula made of them since. */
export const pricesOf = ({ days }: DemoScenario): readonly YearPrice[] =>
  days
    .flatMap(({ acts }) => acts)
    .flatMap((act) => (act.kind === 'revise-prices' ? [act] : []))
    .reduce(revised, readPrices(demoFile(bpuFile).toString('utf8')));

function checkWorkedExamples(
  { workedExamples, members }: DemoScenario,
  invoices: readonly InvoiceFigures[],
): Check {
  const faults = workedExamples.flatMap((example) => {
    const name = members.find(({ key }) => key === example.member)?.name ?? example.member;
    const invoice = invoices.find(
      (one) =>
        one.member === name && one.startsOn === example.startsOn && one.endsOn === example.endsOn,
    );
    const right =
      invoice?.netCents === example.netCents.toString() &&
      invoice.vatCents === example.vatCents.toString() &&
      invoice.totalCents === example.totalCents.toString();
    if (right) return [];
    const found = invoice ? formatEuros(BigInt(invoice.totalCents)) : 'absente';
    return [`${example.startsOn} : attendu ${formatEuros(example.totalCents)}, facture ${found}`];
  });
  const totals = workedExamples.map(({ totalCents }) => formatEuros(totalCents)).join(' et ');
  return {
    name: 'worked-examples',
    title: 'Exemples de calcul du contrat retrouvés au centime',
    holds: faults.length === 0,
    detail: problemsOr(faults, totals),
  };
}

function checkRefusals({ days }: DemoScenario, refusals: readonly RefusalFigures[]): Check {
  const expected = days
    .flatMap(({ acts }) => acts)
    .flatMap((act) => ('refusedWith' in act && act.refusedWith ? [act.refusedWith] : []))
    .sort();
  const codes = refusals.map(({ code }) => code).sort();
  return {
    name: 'refusals',
    title: 'Commande sous l’engagement et retrait trop tôt refusés, avec leurs chiffres',
    holds:
      JSON.stringify(codes) === JSON.stringify(expected) &&
      refusals.every(({ message }) => /\d/.test(message)),
    detail: codes.join(', '),
  };
}

/** Who withdrew has left on its day with all that hangs on it, and is invoiced up to it (WDR-2). */
function checkWithdrawals(
  { days, members: cast }: DemoScenario,
  members: readonly MemberFigures[],
): Check {
  const faults = days
    .flatMap(({ acts }) => acts)
    .flatMap((act) => (act.kind === 'withdraw' && act.endsOn !== undefined ? [act] : []))
    .flatMap(({ member: key, endsOn }) => {
      const name = cast.find((one) => one.key === key)?.name ?? key;
      const member = members.find((one) => one.name === name);
      const { status, ordered, seatsHeld, open } = member ?? {};
      const gone =
        status === 'ENDED' &&
        member?.endsOn === endsOn &&
        ordered === 0 &&
        seatsHeld === 0 &&
        open === 0;
      return gone
        ? []
        : [
            `${name} : ${status} au ${member?.endsOn}, ${ordered} commandés, ${seatsHeld} places, ${open} ouverts`,
          ];
    });
  return {
    name: 'withdrawals',
    title: 'Membre retiré : ni commande, ni place, ni compte ouvert depuis sa date',
    holds: faults.length === 0,
    detail: problemsOr(faults, ''),
  };
}

/** Every line of every journal is the one that was sealed, and no chain contradicts its anchors (SUP-2). */
export async function checkJournals(services: Services): Promise<Check> {
  const answers = await Promise.all(
    serviceNames.map(async (service) => ({
      service,
      ...(await services.operations(service).verifyAudit({}, { deadlineMs: 120_000 })),
    })),
  );
  const faults = answers.flatMap(({ service, findings }) =>
    findings.map(({ text }) => `${service} : ${text}`),
  );
  const entries = answers
    .flatMap(({ books }) => books)
    .reduce((total, book) => total + book.entries, 0);
  return {
    name: 'journals',
    title: 'Journaux tels qu’ils ont été scellés et ancrés',
    holds: faults.length === 0 && entries > 0,
    detail: problemsOr(
      faults,
      // How many anchors there are depends on how long the demo takes.
      `${formatCount(entries)} lignes de ${answers.length} services comparées avec leurs scellés et leurs ancres`,
    ),
  };
}

export function problemsOr(problems: readonly string[], otherwise: string): string {
  if (problems.length === 0) return otherwise;
  const more = problems.length > 3 ? ` … et ${problems.length - 3} autres` : '';
  // The services answer in whole sentences: here they stand in one list.
  const told = problems.slice(0, 3).map((problem) => problem.replace(/\.$/, ''));
  return told.join(' ; ') + more;
}
