import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { localDate } from '#libs/time';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { aLostUser, books, compared, parts, uai } from '../../test/ent-comparison.test-support.js';
import { idOf, looks, night, seen, userIdOf, userOf } from '../../test/ent-nights.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import { EntUnavailable } from '../ent/ent.module.js';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import { feed } from '../../../../test/simulators/open-ent-ng/graph/feed.js';
import type { User } from '../../../../test/simulators/open-ent-ng/graph/nodes.js';
import {
  linkToClass,
  linkToStructure,
  relate,
  unlinkFromClass,
  unrelate,
} from '../../../../test/simulators/open-ent-ng/graph/ties.js';
import {
  activate,
  block,
  createUserInClass,
  updateUser,
} from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

/** Made by hand, by whoever did not see that the person is there: the ENT draws its identifier. */
function aSecondUser({ firstName, lastName, birthDate }: User, classId: string): User {
  const person = { firstName, lastName, birthDate, type: 'Student' };
  return createUserInClass(bed.ent.graph, classId, person)!;
}
const placesOf = ({ classIds, structureIds }: User) => [
  [...classIds].sort(),
  [...structureIds].sort(),
];

test('PRV-5: each night what differs is found and repaired, and reading it costs one list where nothing does', async () => {
  await seen(pupils(uai, 40));
  await night('2022-11-11');
  expect(await looks()).toEqual(['11-10 1A MATCHED', '11-11 1A MATCHED']);
  expect([bed.ent.calls.get('admin-list-users'), bed.ent.calls.get('list-users')]).toEqual([
    2,
    undefined,
  ]);
  const { login, activationCode } = await userOf(7);
  activate(bed.ent.graph, login, activationCode!, 'mot de passe');
  remove(bed.ent.graph, [(await userOf(1)).id]);
  block(bed.ent.graph, (await userOf(2)).id, true);
  updateUser(bed.ent.graph, (await userOf(3)).id, { lastName: 'Autre', firstName: 'Prenom3' });
  await night('2022-11-12');
  expect((await looks()).at(-1)).toBe(
    '11-12 1A REPAIRED BLOCK REPAIRED 2, MISSING REPAIRED 1, NAME REPAIRED 3',
  );
  expect([await compared(), (await userOf(2)).blocked, (await userOf(3)).lastName]).toEqual([
    [],
    false,
    'Nom3',
  ]);
  expect([await bed.stateOf(idOf(7)), (await bed.historyOf(idOf(1))).slice(-2)]).toEqual([
    ['ACTIVATED'],
    ['PROVISIONING 2022-11-12 RECONCILIATION', 'PROVISIONED 2022-11-12 ENT'],
  ]);
  await night('2022-11-13');
  expect((await looks()).at(-1)).toBe('11-13 1A MATCHED');
  // A key of the academy's is what the ENT calls a user, and is kept nowhere.
  aLostUser(77, { externalId: 'NANTES-77' });
  await night('2022-11-14');
  const [row] = await bed.rows<{ kept: string }>(
    "select differences::text as kept from ent_look where day = '2022-11-14'",
  );
  expect(row?.kept).toMatch(/UNKNOWN/);
  expect(row?.kept).not.toMatch(/NANTES/);
  // Plans have the same thresholds, of which the night has used one.
  const leave = (from: number, to: number) =>
    bed.import(
      pupils(uai, 40)
        .slice(from, to)
        .map((pupil) => ({ ...pupil, endsOn: '2022-11-14', revision: 2 })),
      { on: '2022-11-14' },
    );
  const held = () =>
    bed.rows('select closes, held_by from ent_plan_part where closes > 0 order by closes');
  await leave(20, 29);
  await bed.untilQuiet();
  expect(await held()).toEqual([{ closes: 9, held_by: '' }]);
  await leave(29, 30);
  await bed.untilQuiet();
  expect(await held()).toMatchObject([{ closes: 1, held_by: 'WHOLE' }, { closes: 9 }]);
});

