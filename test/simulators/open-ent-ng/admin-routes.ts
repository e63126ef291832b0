import type { Fault, Faults } from './faults.js';
import type { Graph, User } from './graph.js';
import type { Answer } from './route.js';
import type { Sessions } from './sessions.js';
import type { Throttle } from './throttle.js';

type Simulator = {
  readonly graph: Graph;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly sessions: Sessions;
  readonly calls: Map<string, number>;
  makeBackup(): void;
  restoreBackup(): void;
};

const ok = (body: unknown, status = 200): Answer => ({
  status,
  body: JSON.stringify(body),
  type: 'application/json',
});

/** What the real thing does not have: looking inside, breaking it, and the letters on paper. */
export function adminRoute(
  simulator: Simulator,
  method: string,
  path: string,
  body: string,
): Answer {
  const input = (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>;
  switch (`${method} ${path}`) {
    case 'GET /__simulator':
      return ok(stateOf(simulator));
    case 'POST /__simulator/faults':
      simulator.faults.set(input.faults as Partial<Fault>[]);
      return ok({ faults: simulator.faults.list() });
    case 'POST /__simulator/rate':
      simulator.throttle.set({
        perSecond: Number(input.perSecond ?? 0),
        latencyMs: Number(input.latencyMs ?? 0),
      });
      return ok(simulator.throttle.rate);
    case 'POST /__simulator/expire-sessions':
      simulator.sessions.expireAll();
      return ok({});
    case 'POST /__simulator/backup':
      simulator.makeBackup();
      return ok({});
    case 'POST /__simulator/restore':
      simulator.restoreBackup();
      return ok({});
    case 'POST /__simulator/letters':
      return ok({ letters: lettersOf(simulator, input) });
    default:
      return ok({ error: 'unknown' }, 404);
  }
}

function stateOf({ graph, faults, throttle, calls }: Simulator) {
  const users = [...graph.users.values()];
  const count = (isCounted: (user: User) => boolean) => users.filter(isCounted).length;
  return {
    structures: graph.structures.size,
    classes: graph.classes.size,
    users: users.length,
    activated: count(({ activationCode }) => activationCode === null),
    blocked: count(({ blocked }) => blocked),
    deleted: count(({ deleteDate }) => deleteDate !== null),
    distinctExternalIds: new Set(users.map(({ externalId }) => externalId)).size,
    rate: throttle.rate,
    faults: faults.list(),
    calls: Object.fromEntries(calls),
  };
}

/**
 * The letters that a school prints for its families and pupils, by login: the code stays on the
 * letter until its account is activated. People get their code this way and no other.
 */
function lettersOf({ graph }: Simulator, { uai, profile }: Record<string, unknown>) {
  const structure = graph.structureOfUai(String(uai));
  return graph
    .usersOf(structure?.id ?? '')
    .filter(({ type, deleteDate }) => type === profile && deleteDate === null)
    .map(({ login, activationCode }) => ({ login, activationCode }))
    .sort((a, b) => (a.login < b.login ? -1 : 1));
}
