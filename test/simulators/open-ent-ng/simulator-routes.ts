import { purge } from './graph/deletions.js';
import { markDuplicates } from './graph/duplicates.js';
import { type Feed, feed } from './graph/feed.js';
import type { Clock } from './clock.js';
import type { Deadlocks } from './deadlocks.js';
import type { Fault, Faults } from './faults.js';
import type { Graph } from './graph/graph.js';
import { EntError, type User } from './graph/nodes.js';
import type { Importer } from './importer.js';
import { type Answer, json } from './routes/route.js';
import type { Administration, Sessions } from './sessions/sessions.js';
import type { Throttle } from './throttle.js';

type Simulator = {
  readonly graph: Graph;
  readonly clock: Clock;
  readonly importer: Importer;
  readonly faults: Faults;
  readonly deadlocks: Deadlocks;
  readonly throttle: Throttle;
  readonly sessions: Sessions;
  readonly calls: Map<string, number>;
  makeBackup(): void;
  restoreBackup(): void;
};

type Input = Readonly<Record<string, unknown>>;

/**
 * What the real thing does not have: counting inside, breaking it, and what comes to a platform from elsewhere than its
 * API: time, a feed of the academy, what its operator decides about an account. Nothing that people are to know comes
 * this way.
 */
export function simulatorRoute(
  simulator: Simulator,
  method: string,
  path: string,
  body: string,
): Answer {
  const input = (body === '' ? {} : JSON.parse(body)) as Input;
  const route = routes[`${method} ${path}`];
  if (!route) return json(404, { error: 'unknown' });
  try {
    return json(200, route(simulator, input));
  } catch (error) {
    if (!(error instanceof EntError)) throw error;
    return json(error.status, { error: error.message });
  }
}

const routes: Readonly<Record<string, (simulator: Simulator, input: Input) => unknown>> = {
  'GET /__simulator': stateOf,
  'POST /__simulator/faults': ({ faults }, input) => {
    faults.set(input.faults as Partial<Fault>[]);
    return { faults: faults.list() };
  },
  'POST /__simulator/rate': ({ throttle }, { perSecond = 0, latencyMs = 0 }) => {
    throttle.set({ perSecond: Number(perSecond), latencyMs: Number(latencyMs) });
    return throttle.rate;
  },
  'POST /__simulator/deadlocks': ({ deadlocks }, { isOn = true }) => {
    deadlocks.isOn = isOn === true;
    return { isOn: deadlocks.isOn };
  },
  'POST /__simulator/expire-sessions': ({ sessions }, { everyCalls = 0 }) => {
    sessions.endAfterEach(Number(everyCalls));
    sessions.expireAll();
    return {};
  },
  'POST /__simulator/backup': (simulator) => {
    simulator.makeBackup();
    return {};
  },
  'POST /__simulator/restore': (simulator) => {
    simulator.restoreBackup();
    return {};
  },
  'POST /__simulator/clock': ({ graph, clock, importer }, { advanceMs = 0 }) => {
    graph.record({ clockOffsetMs: clock.offsetMs + Number(advanceMs) });
    importer.tick();
    purge(graph);
    return { now: new Date(clock.now()).toISOString() };
  },
  'POST /__simulator/importer': ({ importer }, { lastsMs = 0, answerAfterMs = 30_000 }) => {
    importer.answerAfterMs = Number(answerAfterMs);
    if (Number(lastsMs) > 0) importer.begin(Number(lastsMs));
    else importer.end();
    return { isAtWork: importer.isAtWork };
  },
  'POST /__simulator/technical-account': decideAboutTechnicalAccount,
  'POST /__simulator/feed': ({ graph }, input) => feed(graph, input as unknown as Feed),
  'POST /__simulator/duplicates': ({ graph }) => {
    markDuplicates(graph);
    return {};
  },
};

/** `scope`: the UAIs that it administers; null: all. `isBare`: without workflow rights. Absent fields are as in the beginning. */
function decideAboutTechnicalAccount({ graph, sessions }: Simulator, input: Input): unknown {
  const {
    scope = null,
    isBare = false,
    needsSecondFactor = false,
    needsTerms = false,
    needsMail = false,
  } = input;
  const administration: Administration = Array.isArray(scope)
    ? {
        is: 'ADML',
        scope: scope.flatMap((uai) => graph.structureOfUai(String(uai))?.id ?? []),
        isBare: isBare === true,
      }
    : { is: 'ADMC' };
  Object.assign(sessions.technical, {
    administration,
    needsSecondFactor: needsSecondFactor === true,
    needsTerms: needsTerms === true,
    needsMail: needsMail === true,
  });
  return {};
}

function stateOf({ graph, clock, importer, faults, deadlocks, throttle, calls }: Simulator) {
  const users = [...graph.users.values()];
  const count = (isCounted: (user: User) => boolean) => users.filter(isCounted).length;
  return {
    now: new Date(clock.now()).toISOString(),
    isImporting: importer.isAtWork,
    structures: graph.structures.size,
    classes: graph.classes.size,
    users: users.length,
    activated: count(({ activationCode }) => activationCode === null),
    federated: count(({ federated }) => federated),
    blocked: count(({ blocked }) => blocked),
    deleted: count(({ deleteDate }) => deleteDate !== null),
    distinctExternalIds: new Set(users.map(({ externalId }) => externalId)).size,
    rate: throttle.rate,
    deadlocks: deadlocks.refused,
    faults: faults.list(),
    calls: Object.fromEntries(calls),
  };
}
