import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { callerOf, required } from '#libs/testing';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { pdfWords } from '../../../../test/support/pdf-words.js';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import {
  accountOf,
  aClass,
  classLabel,
  head,
  letters,
  pagesOf,
  printed,
  pupil,
  staff,
  told,
  uai,
  userOf,
} from '../../test/letters.test-support.js';
import { aPupil } from '../../test/people.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

test('AUT-1: a head reads of each class who has been in, who never was, and who has no open account', async () => {
  await aClass();
  const { login, activationCode } = await userOf(1);
  activate(bed.ent.graph, login, activationCode!, 'mot de passe');
  const guardianOfTwo = await userOf(52);
  activate(bed.ent.graph, guardianOfTwo.login, guardianOfTwo.activationCode!, 'mot de passe');
  await bed.import(staff, { on: '2022-09-05' });
  await bed.untilQuiet();
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  await bed.becomes('SUSPENDED', `person_id = '${pupil(3).personId}'`);
  const adults = (count: number, adultsActivated: number) => ({
    ...{ adults: count, adultsActivated, adultsNeverIn: count - adultsActivated },
  });
  expect(await letters().classes(uai, head)).toEqual([
    { label: classLabel, pupils: 3, activated: 1, neverIn: 1, ...adults(2, 1) },
    { label: 'CP', pupils: 1, activated: 0, neverIn: 1, ...adults(1, 1) },
    { label: 'Équipe de l’école', pupils: 0, activated: 0, neverIn: 0, ...adults(2, 0) },
  ]);
});

