import { jest } from '@jest/globals';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import { markDuplicates } from '../../../../test/simulators/open-ent-ng/graph/duplicates.js';
import { feed } from '../../../../test/simulators/open-ent-ng/graph/feed.js';
import {
  activate,
  createUserInClass,
  resetPassword,
} from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { PdfFile } from '../../../../test/support/pdf-file.js';
import { pdfWords } from '../../../../test/support/pdf-words.js';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { EntVisitor } from '../../test/ent-visitor.test-support.js';
import {
  accountOf,
  aClass,
  classLabel,
  head,
  letters,
  pagesOf,
  printed,
  told,
  uai,
  userOf,
} from '../../test/letters.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

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
  markDuplicates(graph);
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
