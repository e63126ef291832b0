import { randomUUID } from 'node:crypto';
import { Commands } from '#libs/commands';
import { PgBusinessDate } from '#libs/messaging';
import { callerOf } from '#libs/testing';
import { localDate } from '#libs/time';
import { accountSentences } from '#libs/trade';
import { createSchool } from '../../../../test/simulators/open-ent-ng/graph/schools.js';
import { feed, type Feed } from '../../../../test/simulators/open-ent-ng/graph/feed.js';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { looks, night, seen, userOf } from '../../test/ent-nights.test-support.js';
import { type APerson, aPupil } from '../../test/people.test-support.js';
import { AccountViews } from '../accounts/account-views.pg.js';
import { Academies } from './academies.js';
import { DeclareFedSchool } from './declare-fed-school.js';
import { EndFedSchool } from './end-fed-school.js';
import { FedSchools } from './fed-schools.pg.js';
import { LinkExposures } from './link-exposures.pg.js';

/**
 * Goal: where an academy's own feed fills a school we make nobody, take its people over by its key and do not undo what it
 * does each night (PRV-9, row I). Method: the service's work on real PostgreSQL and Redis, the simulated ENT, and its feed.
 */
const uai = '0440001A';
const caller = callerOf({ roles: ['support-3'], userId: 'u3' });
bedForEachTest('2022-09-05');

const parts = () => {
  const { database, unitOfWork } = bed.fresh;
  const commands = new Commands(unitOfWork, new PgBusinessDate(database));
  const fedSchools = new FedSchools(database);
  const academies = new Academies('17=NANTES,14=RENNES');
  return {
    fedSchools,
    declare: new DeclareFedSchool(commands, fedSchools, academies),
    end: new EndFedSchool(commands, fedSchools),
  };
};
const fedFrom = (startsOn: string, academy = 'NANTES') =>
  parts().declare.execute({
    ...{ uai, academy, startsOn: localDate(startsOn), reason: 'ALIMENTATION_ACADEMIE' },
    ...{ idempotencyKey: randomUUID(), caller },
  });
const fedUntil = (endsOn: string) =>
  parts().end.execute({
    ...{ uai, endsOn: localDate(endsOn), reason: 'FIN_ALIMENTATION' },
    ...{ idempotencyKey: randomUUID(), caller },
  });
const keyed = (number: number, more: Partial<APerson> = {}) =>
  aPupil(number, { uai, aafKey: String(number), ...more });
const fedPupil = (number: number, more: Partial<Feed['people'][number]> = {}) => ({
  ...{ key: String(number), profile: 'Student' as const, firstName: `Prenom${number}` },
  ...{ lastName: `Nom${number}`, birthDate: '2014-03-02', school: '1', className: 'CE2 A' },
  ...more,
});
const deliver = (...people: Feed['people']) =>
  feed(bed.ent.graph, {
    academy: 'NANTES',
    schools: [{ key: '1', uai, name: 'École alimentée' }],
    people,
  });
const waits = async () =>
  (
    await bed.rows<{ line: string }>(
      `select concat_ws(' ', right(person_id::text, 1), state, refused_code) as line
       from account left join ent_task using (account_id) order by 1`,
    )
  ).map(({ line }) => line);
const classNames = () => [...bed.ent.graph.classes.values()].map(({ externalId }) => externalId);

