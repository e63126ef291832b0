import { jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { Commands } from '#libs/commands';
import { PgBusinessDate } from '#libs/messaging';
import { callerOf, required } from '#libs/testing';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import { feed } from '../../../../test/simulators/open-ent-ng/graph/feed.js';
import {
  activate,
  createUserInClass,
  resetPassword,
} from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { pdfWords } from '../../../../test/support/pdf-words.js';
import { PdfFile } from '../../../../test/support/pdf-file.js';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { EntVisitor } from '../../test/ent-visitor.test-support.js';
import { type APerson, aPupil } from '../../test/people.test-support.js';
import { EntHttpGateway } from '../ent/ent.module.js';
import { LetterPeople } from './letter-people.pg.js';
import { LetterRequests } from './letter-requests.pg.js';
import { PrintLetters } from './print-letters.js';
import { RequestLetter } from './request-letter.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const classLabel = 'CM1 Les Mésanges';
const head = callerOf({ roles: ['school'], uais: [uai] });
const pupil = (number: number, more: Partial<APerson> = {}) =>
  aPupil(number, {
    uai,
    classLabel,
    firstName: `Prénom${number}`,
    lastName: `Nom${number}`,
    ...more,
  });
const guardian = (number: number, lastName: string, children: number[]): APerson =>
  aPupil(number, {
    ...{
      uai,
      profile: 'RELATIVE',
      birthDate: '',
      classLabel: '',
      firstName: `Parent${number}`,
      lastName,
    },
    childIds: children.map((child) => pupil(child).personId),
  });

/** A teacher, who comes in by the academy, and somebody of the commune, who comes in by a code. */
const staff: readonly APerson[] = (['TEACHER', 'PERSONNEL'] as const).map((profile, at) =>
  aPupil(70 + at, {
    ...{ uai, profile, birthDate: '', classLabel: '', firstName: `Personnel${70 + at}` },
    ...(profile === 'TEACHER' ? { academicIdentifier: 'prenom.nom@example.org' } : {}),
  }),
);

/** Three pupils; the first has two guardians who live apart, one of whom has a child in another class too. */
async function aClass(): Promise<void> {
  const other = pupil(4, { classLabel: 'CP' });
  const people = [
    pupil(1),
    pupil(2),
    pupil(3),
    other,
    guardian(51, 'Kerduval', [1]),
    guardian(52, 'Autrenom', [1, 4]),
  ];
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  await bed.import(people, { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
}

function letters(url = bed.ent.url, addressForPeople = 'https://ent.example.org'): PrintLetters {
  const { database, unitOfWork } = bed.fresh;
  const gateway = new EntHttpGateway({
    ...{ url, login: 'connecteur', password: 'connecteur-secret', timeoutMs: 2_000 },
  });
  const commands = new Commands(unitOfWork, new PgBusinessDate(database));
  const address = { url: addressForPeople };
  const requests = new LetterRequests(database);
  return new PrintLetters(commands, new LetterPeople(database), requests, gateway, address);
}

function requests(): RequestLetter {
  const { database, unitOfWork } = bed.fresh;
  const date = new PgBusinessDate(database);
  const people = new LetterPeople(database);
  const commands = new Commands(unitOfWork, date);
  return new RequestLetter(commands, people, new LetterRequests(database), date);
}

const accountOf = async (number: number): Promise<{ accountId: string; entId: string }> => {
  const [row] = await bed.rows<{ account_id: string; ent_id: string }>(
    'select account_id, ent_id from account where person_id = $1',
    [pupil(number).personId],
  );
  return { accountId: row!.account_id, entId: row!.ent_id };
};
const userOf = async (number: number) => bed.ent.graph.users.get((await accountOf(number)).entId)!;
const pagesOf = (pdf: Buffer) =>
  [...new PdfFile(pdf).pages()].map(({ texts }) => texts.map(({ text }) => text).join(' '));
const printed = () =>
  bed.rows<{ subject: string; details: { kind: string } }>(
    "select subject, details from platform.audit_entry where action like 'letter.%' order by id",
  );

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
  await bed.rows("update account set state = 'SUSPENDED' where person_id = $1", [
    pupil(3).personId,
  ]);
  const adults = (count: number, adultsActivated: number) => ({
    ...{ adults: count, adultsActivated, adultsNeverIn: count - adultsActivated },
  });
  expect(await letters().classes(uai, head)).toEqual([
    { label: classLabel, pupils: 3, activated: 1, neverIn: 1, ...adults(2, 1) },
    { label: 'CP', pupils: 1, activated: 0, neverIn: 1, ...adults(1, 1) },
    { label: 'Équipe de l’école', pupils: 0, activated: 0, neverIn: 0, ...adults(2, 0) },
  ]);
  await bed.rows("update account set state = 'PROVISIONED' where person_id = $1", [
    pupil(3).personId,
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

const told = (pdf: Buffer) => pdfWords(pdf).join(' ');

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

/** In the class of the first pupil, as its teacher might make somebody who is there already. */
const madeAgain = async (number: number) => {
  const { firstName, lastName, birthDate, type, classIds } = await userOf(number);
  const person = { firstName, lastName, birthDate: birthDate ?? '', type };
  return createUserInClass(bed.ent.graph, classIds[0]!, person)!;
};

test('AUT-1, PRV-5: of who is in the class a second time the letter has the code of the account, never the second one’s', async () => {
  await aClass();
  const second = [await madeAgain(1), await madeAgain(51)];
  const expected = await Promise.all([1, 51].map(userOf));
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  const found = await bed.rows("select from ent_look where differences::text like '%DUPLICATE%'");
  expect(found).toHaveLength(1);
  const { pdf, printed: count } = await letters().ofClass(uai, classLabel, head);
  const alone = await letters().ofAccount((await accountOf(1)).accountId, head);
  expect(count).toBe(5);
  const words = told(pdf) + told(alone.pdf);
  for (const { login, activationCode } of expected) {
    expect(words).toContain(`Identifiant ${login} `);
    expect(words).toContain(activationCode!);
  }
  for (const { login, activationCode } of second) {
    expect(words).not.toContain(login);
    expect(words).not.toContain(activationCode!);
  }
});

test('AUT-1, PRV-5: whoever the ENT would refuse for a second user of a feed has no letter, and one once they are one; a guardian has', async () => {
  await aClass();
  const { graph } = bed.ent;
  const school = { key: '1', uai, name: 'École' };
  const twinOf = async (number: number, key: string) => {
    const { type, firstName, lastName, birthDate } = await userOf(number);
    const people = { key, profile: type, firstName, lastName, school: '1' };
    return birthDate === null ? people : { ...people, birthDate };
  };
  const people = [await twinOf(1, '9'), await twinOf(51, '10')];
  feed(graph, { academy: 'ACADEMIE', schools: [school], people });
  const { accountId } = await accountOf(1);
  const { login, activationCode } = await userOf(1);
  const ofClass = await letters().ofClass(uai, classLabel, head);
  expect([ofClass.printed, ofClass.leftOut]).toEqual([4, 1]);
  expect(pagesOf(ofClass.pdf).at(-1)).toMatch(/Nom1 Prénom1.*deux comptes/);
  expect(told(ofClass.pdf)).toContain((await userOf(51)).activationCode!);
  expect(told(ofClass.pdf)).not.toContain(activationCode!);
  await expect(letters().ofAccount(accountId, head)).rejects.toMatchObject({
    ...{ code: 'LETTER_NOT_POSSIBLE', message: expect.stringContaining('deux comptes') },
  });
  // As the ENT does it, which is why.
  expect(activate(graph, login, activationCode!, 'mot de passe')).toBe(
    'activation.error.duplicated',
  );
  expect((await userOf(1)).activationCode).toBe(activationCode);

  feed(graph, { academy: 'ACADEMIE', schools: [school], people: people.slice(1) });
  remove(graph, [graph.userOfExternalId('ACADEMIE-9')!.id]);
  const { pdf } = await letters().ofAccount(accountId, head);
  expect(told(pdf)).toContain(activationCode!);
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

test('AUT-1: who is in gets a renewal code alone and never with the class; it works, and ends the one before', async () => {
  await aClass();
  const { accountId } = await accountOf(1);
  const { login, activationCode } = await userOf(1);
  activate(bed.ent.graph, login, activationCode!, 'mot-de-passe');
  const ofClass = await letters().ofClass(uai, classLabel, head);
  expect([ofClass.printed, ofClass.leftOut]).toEqual([4, 1]);
  expect(pagesOf(ofClass.pdf).at(-1)).toContain('Déjà entré dans l’ENT');
  expect((await userOf(1)).reset).toBeUndefined();

  await letters().ofAccount(accountId, head);
  const old = (await userOf(1)).reset!.code;
  const { pdf } = await letters().ofAccount(accountId, head);
  const { code } = (await userOf(1)).reset!;
  expect(pagesOf(pdf)).toHaveLength(1);
  expect(pdfWords(pdf)).toContain(code);
  expect(resetPassword(bed.ent.graph, login, old, 'un-autre-mot')).toBe(false);
  expect(resetPassword(bed.ent.graph, login, code, 'un-autre-mot')).toBe(true);
  const last = (await printed()).at(-1);
  expect(last).toMatchObject({
    subject: `account:${accountId}`,
    details: { kind: 'RENEWAL_CODE' },
  });
});

test('AUT-1: what a renewal letter says leads to a new password, step by step; the old one and the code serve no more', async () => {
  await aClass();
  const { login: known, activationCode } = await userOf(1);
  activate(bed.ent.graph, known, activationCode!, 'mot-de-passe');
  const { accountId } = await accountOf(1);
  const { pdf } = await letters(bed.ent.url, bed.ent.url).ofAccount(accountId, head);
  const words = [...new PdfFile(pdf).pages()].flatMap(({ texts }) => texts.map(({ text }) => text));
  const after = (label: string) => words[words.indexOf(label) + 1] ?? '';
  const [address, login, code] = ['Adresse', 'Identifiant', 'Code de renouvellement'].map(after);
  const steps = pdfWords(pdf).join(' ');
  expect(steps).toContain(`Ouvrez ${address}`);
  expect(steps).toContain(
    'Tapez l’identifiant, puis le code de renouvellement à la place du mot de passe',
  );
  expect(steps).toContain('Choisissez un nouveau mot de passe');

  const person = new EntVisitor();
  await person.open(address!);
  expect(person.isAsked).toEqual(['email', 'password']);
  await person.send({ email: login!, password: code! });
  expect(person.isAsked).toEqual(['password', 'confirmPassword']);
  await person.send({ password: 'un-autre-mot', confirmPassword: 'un-autre-mot' });
  const comesIn = async (password: string) => {
    const again = new EntVisitor();
    await again.open(address!);
    await again.send({ email: login!, password });
    return again.isIn;
  };
  expect(await comesIn('un-autre-mot')).toBe(true);
  expect(await comesIn('mot-de-passe')).toBe(false);
  expect(await comesIn(code!)).toBe(false);

  // A letter that lay about for too long leads nowhere, as it says.
  const late = await letters(bed.ent.url, bed.ent.url).ofAccount(accountId, head);
  expect(pdfWords(late.pdf).join(' ')).toMatch(/il ne vaut\s+que peu de temps/);
  bed.ent.clock.set(25 * 3_600_000);
  const tooLate = new EntVisitor();
  await tooLate.open(address!);
  await tooLate.send({ email: login!, password: (await userOf(1)).reset!.code });
  expect(tooLate.isAsked).toEqual(['email', 'password']);
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

test('AUT-1, SUP-1: support asks the head for a letter and sees no code; it is on the head’s page until it is printed or expires', async () => {
  await aClass();
  const [{ accountId }, other] = [await accountOf(51), await accountOf(52)];
  const agent = callerOf({ userId: 'agent', roles: ['support-1'] });
  const ask = (of: string, caller = agent, reason = 'LETTRE_PERDUE SUP-42') =>
    requests().execute({ accountId: of, reason, idempotencyKey: '', caller });
  // Two agents at once: one request.
  const both = await Promise.allSettled([ask(accountId), ask(accountId)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(ask(accountId)).rejects.toMatchObject({ code: 'LETTER_ALREADY_REQUESTED' });
  await ask(other.accountId);
  expect((await requests().ofSchool(uai, head)).map((each) => each.accountId).sort()).toEqual(
    [accountId, other.accountId].sort(),
  );
  const seen = JSON.stringify(await requests().ofAccount(accountId, agent));
  const user = await userOf(51);
  expect(seen).toContain('"status":"OPEN"');
  expect(seen).not.toMatch(new RegExp(`${user.login}|${user.activationCode}|Kerduval`));

  const { pdf } = await letters().ofAccount(accountId, head);
  expect(pdfWords(pdf)).toContain('À remettre par Prénom1');
  expect(await requests().ofAccount(accountId, agent)).toMatchObject([
    { status: 'PRINTED', printedOn: '2022-09-05' },
  ]);
  expect((await printed()).at(-1)!.details).toEqual({
    ...{ uai, kind: 'ACTIVATION_CODE', requested: true },
  });
  await ask(accountId);
  await bed.begin('2022-09-26');
  expect(await requests().ofSchool(uai, head)).toEqual([]);
  expect(await requests().ofAccount(accountId, agent)).toMatchObject([{ status: 'EXPIRED' }]);
  await ask(accountId);
  await bed.begin('2022-11-16');
  expect(await bed.rows('select * from letter_request')).toEqual([]);
});

test('AUT-1, SUP-3: no letter is asked for by another, for nobody, of a closed account, or for a reason in words', async () => {
  await aClass();
  const { accountId } = await accountOf(1);
  const ask = (of: string, caller: ReturnType<typeof callerOf>, reason = 'LETTRE_PERDUE') =>
    requests().execute({ accountId: of, reason, idempotencyKey: '', caller });
  const agent = callerOf({ roles: ['support-1'] });
  const elsewhere = callerOf({ roles: ['support-1'], markets: ['autre'] });
  for (const caller of [head, elsewhere, callerOf({ roles: ['coordinator'] })])
    await expect(ask(accountId, caller)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const nobody of ['0', '00000000-0000-4000-8000-000000000000', 'a\u0000'])
    await expect(ask(nobody, agent)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(ask(accountId, agent, 'Zoé a perdu sa lettre')).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  await bed.import([pupil(1, { endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  await expect(ask(accountId, agent)).rejects.toMatchObject({ code: 'LETTER_NOT_POSSIBLE' });
  expect(await bed.rows('select * from letter_request')).toEqual([]);
  expect(await printed()).toEqual([]);
});
