import { randomInt, randomUUID } from 'node:crypto';
import { type Case, type Effect, type Expected, type Level, levels, type Place } from './case.js';
import { type PlatformAnswer, Platform } from './platform.js';
import { misfit, told } from './shape.js';

/** What came of one case. Nothing in it was read on the platform but statuses, kinds of values and counts. */
export type CaseOutcome = Pick<Case, 'id' | 'says' | 'source' | 'certainty' | 'level'> &
  (
    | Confirmed
    | { readonly verdict: 'DIFFERENT'; readonly expected: string; readonly came: string }
    | { readonly verdict: 'UNKNOWN'; readonly why: string }
  );

type Confirmed = {
  readonly verdict: 'CONFIRMED';
  /** Versions that answer so, where versions differ. */
  readonly variants: readonly string[];
  /** Status and kind of the answers, and of the later readings where versions differ. */
  readonly answer: string;
};

export type ContractRun = {
  /** Origin of the platform. */
  readonly url: string;
  readonly login: string;
  readonly password: string;
  readonly level: Level;
  /** The school that is read; of the level WRITING one's own, which is empty or holds what an earlier run left. */
  readonly uai?: string | undefined;
  /** Of the level WRITING: what that school is called there, so that a slip of the UAI finds no other one. */
  readonly structureName?: string | undefined;
};

/** The school that was named is not one's own, or not to be told from one of others: nothing was written. */
export class NotOurStructure extends Error {
  override readonly name = 'NotOurStructure';
}

/** What a run makes bears these; what bears them may be written over. */
export const ours = { externalId: 'CONTRAT-', className: 'Contrat ' } as const;

export type ContractOutcome = {
  readonly cases: readonly CaseOutcome[];
  /** People of this run, or of an earlier one, who are still in the school: 0 where all could be deleted. */
  readonly left: number;
};

/**
 * Runs the cases in their order, up to the level that is allowed, and deletes whom they made: who has logged in is kept
 * by the platform for 90 days all the same. Throws NotOurStructure before anything is written.
 */
export async function runContract(
  run: ContractRun,
  cases: readonly Case[],
): Promise<ContractOutcome> {
  const platform = new Platform(run.url);
  const known = new Map<string, string>([
    ...Object.entries({ login: run.login, password: run.password, uai: run.uai ?? '' }),
    ...Object.entries({
      nobody: randomUUID(),
      run: letters(6),
      structureName: run.structureName ?? '',
    }),
  ]);
  const outcomes: CaseOutcome[] = [];
  let isChecked = run.level === 'READING';
  for (const one of cases) {
    if (!isChecked && one.level === 'WRITING') {
      await requireOwnStructure(platform, known, run);
      isChecked = true;
    }
    const { id, says, source, certainty, level } = one;
    const about = { id, says, source, certainty, level };
    outcomes.push({ ...about, ...(await outcomeOf(platform, known, one, run.level)) });
  }
  const hasWritten = run.level !== 'READING' && isChecked;
  return { cases: outcomes, left: hasWritten ? await tidyUp(platform, known) : 0 };
}

/** The session of the cases may have ended with them. */
async function tidyUp(platform: Platform, known: ReadonlyMap<string, string>): Promise<number> {
  const form = { email: known.get('login') ?? '', password: known.get('password') ?? '' };
  const opened = await platform.send({ method: 'POST', path: '/auth/login', as: 'nobody', form });
  platform.keepSession('tidy', opened.cookies);
  const people = async () => {
    const path = `/directory/users?structureId=${known.get('structure')}`;
    const list = jsonOf((await platform.send({ method: 'GET', path, as: 'tidy' })).text);
    return (Array.isArray(list) ? (list as Record<string, unknown>[]) : []).filter(
      ({ externalId }) => String(externalId).startsWith(ours.externalId),
    );
  };
  for (const { id } of await people())
    await platform.send({
      ...{ method: 'DELETE', path: `/directory/user?userId=${String(id)}`, as: 'tidy' },
    });
  return (await people()).length;
}

type Verdict =
  | Confirmed
  | { readonly verdict: 'DIFFERENT'; readonly expected: string; readonly came: string }
  | { readonly verdict: 'UNKNOWN'; readonly why: string };

async function outcomeOf(
  platform: Platform,
  known: Map<string, string>,
  one: Case,
  allowed: Level,
): Promise<Verdict> {
  if (levels.indexOf(one.level) > levels.indexOf(allowed))
    return { verdict: 'UNKNOWN', why: one.level };
  const missing = namesIn(one).filter((name) => !known.get(name));
  if (missing.length > 0) return { verdict: 'UNKNOWN', why: `not known: ${missing.join(', ')}` };
  const closed = sessionsOf(one).filter((name) => !platform.hasSession(name));
  if (closed.length > 0) return { verdict: 'UNKNOWN', why: `no session: ${closed.join(', ')}` };
  const filled = fill(one, known);
  try {
    return await judged(platform, known, filled);
  } catch (error) {
    const { name } = error as Error;
    return { verdict: 'UNKNOWN', why: `no answer (${name})` };
  }
}

