import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { zip } from '../../apps/directory/test/archives.test-support.js';
import { academySource } from '../../deploy/local/demo/directory-imports.js';
import { waitUntilQuiet } from '../../deploy/local/demo/quiet.js';
import { demoScenario } from '../../deploy/local/demo/scenario.js';
import { Services } from '../../deploy/local/demo/services.js';
import { demoSettings } from '../../deploy/local/demo/settings.js';
import type { Stack } from '../../deploy/local/stack.mjs';
import * as directory from '../../deploy/tools/directory.js';
import { AccountState, type Account, Profile } from '#libs/contracts';
import { localDate } from '#libs/time';
import { logIn, type Session } from '../support/browser/log-in.js';
import { entOn } from '../support/ent-command.js';
import { generateAaf } from '../support/generator/generate-aaf.js';
import type { ThingsOfMember } from '../support/market/two-members.js';
import { type Answer, sendAs, today } from './each-door/door.js';

export type TwoMembers = {
  readonly stack: Stack;
  readonly own: ThingsOfMember;
  readonly other: ThingsOfMember;
};

const silent = { say() {}, wait() {}, done() {} };
/** Of the two members: one school each that forty pupils leave, and one that gains two. */
const [approved, rejected, passing] = ['0441606G', '0491959N', '0441689X'] as const;
const leavers = 40;

/**
 * Goal: what is held and then decided reaches the accounts exactly, and nothing else does (DIR-3, PRV-2). Method: on the
 * stack of two members of the demo the academy uploads an export, support level 2 approves one school of it and
 * rejects the rest, a head sends a list of the own school, and an operator does the same by commands; accounts are counted
 * before and after.
 */