test('PRV-9: in a fed school nobody and no class is made; who has a key is taken over from the feed, who has none waits until the setting ends', async () => {
  createSchool(bed.ent.graph, { name: 'Autre école', UAI: '0440009Z' });
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await fedFrom('2022-09-05');
  await bed.import([keyed(1), keyed(2), aPupil(3, { uai })], { on: '2022-09-05' });
  bed.run({ fileLeast: 2 });
  await bed.untilQuiet(20_000);
  expect([await waits(), bed.ent.graph.users.size, classNames()]).toEqual([
    [
      '1 PROVISIONING ENT_AWAITS_FEED',
      '2 PROVISIONING ENT_AWAITS_FEED',
      '3 PROVISIONING ENT_AWAITS_ACADEMY_KEY',
    ],
    ...[0, []],
  ]);
  const views = await new AccountViews(bed.fresh.database).list({ uai }, undefined, undefined, 9);
  expect(views.map((view) => accountSentences(view).inWords).sort()).toEqual([
    ...Array<string>(2).fill('Ce compte arrivera avec la prochaine alimentation de l’académie.'),
    expect.stringContaining('ne donnent pas encore cette personne'),
  ]);
  const listed = await parts().fedSchools.list(['e-primo-2022']);
  expect(listed).toMatchObject([{ uai, waitingForFeed: 2, waitingForKey: 1, endsOn: '' }]);

  deliver(fedPupil(1), fedPupil(3, { key: '33' }));
  await night('2022-09-06');
  const fed = bed.ent.graph.userOfExternalId('NANTES-1')!;
  expect([
    await waits(),
    await bed.rows('select ent_id, login from account where ent_id is not null'),
  ]).toEqual([
    ['1 PROVISIONED', '2 PROVISIONING ENT_AWAITS_FEED', '3 PROVISIONING ENT_AWAITS_ACADEMY_KEY'],
    [{ ent_id: fed.id, login: fed.login }],
  ]);
  // The academy's export states the key at last.
  await bed.import([aPupil(3, { uai, aafKey: '33', revision: 2 })], { on: '2022-09-06' });
  await bed.untilQuiet();
  expect((await waits())[2]).toBe('3 PROVISIONED');
  expect((await userOf(3)).externalId).toBe('NANTES-33');

  await fedUntil('2022-09-08');
  await night('2022-09-07');
  expect((await waits())[1]).toBe('2 PROVISIONING ENT_AWAITS_FEED');
  await night('2022-09-08');
  expect([await waits(), bed.ent.graph.users.size]).toEqual([
    ['1 PROVISIONED', '2 PROVISIONED', '3 PROVISIONED'],
    3,
  ]);
});

test('PRV-9: capitals and classes of the feed are no difference to repair: classes are recorded by their id, and nothing is called', async () => {
  const people = [keyed(1), keyed(2), aPupil(3, { uai })];
  await seen(people);
  const before = [await userOf(1), await userOf(2)];
  await fedFrom('2022-11-10');
  await bed.untilQuiet();
  expect(await parts().fedSchools.preview(uai, 'NANTES')).toEqual({
    ...{ taken: 2, second: 1, waitingForFeed: 0, waitingForKey: 0, classLabels: ['CE2 A'] },
  });
  deliver(fedPupil(1), fedPupil(2, { className: 'CM1' }), fedPupil(3, { key: '33' }));
  await bed.import([keyed(1, { classLabel: 'CM2', lastName: 'Autre', revision: 2 })], {
    on: '2022-11-10',
  });
  await bed.untilQuiet();
  const calls = () =>
    Object.fromEntries(
      [...bed.ent.calls].filter(([name]) => !/list|users|user$|login|structure/.test(name)),
    );
  bed.ent.calls.clear();
  await night('2022-11-11');
  expect((await looks()).slice(-1)).toEqual(['11-11 1A TOLD DUPLICATE TOLD 3, NAME TOLD 1']);
  const after = [await userOf(1), await userOf(2)];
  expect(after.map(({ id, login, source, lastName }) => [id, login, source, lastName])).toEqual(
    before.map(({ id, login, lastName }) => [id, login, 'AAF1D', lastName.toUpperCase()]),
  );
  const booked = await bed.rows<{ ent_class_id: string }>(
    `select ent_class_id from ent_place join account using (account_id)
     where right(person_id::text, 1) in ('1', '2') order by person_id`,
  );
  expect(booked.map(({ ent_class_id: id }) => bed.ent.graph.classes.get(id)!.externalId)).toEqual([
    'NANTES-1-CE2 A',
    'NANTES-1-CM1',
  ]);
  await night('2022-11-12');
  expect([calls(), await bed.rows('select from ent_task')]).toEqual([{}, []]);
});

