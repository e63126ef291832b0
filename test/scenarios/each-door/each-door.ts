import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getOption } from '@bufbuild/protobuf';
import { access, services } from '#libs/contracts';
import { Services } from '../../../deploy/local/demo/services.js';
import { demoSettings } from '../../../deploy/local/demo/settings.js';
import type { Stack } from '../../../deploy/local/stack.mjs';
import type { Route } from '../../e2e/console/routes-of.js';
import { logIn, type Session } from '../../support/browser/log-in.js';
import { asOwner, placesThatSay } from '../../support/everywhere.js';
import type { ThingsOfMember } from '../../support/market/two-members.js';
import { adhesions } from './adhesions.js';
import { billing } from './billing.js';
import { type Door, type Hat, type Known, knownOf, tryDoor } from './door.js';
import { endings } from './endings.js';
import { governance } from './governance.js';
import { hostileFaults } from './hostile.js';
import { rpcsOfLdap } from './ldap-rpcs.js';
import { orders } from './orders.js';
import { fromOtherMarket, notRefused, operationsOf } from './other-market.js';
import { tryRpc } from './rpc.js';
import { rpcs } from './rpcs.js';
import { support } from './support.js';

/** In this order: what is taken away is taken last. */
const chapters = { support, orders, adhesions, governance, billing, endings };
const doors: readonly Door[] = Object.values(chapters).flat();
const openApi = JSON.parse(readFileSync('apps/console/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
};
const silent = { say() {}, wait() {}, done() {} };

export type TwoMembers = {
  readonly stack: Stack;
  readonly routes: readonly Route[];
  readonly own: ThingsOfMember;
  readonly other: ThingsOfMember;
};

/**
 * Goal: no public operation is answered by fakes alone; one that nobody behind the console serves fails here. Method:
 * a story told in calls, each by somebody who may, through the console to the service that decides; and what the
 * services answer to each other, over gRPC. A new route or RPC makes the lists incomplete: give it its line.
 */
export function eachDoor(given: () => TwoMembers): void {
  const sessions = new Map<Hat, { readonly session: Promise<Session>; readonly untilMs: number }>();
  let known: Known | undefined;

  const sessionOf = (hat: Hat): Promise<Session> => {
    const { stack } = given();
    const known = sessions.get(hat);
    if (known && known.untilMs > Date.now()) return known.session;
    const session = logIn(stack.consoleUrl, loginOf(hat, given()));
    // Who signs has logged in a moment ago.
    sessions.set(hat, { session, untilMs: Date.now() + 240_000 });
    return session;
  };

  test.each(Object.entries(chapters))(
    'each public operation is answered by its own service: %s',
    async (_name, chapter) => {
      const { stack, own, other } = given();
      known ??= knownOf(own, other);
      const failures: string[] = [];
      for (const door of chapter) {
        await tryDoor(door, known, stack.consoleUrl, await sessionOf(door.as)).catch(
          (error: Error) => void failures.push(error.message),
        );
      }
      expect(failures).toEqual([]);
    },
    60_000,
  );

  test('a page that nobody was told of makes no list stumble', async () => {
    const { stack, own, other } = given();
    known ??= knownOf(own, other);
    // It left at the end of its chapter.
    sessions.delete('finance');
    const stumbles: string[] = [];
    for (const { tells: _tells, keep: _keep, ...list } of doors.filter(isPaged)) {
      for (const cursor of unheardOf) {
        const door = { ...list, query: (things: Known) => ({ ...list.query?.(things), cursor }) };
        await tryDoor(door, known, stack.consoleUrl, await sessionOf(door.as)).catch(
          ({ message }: Error) => {
            if (!/: 422 .*CURSOR_INVALID/.test(message)) stumbles.push(message);
          },
        );
      }
    }
    expect(stumbles).toEqual([]);
  }, 60_000);

  test('knows every public operation', () => {
    const named = new Set(doors.map(({ route }) => route));
    const served = ['post /api/logout', ...given().routes.map(asText)];
    expect(served.filter((route) => !named.has(route))).toEqual([]);
    expect([...named].filter((route) => !served.includes(route))).toEqual([]);
  });

  test('each RPC without a route is answered by its own service', async () => {
    const { stack, own, other } = given();
    const doorsOfAll = new Services(demoSettings.parse(stack.env), silent);
    const failures: string[] = [];
    // Of the other member: nothing of it has changed.
    const { login: _login, ...things } = { ...knownOf(own, other), ...other };
    for (const rpc of rpcs) {
      await tryRpc(rpc, doorsOfAll, things).catch(
        (error: Error) => void failures.push(error.message),
      );
    }
    doorsOfAll.close();
    expect(failures).toEqual([]);
  }, 60_000);

  test('AUT-1: no table, segment, journal or log says a code that stood on a letter', async () => {
    const { stack } = given();
    const codes = await codesOnLetters(stack);
    expect(codes.length).toBeGreaterThan(3);
    expect(await placesThatSay(stack, codes)).toEqual([]);
  }, 60_000);

  test('SUP-3: each operation is refused to the same role of another market', async () => {
    const { stack, own, other } = given();
    known ??= knownOf(own, other);
    const outcomes = new Map<string, string[]>();
    for (const operation of operationsOf(doors)) {
      const { route } = operation.door;
      const before = outcomes.get(route) ?? [];
      outcomes.set(route, [...before, ...(await fromOtherMarket(operation, known, stack))]);
    }
    expect(outcomes.size).toBeGreaterThan(150);
    expect([...outcomes].flatMap(([route, each]) => notRefused(route, each))).toEqual([]);
  }, 120_000);

  // Last: what is well formed enough is carried out.
  test('no door answers what no form sends with a fault of its own', async () => {
    const { stack, own, other } = given();
    known ??= knownOf(own, other);
    // A matrix of doors, places and shapes; each run of all tests asks a fixed sixtieth of it.
    const step = process.env['PROVE'] === '1' ? 1 : 60;
    // Whoever logged out at the last door comes again.
    sessions.clear();
    const faults: string[] = [];
    for (const [index, door] of doors.entries()) {
      if (door.route === 'post /api/logout') continue;
      const session = await sessionOf(door.as);
      faults.push(...(await hostileFaults(door, index, known, stack.consoleUrl, session, step)));
    }
    expect(faults).toEqual([]);
  }, 1_800_000);

  test('SUP-4: no answer that is kept for a repetition, in any database, names anybody of the schools', async () => {
    const { stack } = given();
    const kept = await keptAnswers(stack);
    // A decision about an account, and a letter asked for, are kept.
    for (const operation of ['DecideAccount', 'RequestLetter'])
      expect(kept.map(({ place }) => place)).toContainEqual(expect.stringContaining(operation));
    const people = await namesOfPeople(stack);
    expect(people.length).toBeGreaterThan(100);
    expect(naming(kept, people)).toEqual([]);
    // A name would be seen, also in the database of the console, which decides nothing itself.
    const [{ last_name, first_name }] = people as [Named];
    await asOwner(
      ...[stack, 'console'],
      `insert into platform.idempotent_answer (organisation_id, operation, key, request_hash, answer)
       values ('o', 'Forged', 'k', 'h', jsonb_build_object('who', $1::text || ' ' || $2::text))`,
      [first_name, last_name],
    );
    expect(naming(await keptAnswers(stack), people)).toEqual(['console Forged']);
    await asOwner(
      ...[stack, 'console'],
      `delete from platform.idempotent_answer where operation = 'Forged'`,
    );
  }, 60_000);

  test('knows every RPC without a route', () => {
    const named = new Set<string>([...rpcs.map(({ rpc }) => rpc), ...rpcsOfLdap]);
    const unnamed = services.flatMap(({ name, methods }) =>
      methods
        .filter((rpc) => getOption(rpc, access).method.case === undefined)
        .map(({ localName }) => `${name}.${localName}`)
        .filter((rpc) => !named.has(rpc)),
    );
    expect(unnamed).toEqual([]);
  });
}

/** Codes of a few of those whose letters were printed, of activation and renewal, as the simulated ENT's own journal has them. */
async function codesOnLetters(stack: Stack): Promise<string[]> {
  const { rows } = await asOwner(
    ...[stack, 'provisioning'],
    `select distinct a.ent_id from platform.audit_entry e join account a on e.subject = 'account:' || a.account_id
     where e.action = 'letter.printed' order by 1 limit 4`,
  );
  const users = rows.map(({ ent_id }) => String(ent_id));
  const lines = readFileSync(join(stack.dir, 'ent', 'journal.ndjson'), 'utf8').split('\n');
  const ofThem = lines.filter((line) => users.some((user) => line.includes(user))).join('\n');
  const said = ofThem.matchAll(/"(?:activationCode|code)":"([^"]{6,})"/g);
  return [...new Set([...said].map(([, code = '']) => code))].slice(0, 8);
}

