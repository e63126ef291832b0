import { Commands } from '#libs/commands';
import { PgBusinessDate } from '#libs/messaging';
import { callerOf } from '#libs/testing';
import { PdfFile } from '../../../test/support/pdf-file.js';
import { pdfWords } from '../../../test/support/pdf-words.js';
import { EntHttpGateway } from '../src/ent/ent.module.js';
import { LetterPeople } from '../src/letters/letter-people.pg.js';
import { LetterRequests } from '../src/letters/letter-requests.pg.js';
import { PrintLetters } from '../src/letters/print-letters.js';
import { RequestLetter } from '../src/letters/request-letter.js';
import { bed } from './bed-of-each-test.test-support.js';
import { type APerson, aPupil } from './people.test-support.js';

export const uai = '0440001A';
export const classLabel = 'CM1 Les Mésanges';
export const head = callerOf({ roles: ['school'], uais: [uai] });
export const pupil = (number: number, more: Partial<APerson> = {}) =>
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
export const staff: readonly APerson[] = (['TEACHER', 'PERSONNEL'] as const).map((profile, at) =>
  aPupil(70 + at, {
    ...{ uai, profile, birthDate: '', classLabel: '', firstName: `Personnel${70 + at}` },
    ...(profile === 'TEACHER' ? { academicIdentifier: 'prenom.nom@example.org' } : {}),
  }),
);

/** Three pupils; the first has two guardians who live apart, one of whom has a child in another class too. */
export async function aClass(): Promise<void> {
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

export function letters(
  url = bed.ent.url,
  addressForPeople = 'https://ent.example.org',
): PrintLetters {
  const { database, unitOfWork } = bed.fresh;
  const gateway = new EntHttpGateway({
    ...{ url, login: 'connecteur', password: 'connecteur-secret', timeoutMs: 2_000 },
  });
  const commands = new Commands(unitOfWork, new PgBusinessDate(database));
  const address = { url: addressForPeople };
  const requests = new LetterRequests(database);
  return new PrintLetters(commands, new LetterPeople(database), requests, gateway, address);
}

export function requests(): RequestLetter {
  const { database, unitOfWork } = bed.fresh;
  const date = new PgBusinessDate(database);
  const people = new LetterPeople(database);
  const commands = new Commands(unitOfWork, date);
  return new RequestLetter(commands, people, new LetterRequests(database), date);
}

export const accountOf = async (number: number): Promise<{ accountId: string; entId: string }> => {
  const [row] = await bed.rows<{ account_id: string; ent_id: string }>(
    'select account_id, ent_id from account where person_id = $1',
    [pupil(number).personId],
  );
  return { accountId: row!.account_id, entId: row!.ent_id };
};
export const userOf = async (number: number) =>
  bed.ent.graph.users.get((await accountOf(number)).entId)!;
export const pagesOf = (pdf: Buffer) =>
  [...new PdfFile(pdf).pages()].map(({ texts }) => texts.map(({ text }) => text).join(' '));
export const printed = () =>
  bed.rows<{ subject: string; details: { kind: string } }>(
    "select subject, details from platform.audit_entry where action like 'letter.%' order by id",
  );
export const told = (pdf: Buffer) => pdfWords(pdf).join(' ');