export function heldImport(given: () => TwoMembers): void {
  let services: Services;
  beforeAll(() => {
    services = new Services(demoSettings.parse(given().stack.env), silent);
  });
  afterAll(() => services.close());

  const quiet = () => waitUntilQuiet(services, silent, localDate(today));

  /** Accounts of a school, by id; those of the profiles named alone. */
  async function accountsAt(uai: string, ...profiles: Profile[]): Promise<Map<string, Account>> {
    const found = new Map<string, Account>();
    for (let cursor = ''; ;) {
      const page = await services
        .provisioning('support-2')
        .listAccounts({ uai, limit: 200, cursor });
      for (const account of page.accounts) {
        if (profiles.length === 0 || profiles.includes(account.profile)) {
          found.set(account.accountId, account);
        }
      }
      cursor = page.nextCursor;
      if (cursor === '') return found;
    }
  }
  const isGoing = ({ state }: Account) =>
    [AccountState.CLOSING, AccountState.DELETED].includes(state);
  const going = async (uai: string) =>
    new Set([...(await accountsAt(uai)).values()].filter(isGoing).map(({ personId }) => personId));

  /** The people of a school who end by a plan, whatever else keeps them waiting. */
  async function ended(planId: string, uai: string): Promise<string[]> {
    const people: string[] = [];
    for (let cursor = ''; ;) {
      const asked = { planId, uai, kind: 'END', limit: 200, cursor };
      const page = await services.directory('support-2').listPlanChanges(asked);
      people.push(...page.changes.map(({ personId }) => personId));
      cursor = page.nextCursor;
      if (cursor === '') return people;
    }
  }

  test('DIR-3: of an academy’s upload one held school is approved and one rejected; the accounts follow exactly', async () => {
    const { stack } = given();
    const level2 = new Desk(stack, await logIn(stack.consoleUrl, 'support-2'));
    const before = await Promise.all([approved, rejected, passing].map((uai) => accountsAt(uai)));
    expect(before.map((accounts) => [...accounts.values()].filter(isGoing))).toEqual([[], [], []]);
    const sent = await level2.upload(academySource.sourceCode, [
      { name: 'aaf-2022-10-29.zip', content: await export29October(stack.dir) },
    ]);
    const held = await level2.reaches('HELD', sent);
    const { schools } = await level2.get(`/plans/${held.planId}/schools?limit=50`);
    const stateOf = (uai: string): Answer => schools.find((one: Answer) => one.uai === uai);
    expect([approved, rejected, passing].map((uai) => stateOf(uai).state)).toEqual([
      ...['HELD', 'HELD', 'RELEASED'],
    ]);
    await ofEachMember(level2, held.planId);
    await quiet();
    // What is under its threshold is there at once, what is held is not.
    expect(await arrivals(before[2]!, passing)).toHaveLength(2);
    expect([await going(approved), await going(rejected)]).toEqual([new Set(), new Set()]);
    const goingAway = await ended(held.planId, approved);
    expect(goingAway.length).toBeGreaterThan(leavers);
    const reason = 'CORRECTION_SOURCE SUP-7';
    await level2.post(`/plans/${held.planId}/approval`, { uai: approved, reason });
    await level2.reaches('HELD', sent, ({ peopleRemoved }) => peopleRemoved > 0);
    await quiet();
    expect(await going(approved)).toEqual(new Set(goingAway));
    expect(await going(rejected)).toEqual(new Set());
    const pupils = [...(await accountsAt(approved, Profile.STUDENT)).values()];
    expect(pupils.filter(isGoing)).toHaveLength(leavers);
    await level2.post(`/imports/${sent}/rejection`, { reason });
    await level2.reaches('COMPLETED', sent);
    await quiet();
    expect(await accountsAt(rejected)).toEqual(before[1]);
  }, 120_000);

  test('DIR-5: a head sends a list of the own school, reads what it would do and approves it', async () => {
    const { stack, own } = given();
    const declared = ['--kind', 'ONDE', '--title', 'ONDE des écoles', '--priority', '20'];
    const answer = await entOn(stack.env, directory, 'declare-source', 'onde', ...declared);
    expect(answer[0]).toBe(0);
    const head = new Desk(stack, await logIn(stack.consoleUrl, `school-${own.uai.toLowerCase()}`));
    const before = await accountsAt(own.uai, Profile.STUDENT);
    const sent = await head.upload('onde', [{ name: 'eleves.csv', content: onde('Ysaline') }], {
      ...{ uai: own.uai, datedOn: '2022-10-28' },
    });
    const held = await head.reaches('HELD', sent);
    const { schools } = await head.get(`/plans/${held.planId}/schools`);
    expect(schools).toMatchObject([{ uai: own.uai, over: false, figures: { added: 1, ended: 0 } }]);
    await quiet();
    expect(await arrivals(before, own.uai, Profile.STUDENT)).toEqual([]);
    const reason = 'APERCU_VERIFIE';
    await head.post(`/plans/${held.planId}/approval`, { uai: own.uai, reason });
    expect(await head.reaches('COMPLETED', sent)).toMatchObject({ peopleCreated: 1 });
    await quiet();
    expect(await arrivals(before, own.uai, Profile.STUDENT)).toHaveLength(1);
  }, 60_000);

  test('DIR-1, DIR-3: ent directory import --uai, plan, approve and reject do the same from a terminal', async () => {
    const { stack, own } = given();
    const level2 = new Desk(stack, await logIn(stack.consoleUrl, 'support-2'));
    const before = await accountsAt(own.uai, Profile.STUDENT);
    const command = async (...args: string[]) => {
      const [status, printed] = await entOn(stack.env, directory, ...args);
      expect([status, printed]).toEqual([0, printed]);
      return printed;
    };
    const folder = mkdtempSync(join(stack.dir, 'onde-'));
    const bring = async (name: string, datedOn: string, ...firstNames: string[]) => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'eleves.csv'), onde(...firstNames));
      const which = ['--source', 'onde', '--uai', own.uai, '--dated-on', datedOn];
      const told = await command('import', join(folder, name), ...which, '--plan-only', '--json');
      const { importId } = (JSON.parse(told) as Answer).import;
      expect(await level2.reaches('HELD', importId)).toMatchObject({ planOnly: true });
      return importId as string;
    };
    const wrong = await bring('onde-1', '2022-10-29', 'Ysaline', 'Wrong', 'Mistaken');
    expect(await command('plan', wrong, '--school', own.uai)).toMatch(/RETENUE.*2 nouvelles/);
    // And who pays for the school.
    expect(await command('plan', wrong)).toMatch(/ : 1 école, 1 RETENUE, .*2 nouvelles/);
    await command('reject', wrong, '--reason', 'AUTRE');
    const right = await bring('onde-2', '2022-10-30', 'Ysaline', 'Maëlane');
    expect(await command('plan', right, '--school', own.uai)).toMatch(/RETENUE.*1 nouvelle/);
    await command('approve', right, '--reason', 'APERCU_VERIFIE', '--ticket', 'SUP-8');
    expect(await level2.reaches('COMPLETED', right)).toMatchObject({ peopleCreated: 1 });
    // Nothing of it was applied.
    expect(await level2.reaches('REFUSED', wrong)).toMatchObject({ peopleCreated: 0 });
    await quiet();
    expect(await arrivals(before, own.uai, Profile.STUDENT)).toHaveLength(1);
    expect(await command('imports', '--limit', '2')).toContain('onde-2');
  }, 60_000);

  /** DIR-3: each member has the figures of the schools that it pays for that day, the others stand apart, page by page. */
  async function ofEachMember(level2: Desk, planId: string): Promise<void> {
    const { plan, schools } = await level2.get(
      `/plans/${planId}/schools?changingOnly=true&limit=200`,
    );
    const told = await level2.get(`/plans/${planId}/members`);
    const sumOf = (uais: readonly string[]) => {
      const own = schools.filter(({ uai }: Answer) => uais.includes(uai));
      const total = (of: (school: Answer) => number) =>
        own.reduce((sum: number, school: Answer) => sum + of(school), 0);
      return {
        ...{ schools: own.length, held: total(({ state }) => Number(state === 'HELD')) },
        figures: {
          present: total(({ figures }) => figures.present),
          ended: total(({ figures }) => figures.ended),
          added: total(({ figures }) => figures.added),
        },
      };
    };
    const membership = services.membership('support-2');
    const paidFor: string[] = [];
    for (const { membershipId, ...member } of told.members) {
      const { links } = await membership.listSchoolsFinanced({ membershipId, limit: 200 });
      const uais = links.flatMap(({ uai, period }) =>
        period && period.startsOn <= plan.madeOn && plan.madeOn < period.endsOn ? [uai] : [],
      );
      expect(member).toMatchObject(sumOf(uais));
      paidFor.push(...uais);
    }
    const others = schools.map(({ uai }: Answer) => uai as string);
    expect(told.unfinanced).toMatchObject(
      sumOf(others.filter((uai: string) => !paidFor.includes(uai))),
    );
    expect([approved, rejected].filter((uai) => paidFor.includes(uai))).not.toEqual([]);
    const first = await level2.get(`/plans/${planId}/members?limit=1`);
    expect(first).toMatchObject({ members: told.members.slice(0, 1) });
    const next = await level2.get(`/plans/${planId}/members?limit=1&cursor=${first.nextCursor}`);
    expect(next.members).toEqual(told.members.slice(first.nextCursor === '' ? 0 : 1).slice(0, 1));
  }

  /** Accounts that were not there. */
  async function arrivals(
    before: ReadonlyMap<string, Account>,
    uai: string,
    profile = Profile.STUDENT,
  ): Promise<string[]> {
    return [...(await accountsAt(uai, profile)).keys()].filter((id) => !before.has(id));
  }
}