test('AUT-1: the staff of a school by one list: a code each where the market lets it in by one, the academy’s own way else', async () => {
  await aClass();
  await bed.import(staff, { on: '2022-09-05' });
  await bed.untilQuiet();
  const team = 'Équipe de l’école';
  const { printed: count, pdf } = await letters().ofClass(uai, team, head);
  expect(count).toBe(2);
  const [helper, teacher] = [71, 70].map((number) =>
    pagesOf(pdf).find((page) => page.includes(`Personnel${number}`)),
  );
  const { login, activationCode } = await userOf(71);
  expect(helper).toContain(`Identifiant ${login} Code d’activation ${activationCode}`);
  expect(teacher).toContain('guichet de votre académie');
  expect(teacher).not.toContain((await userOf(70)).activationCode!);
  expect(pdfWords(pdf).join(' ')).not.toMatch(/Prénom1|Kerduval/);
  // Whoever is in has none by the list; another school’s head has no such list.
  activate(bed.ent.graph, login, activationCode!, 'mot de passe');
  expect((await letters().ofClass(uai, team, head)).printed).toBe(1);
  const stranger = callerOf({ roles: ['school'], uais: ['0440002B'] });
  await expect(letters().ofClass(uai, team, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(letters().ofClass('0440002B', team, stranger)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('AUT-1: a class: a page each with the code that the ENT has, the same when printed again, each traced', async () => {
  await aClass();
  const first = await letters().ofClass(uai, classLabel, head);
  const pages = pagesOf(first.pdf);
  expect([first.printed, first.leftOut, pages.length]).toEqual([5, 0, 5]);
  for (const number of [1, 2, 3, 51, 52]) {
    const { login, activationCode, firstName } = await userOf(number);
    const own = pages.filter((page) => page.includes(activationCode!));
    expect(own).toHaveLength(1);
    expect(own[0]).toContain(login);
    expect(own[0]).toContain(firstName);
  }
  const again = await letters().ofClass(uai, classLabel, head);
  expect(pdfWords(again.pdf)).toEqual(pdfWords(first.pdf));
  const lines = await printed();
  expect(lines).toHaveLength(10);
  expect(new Set(lines.map(({ details }) => details.kind))).toEqual(new Set(['ACTIVATION_CODE']));
});

test('AUT-1, PRV-1: a guest is on no list, and has a letter with its code alone, by the head of the school of its account or the operator', async () => {
  await aClass();
  const elected = aPupil(80, {
    ...{ uai, profile: 'GUEST', post: 'COMMUNE_REPRESENTATIVE', birthDate: '', classLabel: '' },
    firstName: 'Élue80',
  });
  await bed.import([elected, ...staff], { on: '2022-09-05' });
  await bed.untilQuiet();
  for (const label of [classLabel, 'Équipe de l’école'])
    expect(told((await letters().ofClass(uai, label, head)).pdf)).not.toContain('Élue80');
  const { accountId } = await accountOf(80);
  const { login, activationCode } = await userOf(80);
  for (const caller of [head, callerOf({ roles: ['admin'] })]) {
    const { pdf } = await letters().ofAccount(accountId, caller);
    for (const words of ['Élue80', login, activationCode!]) expect(told(pdf)).toContain(words);
  }
  const stranger = callerOf({ roles: ['school'], uais: ['0440002B'] });
  await expect(letters().ofAccount(accountId, stranger)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('AUT-1: on a guardian’s letter there is no trace of the other, nor of a child of another class', async () => {
  await aClass();
  const { pdf } = await letters().ofClass(uai, classLabel, head);
  const of = (name: string) => pagesOf(pdf).filter((page) => page.includes(name));
  const [[one], [two]] = [of('Kerduval'), of('Autrenom')];
  expect(one).toContain('À remettre par Prénom1');
  expect(one).not.toMatch(/Autrenom|Parent52/);
  expect(two).not.toMatch(/Kerduval|Parent51|Prénom4/);
});

test('AUT-1, SUP-3: a guardian whose account is of another child’s school has a letter of the school that prints, which says nothing of the other', async () => {
  await aClass();
  const other = '0440002B';
  await bed.aMembership('m2', { ordered: 30, uais: [other] });
  const guardian = aPupil(60, {
    ...{ uai: other, profile: 'RELATIVE', birthDate: '', classLabel: '', lastName: 'Deuxécoles' },
    childIds: [pupil(1).personId, pupil(61).personId],
  });
  const there = pupil(61, { uai: other, firstName: 'Ailleurs61' });
  await bed.import([guardian, there], { on: '2022-09-05' });
  await bed.untilQuiet();
  const { accountId } = await accountOf(60);
  expect(await bed.rows('select uai from account where account_id = $1', [accountId])).toEqual([
    { uai: other },
  ]);
  const { pdf } = await letters().ofAccount(accountId, head);
  expect(told(pdf)).toContain(uai);
  expect(told(pdf)).toContain('À remettre par Prénom1');
  expect(told(pdf)).not.toMatch(/0440002B|Ailleurs61/);
  expect((await printed()).at(-1)).toMatchObject({ details: { uai } });
  const ofTheOther = callerOf({ roles: ['school'], uais: [other] });
  expect(told((await letters().ofAccount(accountId, ofTheOther)).pdf)).not.toMatch(
    /0440001A|Prénom1 /,
  );
});

test('AUT-1: a federated way in has neither login nor code on paper', async () => {
  await aClass();
  await bed.fresh.database.query(
    "insert into market_way_in (market_code, profile, way) values ('e-primo-2022', 'STUDENT', 'EDUCONNECT')",
  );
  await bed.fresh.database.query(
    "update account set ent_external_id = 'NANTES-' || left(account_id::text, 8) where profile = 'STUDENT'",
  );
  const { pdf, printed: count } = await letters().ofClass(uai, classLabel, head);
  expect(count).toBe(5);
  const words = pdfWords(pdf).join(' ');
  for (const number of [1, 2, 3]) {
    const { login, activationCode } = await userOf(number);
    expect(words).not.toContain(login);
    expect(words).not.toContain(activationCode);
  }
  expect(words).toContain('ÉduConnect');
});

test('AUT-1: no code is left behind in the database or in Redis, and nobody is named in the journal', async () => {
  await aClass();
  await letters().ofClass(uai, classLabel, head);
  const { login, activationCode } = await userOf(2);
  activate(bed.ent.graph, login, activationCode!, 'mot-de-passe');
  await letters().ofAccount((await accountOf(2)).accountId, head);
  const users = await Promise.all([1, 2, 3, 51, 52].map(userOf));
  const codes = users.flatMap((user) => [user.activationCode, user.reset?.code]).filter(Boolean);
  expect(codes).toHaveLength(5);
  const tables = await bed.rows<{ name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'platform')",
  );
  const kept: string[] = [];
  for (const { name } of tables) {
    const rows = await bed.rows<{ row: string }>(`select t::text as row from ${name} t`);
    kept.push(...rows.map(({ row }) => row));
  }
  expect(kept.length).toBeGreaterThan(50);
  const redis = new Redis(required('REDIS_URL'));
  for (const key of await redis.keys(`${bed.prefix}*`))
    kept.push(key, (await redis.dump(key)) ?? '');
  await redis.quit();
  expect(codes.filter((code) => kept.some((each) => each.includes(code!)))).toEqual([]);
  const journal = JSON.stringify(await printed());
  expect(journal).not.toMatch(/Nom\d|Prénom|Kerduval/);
});

test('SUP-3, PRV-5: another school, a closed account, an ENT that is away: nothing printed, nothing traced, said so', async () => {
  await aClass();
  const { accountId } = await accountOf(1);
  const stranger = callerOf({ roles: ['school'], uais: ['0440002B'] });
  await expect(letters().ofClass(uai, classLabel, stranger)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(letters().ofAccount(accountId, stranger)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const support = callerOf({ roles: ['support-1'] });
  await expect(letters().ofAccount(accountId, support)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(letters().ofClass(uai, 'Nulle', head)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const away = letters('http://127.0.0.1:9');
  await expect(away.ofClass(uai, classLabel, head)).rejects.toMatchObject({
    code: 'ENT_NOT_REACHED',
  });
  await expect(away.ofAccount(accountId, head)).rejects.toMatchObject({ code: 'ENT_NOT_REACHED' });
  await bed.import([pupil(1, { endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  await expect(letters().ofAccount(accountId, head)).rejects.toMatchObject({
    code: 'LETTER_NOT_POSSIBLE',
    message: expect.stringContaining('fermeture'),
  });
  expect(await printed()).toEqual([]);
});
