import { AccountState, type InvoiceSummary, type Membership, Profile } from '#libs/contracts';
import type {
  AccountCount,
  Check,
  DemoFigures,
  InvoiceFigures,
  MemberFigures,
  RefusalFigures,
} from './figures.js';
import { listInvoices, owedOf } from './list-invoices.js';
import { people } from './players.js';
import type { Statuses } from './quiet.js';
import type { MarketStory } from './scenario.js';
import type { Services } from './services.js';
import type { Stage } from './stage.js';

/** Asks every figure of the summary from the service that owns it; the player has kept none. */
export async function collectFigures(
  stage: Stage<MarketStory>,
  refusers: readonly { refusals(): Promise<RefusalFigures[]> }[],
  statuses: Statuses,
  check: (figures: Omit<DemoFigures, 'checks'>) => Promise<Check[]>,
): Promise<DemoFigures> {
  const { scenario, services } = stage;
  const on = statuses.get('membership')?.businessDate ?? '';
  const market = await stage.market();
  const itemCode = await stage.itemCode();
  const memberships = [...(await stage.memberships()).values()].sort(byName);
  const invoicesOf = new Map<string, readonly InvoiceSummary[]>();
  const members: MemberFigures[] = [];
  for (const membership of memberships) {
    const invoices = await listInvoices(services, membership.membershipId);
    invoicesOf.set(nameOf(membership), invoices);
    members.push(await memberFigures(services, membership, { itemCode, on, invoices }));
  }
  const { people: persons, schools } = await services.directory().countPeople({});
  const invoices = [...invoicesOf].flatMap(([member, list]) =>
    list.map((invoice) => invoiceFigures(member, invoice)),
  );
  const refusals: RefusalFigures[] = [];
  for (const refuser of refusers) refusals.push(...(await refuser.refusals()));
  const figures = {
    marketCode: market.code,
    marketTitle: market.title,
    on,
    schools,
    people: persons,
    members,
    accounts: await accountCounts(services, scenario.marketCode),
    invoices,
    refusals,
  };
  return { ...figures, checks: await check(figures) };
}

async function memberFigures(
  services: Services,
  membership: Membership,
  known: { itemCode: string; on: string; invoices: readonly InvoiceSummary[] },
): Promise<MemberFigures> {
  const { membershipId, organisation, status, commitment, ordered, period } = membership;
  const { itemCode, on, invoices } = known;
  const { seats } = await services.provisioning().getSeats({ membershipId });
  const own = seats.filter((entry) => entry.itemCode === itemCode);
  const schools = own.flatMap((entry) => entry.schools);
  const startsOn = period?.startsOn ?? '';
  const usage =
    startsOn !== '' && startsOn < on
      ? await services
          .metering()
          .getUsage({ membershipId, itemCode, period: { startsOn, endsOn: on } })
      : undefined;
  const schoolsToday = await countSchools(services, membershipId, on);
  return {
    name: organisation?.name ?? '',
    kind: organisation?.kind ?? '',
    status,
    endsOn: period?.endsOn ?? '',
    schools: schoolsToday,
    commitment: quantityOf(commitment, itemCode),
    ordered: quantityOf(ordered, itemCode),
    seatsHeld: sum(own, ({ held }) => held),
    open: sum(own, ({ open }) => open),
    activated: sum(schools, ({ activated }) => activated),
    waiting: sum(own, ({ waiting }) => waiting),
    accountDays: (usage?.accountDays ?? 0).toString(),
    invoices: invoices.filter((invoice) => invoice.status !== 'WITHDRAWN').length,
    totalCents: owedOf(invoices).toString(),
  };
}

/** Of which it pays for pupils on the day: a school that passed on counts once. */
async function countSchools(services: Services, membershipId: string, on: string): Promise<number> {
  const { links } = await services
    .membership(people.coordinator)
    .listSchoolsFinanced({ membershipId, limit: 200 });
  return links.filter(({ period }) => !period?.endsOn || period.endsOn > on).length;
}

function invoiceFigures(member: string, invoice: InvoiceSummary): InvoiceFigures {
  return {
    member,
    startsOn: invoice.period?.startsOn ?? '',
    endsOn: invoice.period?.endsOn ?? '',
    kind: invoice.kind,
    status: invoice.status,
    number: invoice.number,
    netCents: invoice.netCents.toString(),
    vatCents: invoice.vatCents.toString(),
    totalCents: invoice.totalCents.toString(),
  };
}

async function accountCounts(services: Services, marketCode: string): Promise<AccountCount[]> {
  const { counts } = await services.provisioning().countAccounts({ marketCode });
  return counts
    .filter(({ count }) => count > 0)
    .map(({ profile, state, count }) => ({
      profile: Profile[profile] ?? String(profile),
      state: AccountState[state] ?? String(state),
      count,
    }))
    .sort((left, right) =>
      `${left.profile} ${left.state}` < `${right.profile} ${right.state}` ? -1 : 1,
    );
}

const nameOf = ({ organisation }: Membership): string => organisation?.name ?? '';

const collator = new Intl.Collator('fr');
function byName(left: Membership, right: Membership): number {
  return collator.compare(nameOf(left), nameOf(right));
}

function quantityOf(
  quantities: readonly { itemCode: string; quantity: number }[],
  itemCode: string,
): number {
  return quantities.find((entry) => entry.itemCode === itemCode)?.quantity ?? 0;
}

function sum<T>(rows: readonly T[], pick: (row: T) => number): number {
  return rows.reduce((total, row) => total + pick(row), 0);
}