/** Extraction of pupils of a school: invented ones of one name, whom no other source states. */
const onde = (...firstNames: string[]) =>
  Buffer.from(
    [
      'Nom élève;Prénom élève;Date naissance;Niveau;Libellé classe;Identifiant classe',
      ...firstNames.map((name) => `KERDUVAL;${name};2016-03-09;CE1;CE1 A;7`),
    ].join('\n'),
  );

/** The academy's export of the day after the pupils have gone, packed. */
async function export29October(dir: string): Promise<Buffer> {
  const { seed, rentree, members } = demoScenario('small');
  const folder = mkdtempSync(join(dir, 'aaf-'));
  const day = '2022-10-28';
  const { files } = await generateAaf({
    ...{ seed, rentree, folder, exportedOn: '2022-10-29' },
    schools: members
      .filter(({ key }) => ['ancenis', 'montreuil'].includes(key))
      .flatMap(({ schools }) => schools.map(({ uai, headcount }) => ({ uai, headcount }))),
    changes: [
      { kind: 'leave', uai: approved, count: leavers, day },
      { kind: 'leave', uai: rejected, count: leavers, day },
      { kind: 'enter', uai: passing, count: 2, day },
    ],
  });
  const packed = files.map((name) => ({ name, content: readFileSync(join(folder, name)) }));
  rmSync(folder, { recursive: true });
  return zip(packed);
}

type File = { readonly name: string; readonly content: Buffer };
const ends = ['COMPLETED', 'REFUSED', 'FAILED'];

/** The pages of imports, as somebody who is logged in uses them. */
class Desk {
  constructor(
    private readonly stack: Stack,
    private readonly session: Session,
  ) {}

  /** Sends files and starts their import; gives its id. */
  async upload(source: string, files: readonly File[], said: object = {}): Promise<string> {
    const { uploadId } = await this.post('/uploads', { source, ...said });
    for (const { name, content } of files) {
      const body = new Uint8Array(content) as unknown as Buffer<ArrayBuffer>;
      await this.send('put', `/uploads/${uploadId}/files?name=${name}`, body);
    }
    return (await this.post(`/uploads/${uploadId}/import`, {})).importId;
  }

  /** The import once it is in that state, and as wanted; fails where it ends otherwise. */
  async reaches(
    state: 'HELD' | 'COMPLETED' | 'REFUSED',
    importId: string,
    isWanted: (found: Answer) => boolean = () => true,
  ): Promise<Answer> {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      const found = await this.get(`/imports/${importId}`);
      if (found.state === state && isWanted(found)) return found;
      if (ends.includes(found.state)) throw new Error(`import ${importId} is ${found.state}`);
      await sleep(100);
    }
    throw new Error(`import ${importId} does not become ${state}`);
  }

  get = (path: string): Promise<Answer> => this.send('get', path, '');
  post = (path: string, body: object): Promise<Answer> =>
    this.send('post', path, JSON.stringify(body));

  private async send(method: string, path: string, body: string | Buffer<ArrayBuffer>) {
    const address = `/api/support${path}`;
    const response = await sendAs(this.session, this.stack.consoleUrl, { method, address, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Answer;
  }
}