type KeptAnswer = { readonly place: string; readonly said: string };

/** Answers and refusals that a key gives again, of each database. */
async function keptAnswers(stack: Stack): Promise<KeptAnswer[]> {
  const kept = await Promise.all(
    Object.keys(stack.backing.databaseUrls).map(async (service) => {
      const { rows } = await asOwner(
        ...[stack, service],
        `select operation, concat_ws(' ', answer, refusal) as said from platform.idempotent_answer`,
      );
      return rows.map(({ operation, said }) => ({ place: `${service} ${operation}`, said }));
    }),
  );
  return kept.flat();
}

type Named = {
  readonly last_name: string;
  readonly first_name: string;
  readonly source_key: string;
  readonly login: string | null;
};

async function namesOfPeople(stack: Stack): Promise<Named[]> {
  const { rows: people } = await asOwner(
    ...[stack, 'directory'],
    'select person_id, last_name, first_name, source_key from person',
  );
  const { rows: accounts } = await asOwner(
    ...[stack, 'provisioning'],
    'select person_id, login from account',
  );
  const logins = new Map(accounts.map(({ person_id, login }) => [person_id, login]));
  return people.map((person) => ({ ...person, login: logins.get(person.person_id) ?? null }));
}

/** Where somebody stands by first and last name, or by what they are called elsewhere. */
function naming(kept: readonly KeptAnswer[], people: readonly Named[]): string[] {
  const found = kept.filter(({ said }) =>
    people.some(
      ({ last_name, first_name, source_key, login }) =>
        (said.includes(last_name) && said.includes(first_name)) ||
        said.includes(source_key) ||
        (login !== null && login !== '' && said.includes(login)),
    ),
  );
  return [...new Set(found.map(({ place }) => place))].sort();
}

/** What the description of the routes gives a cursor. */
const isPaged = ({ route }: Door) => {
  const path = route.replace(/^get /, '').replace(/:(\w+)/g, '{$1}');
  return openApi.paths[path]?.['get']?.parameters?.some(({ name }) => name === 'cursor') ?? false;
};
/** Of one to four parts, as the lists have them, which are no day, no id and no figure. */
const unheardOf = [1, 2, 3, 4].map((parts) =>
  Buffer.from(JSON.stringify(Array(parts).fill('x'))).toString('base64url'),
);

const asText = ({ method, path }: Route) => `${method} ${path}`;

function loginOf(hat: Hat, { own, other }: TwoMembers): string {
  switch (hat) {
    case 'reader':
    case 'orderer':
    case 'finance':
      return own.login(hat);
    case 'head':
      return `school-${own.uai.toLowerCase()}`;
    case 'other orderer':
      return other.login('orderer');
    default:
      return hat;
  }
}
