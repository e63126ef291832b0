import { parseArgs } from 'node:util';
import { Actor } from './acts.js';
import { Adhesions } from './adhesions.js';
import { checkEverything } from './checks.js';
import { collectFigures } from './collect.js';
import { DirectoryImports } from './directory-imports.js';
import { doorsOf } from './doors.js';
import { checkEntStory } from './ent/check-ent-story.js';
import { EntActs } from './ent/ent-acts.js';
import { EntApi } from './ent/ent-api.js';
import { EntUsers } from './ent-users.js';
import { allHold } from './figures.js';
import { checkGolden } from './golden-figures.js';
import { HeldPlans } from './held-plans.js';
import { Mendings } from './mendings.js';
import { Orders } from './orders.js';
import { play } from './player.js';
import { waitUntilQuiet } from './quiet.js';
import { type DemoSize, demoScenario } from './scenario.js';
import { ServiceFait } from './service-fait.js';
import { Stage } from './stage.js';
import { Successions } from './successions.js';
import { colours, noColours, renderSummary } from './summary.js';
import { sayDays, tellStory } from './tell-story.js';
import { tellerTo } from './teller.js';
import { Withdrawals } from './withdrawals.js';

/**
 * Plays the demo on a running stack and prints its summary; status 0 only if every check holds.
 * Where it is played already it only summarises; where it is half played it goes on.
 *   --size full|small   --json: the figures as one JSON object on the last line, the rest on stderr
 *   --golden: the whole demo must come to the figures of golden-figures.ts, too
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'full' },
    json: { type: 'boolean', default: false },
    golden: { type: 'boolean', default: false },
  },
});
const teller = tellerTo(values.json ? process.stderr : process.stdout);
await tellStory(teller, async (services, settings) => {
  const scenario = demoScenario(sizeOf(values.size));
  const stage = new Stage(scenario, services, teller);
  const orders = new Orders(stage);
  const withdrawals = new Withdrawals(stage);
  const ent = EntApi.of(settings);
  const users = new EntUsers(ent, teller);
  const actor = new Actor(
    stage,
    new Adhesions(stage),
    orders,
    new DirectoryImports(stage, settings.AAF_DROP_FOLDER),
    users,
    withdrawals,
    new Successions(stage),
    new ServiceFait(stage),
    new Mendings(stage),
    new EntActs(stage, ent, users),
  );
  const plans = new HeldPlans(services, ent, teller);
  const begun = Date.now();
  const days = await play(scenario, services, actor, plans, teller);
  const statuses = await waitUntilQuiet(services, teller, undefined);
  const golden = values.golden && scenario.size === 'full';
  const figures = await collectFigures(stage, [orders, withdrawals], statuses, async (known) => [
    ...(await checkEverything(stage, statuses, known)),
    ...(await checkEntStory(stage, ent, known.on)),
    ...(golden ? [checkGolden(known)] : []),
  ]);
  teller.done();
  sayDays(teller, days, begun);
  const paint = process.stdout.isTTY ? colours : noColours;
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else process.stdout.write(renderSummary(figures, doorsOf(scenario, settings), paint));
  return allHold(figures);
});

function sizeOf(text: string): DemoSize {
  if (text === 'full' || text === 'small') return text;
  throw new RangeError(`--size is full or small, not ${text}`);
}