async function judged(platform: Platform, known: Map<string, string>, one: Case): Promise<Verdict> {
  for (const request of one.given ?? []) await platform.send(request);
  const { atOnce } = one.request;
  const answers =
    atOnce === undefined
      ? [await platform.send(one.request)]
      : await platform.sendAtOnce(one.request, atOnce);
  const answer = answers[0]!;
  for (const request of one.then ?? []) await platform.send(request);
  const variants = new Set<string>();
  const seen = [answers.map(inWords)];
  for (const each of answers) {
    const judgement = judgementOf(each, one.expected);
    if ('came' in judgement) return { verdict: 'DIFFERENT', ...judgement };
    for (const version of judgement.variant) variants.add(version);
  }
  if (one.opens !== undefined) platform.keepSession(one.opens, answer.cookies);
  for (const [name, place] of Object.entries(one.remembers ?? {})) {
    const value = valueAt(jsonOf(answer.text), place);
    if (value !== undefined) known.set(name, value);
  }
  // An effect may speak of what its own case has just made known.
  for (const effect of one.effects ?? []) {
    const { request, expected } = fill(effect, known);
    const read = await platform.send(request);
    const later = judgementOf(read, expected);
    if ('came' in later) {
      const where = `${request.method} ${pathOf(effect)} : `;
      return {
        verdict: 'DIFFERENT',
        ...{ expected: `${where}${later.expected}`, came: `${where}${later.came}` },
      };
    }
    if (later.variant.length > 0)
      seen.push([`${request.method} ${pathOf(effect)} ${inWords(read)}`]);
    for (const version of later.variant) variants.add(version);
  }
  const words = seen.map(counted).join(' ; ');
  return { verdict: 'CONFIRMED', variants: [...variants], answer: words };
}

/** Nothing that was read: a status and a kind. */
const inWords = (answer: PlatformAnswer): string =>
  `${answer.status} ${contentInFrench[kindOf(answer)]}`;

/** Of several calls at once, each answer with its number. */
function counted(answers: readonly string[]): string {
  const counts = Map.groupBy(answers, (answer) => answer);
  return [...counts]
    .map(([answer, { length }]) => (length === 1 ? answer : `${answer} × ${length}`))
    .join(', ');
}

/** The first expectation that fits names the version; a difference is stated by the first expectation. */
function judgementOf(
  answer: PlatformAnswer,
  expected: Expected,
): { readonly variant: readonly string[] } | { expected: string; came: string } {
  const difference = differenceOf(answer, expected);
  const fitting = difference
    ? expected.variants?.find((variant) => !differenceOf(answer, variant))
    : expected;
  if (!fitting) return difference!;
  return { variant: fitting.seenIn === undefined ? [] : [fitting.seenIn] };
}

const pathOf = ({ request }: Effect) =>
  request.path.split('?')[0]!.replace(/[0-9a-f-]{36}/g, ':id');

function differenceOf(
  answer: PlatformAnswer,
  expected: Expected,
): { expected: string; came: string } | undefined {
  const { status, type, headers = {}, cookies = [], noCookie, body } = expected;
  if (answer.status !== status)
    return { expected: `statut ${status}`, came: `statut ${answer.status}` };
  const came = kindOf(answer);
  if (type !== 'ANY' && came !== type)
    return { expected: contentInFrench[type], came: contentInFrench[came] };
  for (const [name, pattern] of Object.entries(headers)) {
    const value = answer.headers.get(name);
    if (value === null || !new RegExp(pattern).test(value))
      return {
        expected: `${name} : ${pattern}`,
        came: `${name} : ${value === null ? 'absent' : 'autre valeur'}`,
      };
  }
  const lacking = cookies.find((name) => !answer.cookies.has(name));
  if (lacking !== undefined) return { expected: `cookie ${lacking}`, came: 'cookie absent' };
  if (noCookie !== undefined && answer.cookies.has(noCookie))
    return { expected: `pas de cookie ${noCookie}`, came: `cookie ${noCookie}` };
  if (!body) return undefined;
  const misfitting = misfit(body, came === 'JSON' ? jsonOf(answer.text) : answer.text);
  return misfitting === undefined ? undefined : { expected: told(body), came: misfitting };
}