test('PRV-5, PRV-3: an answer that cannot be believed is an incident and concludes nothing; who was lost then is not counted from the day after the last look that saw it', async () => {
  await seen(pupils(uai, 4));
  const before = await books();
  const incidents = [
    ['2022-11-11', 'page-200', 'ENT_SESSION'],
    ['2022-11-12', 'throttled-429', 'ENT_THROTTLED'],
    ['2022-11-13', 'half-list', 'ENT_LISTS_DIFFER'],
  ] as const;
  for (const [day, mode, code] of incidents) {
    const calls = 'GET /directory/user/admin/list';
    bed.ent.faults.set([{ mode, calls, retryAfter: '1' }]);
    await bed.begin(day);
    const line = `${day.slice(5)} 1A INCIDENT ${code}`;
    await bed.until(line, async () => (await looks()).at(-1) === line);
  }
  // Reading it again says the same: the day is quiet, and the next looks anew.
  await bed.untilQuiet();
  expect(await books()).toEqual(before);
  remove(bed.ent.graph, [(await userOf(3)).id]);
  bed.ent.faults.set([]);
  await night('2022-11-14');
  expect((await looks()).at(-1)).toBe('11-14 1A REPAIRED MISSING REPAIRED 3');
  expect((await bed.historyOf(idOf(3))).slice(-2)).toEqual([
    'PROVISIONING 2022-11-11 RECONCILIATION',
    'PROVISIONED 2022-11-14 ENT',
  ]);
  // The whole school: held, and nobody loses a state by it.
  for (const { id } of [...bed.ent.graph.users.values()]) remove(bed.ent.graph, [id]);
  await night('2022-11-15');
  expect((await looks()).at(-1)).toBe('11-15 1A INCIDENT ENT_ANSWER_EMPTY');
  expect(await bed.stateOf(idOf(1))).toEqual(['PROVISIONED']);
});

test('PRV-5: 100 changes made by hand are all found in one night, and held beyond what it may do (PRV-8)', async () => {
  const relatives = Array.from({ length: 25 }, (_, index) =>
    aPupil(201 + index, {
      ...{ uai, profile: 'RELATIVE', birthDate: '', classLabel: '' },
      childIds: [idOf(1 + index)],
    }),
  );
  const others = Array.from({ length: 2 }, (_, at) => aPupil(150 + at, { uai, classLabel: 'CP' }));
  await seen([...pupils(uai, 120), ...others, ...relatives]);
  const classNamed = (wanted: string) =>
    [...bed.ent.graph.classes.values()].find(({ name }) => name === wanted)!.id;
  const [own, other] = [classNamed('CE2 A'), classNamed('CP')];
  const { graph } = bed.ent;
  const byHand = {
    MISSING: (id: string) => remove(graph, [id]),
    BLOCK: (id: string) => block(graph, id, true),
    NAME: (id: string) => updateUser(graph, id, { firstName: 'Autre', lastName: 'Nom' }),
    'NAME of birth': (id: string) => updateUser(graph, id, { birthDate: '2013-01-01' }),
    PLACE: (id: string) => unlinkFromClass(graph, own, id),
    'PLACE elsewhere': (id: string) => {
      linkToClass(graph, other, id);
      unlinkFromClass(graph, own, id);
    },
    'PLACE further': (id: string) => linkToClass(graph, other, id),
  };
  const kinds = fc.sample(
    fc.constantFrom(...[...Object.keys(byHand), 'LINKS', 'LINKS more', 'UNKNOWN', 'DUPLICATE']),
    { numRuns: 100, seed: 20_221_110 },
  );
  const expected: string[] = [];
  let [pupil, relative] = [25, 200];
  for (const kind of kinds) {
    const [word = ''] = kind.split(' ');
    if (word === 'UNKNOWN') {
      expected.push(`UNKNOWN ${aLostUser(500 + expected.length).externalId}`);
    } else if (word === 'LINKS') {
      relative += 1;
      const [guardian, child] = [await userOf(relative), await userOf(relative - 200)];
      if (kind === 'LINKS') {
        unrelate(graph, child.id, guardian.id);
        // The ENT takes it out of the child's class, too.
        expected.push(`PLACE ${relative}`);
      } else relate(graph, (await userOf(150)).id, guardian.id);
      expected.push(`LINKS ${relative}`);
    } else {
      pupil += 1;
      if (kind === 'DUPLICATE') aSecondUser(await userOf(pupil), own);
      else byHand[kind as keyof typeof byHand]((await userOf(pupil)).id);
      expected.push(`${word} ${pupil}`);
    }
  }
  expect(await compared()).toEqual(expected.sort());
  await night('2022-11-11');
  const [row] = await bed.rows<{ status: string; found: number; fates: object; calls: number }>(
    `select status, calls, jsonb_array_length(differences) as found,
       (select jsonb_object_agg(kind, fates) from (
          select d->>'kind' as kind, string_agg(distinct d->>'fate', ',') as fates
          from jsonb_array_elements(differences) d group by 1) as x) as fates
     from ent_look where day = '2022-11-11'`,
  );
  expect(row).toEqual({
    ...{ status: 'HELD', calls: 0, found: expected.length },
    fates: {
      ...{ MISSING: 'REPAIRED', LINKS: 'HELD' },
      ...{ BLOCK: 'HELD', NAME: 'HELD', PLACE: 'HELD', UNKNOWN: 'HELD', DUPLICATE: 'HELD' },
    },
  });
});