test('PRV-9: a guardian link that the directory has taken back and each feed restores is cut by each comparison; its exposure is listed', async () => {
  const child = keyed(1);
  const guardian = keyed(2, {
    ...{ profile: 'RELATIVE', birthDate: '', classLabel: '', childIds: [child.personId] },
  });
  await seen([child, guardian, ...pupils(uai, 9).slice(2)]);
  await fedFrom('2022-11-10');
  await bed.import([{ ...guardian, childIds: [], revision: 2 }], { on: '2022-11-10' });
  await bed.untilQuiet();
  const linked = async () => (await userOf(1)).relativeIds.length;
  const fedGuardian = {
    key: '2',
    profile: 'Relative' as const,
    firstName: 'Prenom2',
    lastName: 'Nom2',
  };
  const fedAgain = () => deliver(fedPupil(1), { ...fedGuardian, school: '1', children: ['1'] });
  expect(await linked()).toBe(0);
  const list = () => new LinkExposures().list(bed.fresh.database, ['e-primo-2022']);
  for (const [day, index] of [
    ['2022-11-11', 1],
    ['2022-11-12', 2],
  ] as const) {
    fedAgain();
    expect(await linked()).toBe(1);
    await night(day);
    const exposures = await list();
    expect([await linked(), exposures.length]).toEqual([0, index]);
    expect(exposures.every(({ cutAt, foundAt }) => cutAt !== null && cutAt >= foundAt)).toBe(true);
  }
  const [second, first] = await list();
  expect(second).toMatchObject({
    ...{ uai, childPersonId: child.personId, guardianPersonId: guardian.personId },
  });
  expect([first!.absentAt, second!.absentAt! <= second!.foundAt]).toEqual([null, true]);
});

test('PRV-9: fed schools are compared once the feeds are done, and the day is quiet until then', async () => {
  await seen([keyed(1)]);
  await fedFrom('2022-11-10');
  await bed.halt();
  const at = new Date(Date.now() + 3_600_000);
  const time = new Intl.DateTimeFormat('fr-FR', {
    ...{ timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' },
  }).format(at);
  await bed.begin('2022-11-11', time);
  bed.run();
  await bed.untilQuiet();
  const [reading] = await bed.rows<{ due_in: number }>(
    'select extract(epoch from not_before - now())::int as due_in from structure_reading',
  );
  // An hour from now is tomorrow for an hour of the day: then it is due at once.
  const isToday = time > '01:00';
  expect(isToday ? Math.round(reading!.due_in / 600) : reading).toEqual(isToday ? 6 : undefined);
});

test('PRV-9: a period is declared for today or later, of a known academy, once; its end closes it, or cancels what has not begun', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await expect(fedFrom('2022-09-04')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(fedFrom('2022-09-05', 'PARIS')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(fedUntil('2022-09-06')).rejects.toMatchObject({ code: 'SCHOOL_NOT_FED' });
  await fedFrom('2022-09-10');
  await expect(fedFrom('2022-09-20')).rejects.toMatchObject({ code: 'FED_SCHOOL_OVERLAPS' });
  await expect(fedUntil('2022-09-09')).rejects.toMatchObject({ code: 'SCHOOL_NOT_FED' });
  await fedUntil('2022-09-10');
  await fedFrom('2022-09-05');
  expect([await parts().fedSchools.isFed(uai), await parts().fedSchools.isFed('0440002B')]).toEqual(
    [true, false],
  );
  await fedUntil('2022-09-05');
  expect(await parts().fedSchools.isFed(uai)).toBe(false);
  const journal = await bed.rows<{ action: string }>(
    "select action from platform.audit_entry where subject = $1 and action like 'fed-school.%' order by id",
    [`school:${uai}`],
  );
  expect(journal.map(({ action }) => action.replace('fed-school.', ''))).toEqual([
    ...[
      'declared.refused',
      'ended.refused',
      'declared',
      'declared.refused',
      'ended.refused',
      'ended',
      'declared',
      'ended',
    ],
  ]);
});