const contentInFrench = {
  ...{ JSON: 'du JSON', HTML: 'une page', NONE: 'aucun contenu', ANY: 'un autre contenu' },
} as const;

function kindOf({ text, type }: PlatformAnswer): 'JSON' | 'HTML' | 'NONE' | 'ANY' {
  if (text.trim() === '') return 'NONE';
  if (/html/i.test(type) || text.trimStart().startsWith('<')) return 'HTML';
  return /^application\/json\b/i.test(type) && jsonOf(text) !== undefined ? 'JSON' : 'ANY';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function valueAt(body: unknown, { where = {}, take }: Place): string | undefined {
  const wanted = Object.entries(where).filter(([, value]) => value !== '');
  const of = Array.isArray(body)
    ? body.find((one: unknown) => wanted.every(([name, value]) => fieldOf(one, name) === value))
    : body;
  const value = take.split('.').reduce(fieldOf, of);
  return typeof value === 'string' ? value : undefined;
}

const fieldOf = (value: unknown, name: string): unknown =>
  (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];

/** Names that a case needs before it begins: its effects may use what it remembers itself. */
function namesIn({ request, given, effects, remembers = {}, expected, then }: Case): string[] {
  const text = JSON.stringify([request, given, then, expected, effects]);
  const names = [...text.matchAll(/\{([a-z][A-Za-z0-9]*)\}/g)].map((match) => match[1]!);
  return [...new Set(names)].filter((name) => !(name in remembers));
}

/** Sessions that a case calls with. A login that was refused is not tried a second time: five ban. */
function sessionsOf({ request, effects = [], opens }: Case): string[] {
  const names = [request, ...effects.map((effect) => effect.request)].map(
    ({ as = 'connector' }) => as,
  );
  return [...new Set(names)].filter((name) => name !== 'nobody' && name !== opens);
}

/** What is not known stays as it stands. */
function fill<Filled>(value: Filled, known: ReadonlyMap<string, string>): Filled {
  const inText = (text: string) =>
    text.replace(/\{([a-z][A-Za-z0-9]*)\}/g, (whole, name: string) => known.get(name) ?? whole);
  const walk = (one: unknown): unknown => {
    if (typeof one === 'string') return inText(one);
    if (Array.isArray(one)) return one.map(walk);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(
      Object.entries(one).map(([name, inner]) => [inText(name), walk(inner)]),
    );
  };
  return walk(value) as Filled;
}

/**
 * One's own: known by its UAI and by its name, without anybody and without a class that an earlier run did not make. No
 * school that works is like that. Throws NotOurStructure.
 */
async function requireOwnStructure(
  platform: Platform,
  known: ReadonlyMap<string, string>,
  { structureName, uai }: ContractRun,
): Promise<void> {
  const refuse = (why: string): never => {
    throw new NotOurStructure(why);
  };
  const structure = known.get('structure');
  if (!uai || !structureName) return refuse('no structure of one’s own is named');
  if (!structure) return refuse(`the platform shows no structure ${uai}`);
  if (/[_@]/.test(structureName)) return refuse('a name with _ or @ is misread by the CSV wizard');
  const list = async (path: string) => {
    const body = jsonOf((await platform.send({ method: 'GET', path })).text);
    return Array.isArray(body) ? (body as Record<string, unknown>[]) : refuse(`no list at ${path}`);
  };
  const structures = await list('/directory/structure/admin/list');
  const named = structures.find(({ id }) => id === structure)?.name;
  if (named !== structureName) refuse(`the structure ${uai} bears another name`);
  const users = await list(`/directory/users?structureId=${structure}`);
  const sameUsers = await list(`/directory/structure/${structure}/users`);
  const classes = await list(`/directory/class/admin/list?structureId=${structure}`);
  const isOurs = (value: unknown, prefix: string) => String(value).startsWith(prefix);
  const strangers = users.filter(({ externalId }) => !isOurs(externalId, ours.externalId));
  const others = classes.filter(({ name }) => !isOurs(name, ours.className));
  if (strangers.length > 0) refuse(`${strangers.length} people of others are in it`);
  if (others.length > 0) refuse(`${others.length} classes of others are in it`);
  // A list that is cut short shows an empty school, too; who is pre-deleted stands in one of them alone.
  const ids = new Set(users.map(({ id }) => id));
  const present = sameUsers.filter(({ deleteDate }) => (deleteDate ?? null) === null);
  if (present.length !== ids.size || !present.every(({ id }) => ids.has(id)))
    refuse('its two lists of people differ');
}

function letters(count: number): string {
  const all = 'abcdefghijklmnopqrstuvwxyz';
  return Array.from({ length: count }, () => all[randomInt(all.length)]).join('');
}