test('PRV-5: who was put where nobody has put him leaves it, and a second user of a person is blocked: the same night, or on a word where somebody comes in by it', async () => {
  const far = '0440002B';
  const child = idOf(1);
  const guardian = aPupil(201, {
    ...{ uai, profile: 'RELATIVE', birthDate: '', classLabel: '', childIds: [child] },
  });
  const others = ['CP', 'CM2'].map((classLabel, at) => aPupil(50 + at, { uai, classLabel }));
  await seen([...pupils(uai, 40), ...others, aPupil(60, { uai: far }), guardian], [uai, far]);
  const { graph } = bed.ent;
  const classOf = (of: string, label: string) =>
    [...graph.classes.values()].find(
      ({ name, structureId }) => name === label && structureId === graph.structureOfUai(of)!.id,
    )!.id;
  const before = await Promise.all(
    [1, 2, 3, 201].map(async (each) => placesOf(await userOf(each))),
  );
  linkToClass(graph, classOf(uai, 'CP'), await userIdOf(1));
  linkToClass(graph, classOf(far, 'CE2 A'), await userIdOf(2));
  linkToStructure(graph, graph.structureOfUai(far)!.id, await userIdOf(3));
  linkToClass(graph, classOf(uai, 'CM2'), await userIdOf(201));
  const second = aSecondUser(await userOf(4), classOf(uai, 'CE2 A'));
  const used = aSecondUser(await userOf(5), classOf(uai, 'CE2 A'));
  activate(graph, used.login, used.activationCode!, 'mot de passe');
  const school = { key: '1', uai, name: 'École' };
  const twin = { key: '9', profile: 'Student', firstName: 'Prenom6', lastName: 'Nom6' } as const;
  const people = [{ ...twin, birthDate: '2014-03-02', school: '1', className: 'CE2 A' }];
  feed(graph, { academy: 'ACADEMIE', schools: [school], people });
  const fed = graph.userOfExternalId('ACADEMIE-9')!;

  await night('2022-11-11');
  const [near, other] = (await looks()).slice(-2);
  expect([near, other]).toEqual([
    '11-11 1A HELD DUPLICATE REPAIRED 4, DUPLICATE HELD 5, DUPLICATE TOLD 6, PLACE REPAIRED 1, PLACE REPAIRED 201',
    '11-11 2B REPAIRED PLACE REPAIRED 2, PLACE REPAIRED 3',
  ]);
  const after = await Promise.all([1, 2, 3, 201].map(async (each) => placesOf(await userOf(each))));
  expect(after).toEqual(before);
  const blocked = (...ids: string[]) => ids.map((id) => graph.users.get(id)!.blocked);
  expect(blocked(second.id, used.id, fed.id, await userIdOf(4))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  await parts().decide.approve({
    ...{ uai, day: localDate('2022-11-11'), reason: 'CONTROLE', idempotencyKey: randomUUID() },
    caller: callerOf({ roles: ['support-3'], userId: 'u3' }),
  });
  await bed.untilQuiet();
  expect(blocked(second.id, used.id, fed.id, await userIdOf(5))).toEqual([
    true,
    true,
    false,
    false,
  ]);
  // Whoever is left waits for a person in the ENT, told from one list.
  bed.ent.calls.clear();
  await night('2022-11-12');
  expect((await looks()).slice(-2)).toEqual([
    '11-12 1A TOLD DUPLICATE TOLD 4, DUPLICATE TOLD 5, DUPLICATE TOLD 6',
    '11-12 2B MATCHED',
  ]);
  expect(bed.ent.calls.get('admin-list-users')).toBe(2);
});

test('PRV-5: a school that takes long to read is kept a minute at a time, and one that rests is read at once when asked for', async () => {
  const uais = ['0440001A', '0440002B'];
  await seen(
    uais.flatMap((each, at) => [aPupil(at * 10 + 1, { uai: each })]),
    uais,
  );
  await bed.halt();
  await bed.begin('2022-11-11');
  const { look, readings, reconcile } = parts();
  const rests = async () =>
    (
      await bed.rows<{ s: number }>(
        'select round(extract(epoch from max(not_before) - now()))::int as s from structure_reading where attempts > 0',
      )
    )[0]!.s;
  const ask = () => bed.fresh.unitOfWork.run((tx) => readings.ask(tx, undefined));
  const answer = Promise.withResolvers<void>();
  const atOnce = jest.spyOn(look, 'atOnce').mockImplementationOnce(async () => {
    await answer.promise;
    throw new EntUnavailable('ENT_THROTTLED', { retryInMs: 600_000 });
  });
  const kept = jest.spyOn(readings, 'keep');
  const intervals = jest.spyOn(globalThis, 'setInterval');
  const reading = reconcile.execute();
  await bed.until('it is being read', () => atOnce.mock.calls.length === 1);
  const [keep, everyMs] = intervals.mock.calls[0] as [() => void, number];
  intervals.mockRestore();
  expect(everyMs).toBeLessThanOrEqual(20_000);
  // Nearly a minute later.
  await bed.rows(
    "update structure_reading set not_before = now() + interval '1 second' where attempts > 0",
  );
  keep();
  await kept.mock.results.at(-1)!.value;
  expect(await rests()).toBeGreaterThan(50);
  // Under way: only the other one, which nobody has taken yet.
  expect([await ask(), (await rests()) > 50]).toEqual([1, true]);
  answer.resolve();
  await reading;
  // Given back, and as long as the ENT asks for: what comes late changes nothing.
  keep();
  await kept.mock.results.at(-1)!.value;
  expect(await rests()).toBeGreaterThan(500);
  expect([await ask(), await rests()]).toEqual([2, 0]);
  bed.run();
  await bed.untilQuiet();
  expect((await looks()).slice(-2)).toEqual(['11-11 1A MATCHED', '11-11 2B MATCHED']);
});

test('PRV-5: two processes, one of them killed: no school is left out, none is looked at twice', async () => {
  const uais = ['0440001A', '0440002B', '0440003C', '0440004D'];
  await seen(
    uais.flatMap((each, at) =>
      [1, 2, 3, 4].map((number) => aPupil(at * 10 + number, { uai: each })),
    ),
    uais,
  );
  await bed.halt();
  for (const at of [1, 11, 21, 31]) remove(bed.ent.graph, [(await userOf(at)).id]);
  bed.ent.calls.clear();
  await bed.begin('2022-11-11');
  // One takes a school and is killed; another is slow.
  const { readings } = parts();
  const [killed, slow] = [await readings.next(), await readings.next()];
  bed.run();
  bed.run();
  const waiting = `select uai from structure_reading order by uai`;
  await bed.until('the other two are read', async () => (await bed.rows(waiting)).length === 2);
  // Their minute is over.
  await bed.rows('update structure_reading set not_before = now()');
  await bed.untilQuiet();
  const repaired = [1, 11, 21, 31].map(
    (number, at) => `11-11 ${uais[at]!.slice(-2)} REPAIRED MISSING REPAIRED ${number}`,
  );
  expect((await looks()).slice(-4)).toEqual(repaired);
  // Quick, and then in full: once each.
  expect(bed.ent.calls.get('admin-list-users')).toBe(8);
  const { unitOfWork } = bed.fresh;
  for (const late of [killed!, slow!]) {
    expect(await unitOfWork.run((tx) => readings.settle(tx, late))).toBe(false);
  }
  await bed.halt();
  // Asked for anew on the same day, and taken by the next: the first try of both.
  await unitOfWork.run((tx) => readings.ask(tx, slow!.uai));
  const next = (await readings.next())!;
  expect([next.uai, next.attempts, next.askedOn]).toEqual([slow!.uai, 1, slow!.askedOn]);
  expect(await unitOfWork.run((tx) => readings.settle(tx, slow!))).toBe(false);
  await bed.begin('2022-11-12');
  const yesterday = (await readings.next())!;
  await bed.begin('2022-11-13');
  await readings.next();
  // Of the same number of tries, and of another day.
  expect(await unitOfWork.run((tx) => readings.settle(tx, yesterday))).toBe(false);
  await bed.rows('delete from structure_reading');
});
