import { frenchDate, type LocalDate } from '#libs/time';
import type { HeldPlans } from './held-plans.js';
import { waitUntilQuiet } from './quiet.js';
import type { DayOf } from './scenario.js';
import type { Services } from './services.js';
import type { Teller } from './teller.js';

type ActorOf<Act> = { perform(act: Act): Promise<readonly string[] | void> };

/**
 * Plays the scenario day by day (MKT-4): acts on a day only when every service stands at it, begins
 * the next only when all is quiet. The player keeps nothing: it asks where the calendar stands. Days
 * before that one are complete, since the calendar moves only after their acts; the acts of that day
 * are done again, which changes nothing where they were done. Returns how many days were played.
 */
export async function play<Act>(
  scenario: { readonly days: readonly DayOf<Act>[] },
  services: Services,
  actor: ActorOf<Act>,
  plans: HeldPlans,
  teller: Teller,
): Promise<number> {
  const standsAt = (await services.operations('membership').getStatus({})).businessDate;
  const days = scenario.days.filter(({ on }) => on >= standsAt);
  const last = scenario.days.at(-1)?.on ?? '';
  if (standsAt >= last) {
    teller.say(`La démonstration est jouée : les services sont au ${standsAt}.`);
    return 0;
  }
  if (standsAt !== '') teller.say(`La démonstration reprend au ${standsAt}.`);
  for (const day of days) await playDay(day, services, actor, plans, teller);
  return days.length;
}

async function playDay<Act>(
  { on, title, acts }: DayOf<Act>,
  services: Services,
  actor: ActorOf<Act>,
  plans: HeldPlans,
  teller: Teller,
): Promise<void> {
  const begun = Date.now();
  teller.wait(`${frenchDate(on)} : ${title}`);
  await services.membership().startBusinessDay({ date: on });
  const told = [...(await settle(services, plans, teller, on))];
  for (const act of acts) told.push(...((await actor.perform(act)) ?? []));
  if (acts.length > 0) told.push(...(await settle(services, plans, teller, on)));
  const seconds = ((Date.now() - begun) / 1_000).toFixed(1).replace('.', ',');
  teller.say(`${frenchDate(on).padStart(17)}  ${title} (${seconds} s)`);
  for (const line of told) teller.say(`${' '.repeat(19)}→ ${line}`);
}

/** What is approved may bring something else to approve, a move after a closing: not for ever. */
const approvalsMax = 5;

/** Quiet, with nothing left that waits for somebody's word. Returns what was decided. */
async function settle(
  services: Services,
  plans: HeldPlans,
  teller: Teller,
  on: LocalDate,
): Promise<string[]> {
  await waitUntilQuiet(services, teller, on);
  const told: string[] = [];
  for (let round = 0; round < approvalsMax; round += 1) {
    const decided = await plans.decide();
    if (decided.length === 0) return told;
    told.push(...decided);
    await waitUntilQuiet(services, teller, on);
  }
  throw new Error(`Des plans vers l’ENT attendent encore, acceptés ${approvalsMax} fois le ${on}.`);
}
