import { formatCount } from '#libs/money';
import { addDays, localDate } from '#libs/time';
import type { Check } from './figures.js';
import { people } from './players.js';
import type { Services } from './services.js';
import type { DemoScenario } from './scenario.js';

type Figures = { readonly C: number; readonly O: number };
type Steps = readonly { readonly from: string; readonly quantity: number }[];

/**
 * What the former members committed to and ordered on the eve is what their successor has on the day, and
 * their accounts hold its seats (ADH-5). Asked from the ledgers of each side, not from the succession.
 */
export async function checkSuccessions(
  { days, marketCode }: DemoScenario,
  services: Services,
): Promise<Check> {
  const planned = days
    .flatMap(({ acts }) => acts)
    .flatMap((act) => (act.kind === 'plan-succession' ? [act] : []));
  const { successions } = await services
    .successions(people.coordinator)
    .listSuccessions({ marketCode, status: 'CARRIED_OUT', limit: 200 });
  const faults: string[] = [];
  const told: string[] = [];
  for (const { successor, effectiveOn, members } of planned) {
    const parts = successions.filter(
      (one) => one.successorOrganisationId === `org-${successor.siren}`,
    );
    const former = parts.map((one) => one.predecessorMembershipId);
    const heir = parts[0]?.successorMembershipId ?? '';
    const eve = addDays(localDate(effectiveOn), -1);
    const before = sumOf(await Promise.all(former.map((id) => figuresOn(services, id, eve))));
    const after = heir === '' ? sumOf([]) : await figuresOn(services, heir, effectiveOn);
    const seats = heir === '' ? 0 : await seatsOf(services, heir);
    const left = await Promise.all(former.map((id) => seatsOf(services, id)));
    const holds =
      parts.length === members.length &&
      before.C === after.C &&
      before.O === after.O &&
      after.C > 0 &&
      seats > 0 &&
      left.every((held) => held === 0);
    const figures =
      `${successor.name} : ${formatCount(after.C)} engagés et ${formatCount(after.O)} commandés repris de ` +
      `${parts.length} membres (${formatCount(before.C)} et ${formatCount(before.O)} la veille)`;
    (holds ? told : faults).push(
      holds ? figures : `${figures}, ${seats} places, ${left.join(' et ')} laissées`,
    );
  }
  return {
    name: 'successions',
    title: 'Succession : engagé et commandé conservés, comptes chez le successeur',
    holds: faults.length === 0 && told.length === planned.length,
    detail: [...faults, ...told].join(' ; '),
  };
}

async function figuresOn(services: Services, membershipId: string, day: string): Promise<Figures> {
  const { timelines } = await services
    .membership(people.coordinator)
    .getQuantities({ membershipId });
  return sumOf(
    timelines.map(({ committed, ordered }) => ({
      C: quantityOn(committed, day),
      O: quantityOn(ordered, day),
    })),
  );
}

async function seatsOf(services: Services, membershipId: string): Promise<number> {
  const { seats } = await services.provisioning().getSeats({ membershipId });
  return seats.reduce((sum, { held }) => sum + held, 0);
}

const quantityOn = (steps: Steps, day: string): number =>
  steps.findLast(({ from }) => from <= day)?.quantity ?? 0;

const sumOf = (all: readonly Figures[]): Figures =>
  all.reduce((sum, { C, O }) => ({ C: sum.C + C, O: sum.O + O }), { C: 0, O: 0 });
