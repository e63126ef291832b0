import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adultsIn } from '../../../../test/academy/table-adults.js';
import { writeEntCsv } from '../../../../test/support/generator/formats/ent-csv.js';
import { Adhesions } from '../adhesions.js';
import {
  checkCopies,
  checkFacts,
  checkJournals,
  checkLedgers,
  checkSeats,
  checkUsage,
} from '../checks.js';
import { collectFigures } from '../collect.js';
import { doorsOf } from '../doors.js';
import { EntApi } from '../ent/ent-api.js';
import { allHold } from '../figures.js';
import { HeldPlans } from '../held-plans.js';
import { play } from '../player.js';
import { waitUntilQuiet } from '../quiet.js';
import type { Services } from '../services.js';
import { Stage, StoryBroken } from '../stage.js';
import { colours, noColours, renderSummary } from '../summary.js';
import { sayDays, tellStory } from '../tell-story.js';
import { tellerTo } from '../teller.js';
import { AcademyActor } from './academy-actor.js';
import { AcademyChecks } from './academy-checks.js';
import { AcademyPeople } from './academy-people.js';
import { academyStory, dataDays, schoolsOfStory } from './academy-story.js';
import { Decisions } from './decisions.js';
import { Deliveries } from './deliveries.js';
import { importTable } from './import-table.js';
import { sights } from './sights.js';

/**
 * Plays the academy's story on a running stack and prints what came of it; status 0 only if every check holds. Where it is
 * played already it only summarises; where it is half played it goes on.
 */
const teller = tellerTo(process.stdout);
await tellStory(teller, async (services, settings) => {
  const story = academyStory();
  await refuseOtherStory(services);
  teller.wait('invente les personnes des 1 438 écoles');
  const people = new AcademyPeople(story);
  const stage = new Stage(story, services, teller);
  const decisions = new Decisions(services, teller, people);
  const actor = new AcademyActor(
    new Adhesions(stage),
    new Deliveries(services, teller, people, settings),
    decisions,
  );
  const begun = Date.now();
  const plans = new HeldPlans(services, EntApi.of(settings), teller);
  const days = await play(story, services, actor, plans, teller);
  const statuses = await waitUntilQuiet(services, teller, undefined);
  teller.wait('compare ce que disent les services avec la population');
  const checks = new AcademyChecks(story, services, people, decisions);
  const figures = await collectFigures(stage, [], statuses, async () => [
    ...(await checks.all(adultsOfTables(people), settings.ACADEMY_LDAP_PORT !== undefined)),
    await checkLedgers(services, story.marketCode),
    await checkSeats(services),
    checkFacts(statuses),
    await checkCopies(services),
    await checkUsage(services),
    await checkJournals(services),
  ]);
  const paint = process.stdout.isTTY ? colours : noColours;
  const imports = await importTable(services, paint.bold);
  teller.done();
  sayDays(teller, days, begun);
  const doors = { ...doorsOf(story, settings), sights };
  process.stdout.write(renderSummary(figures, doors, paint, [imports]));
  return allHold(figures);
});

/** The demo of `npm start` is of another market, and its people are others. */
async function refuseOtherStory(services: Services): Promise<void> {
  const { markets } = await services.markets().listMarkets({});
  if (!markets.some(({ code }) => code === 'e-primo-2022')) return;
  throw new StoryBroken(
    'Une autre démonstration est jouée ici. Pour jouer celle de l’académie, tout est oublié d’abord : npm start -- --academy --fresh',
  );
}

/** The adults of the tables that were sent: they never leave by absence. */
function adultsOfTables(people: AcademyPeople) {
  const uai = schoolsOfStory.tables;
  return Object.values(dataDays).flatMap((day) => {
    const folder = mkdtempSync(join(tmpdir(), 'academie-'));
    try {
      writeEntCsv(people.population, { folder, day, site: people.siteOf(uai) });
      return adultsIn(join(folder, readdirSync(folder)[0] ?? ''), uai);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
