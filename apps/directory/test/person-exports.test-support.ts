import { expect, test } from '@jest/globals';
import { PersonData } from '../src/person-exports/person-data.pg.js';
import { rawCodes } from '../../../test/support/raw-codes.js';
import {
  academySource,
  guardianId,
  personId,
  siblingId,
  uai,
  type RightsBed,
} from './rights-bed.test-support.js';

/** What is given of all that is held of a person, and to whom (RGPD art. 15). */
export function personExports(given: () => RightsBed): void {
  test('RGPD 15: a pupil’s data are given by the officer alone, for a reason of a list, and journalled before anybody is asked', async () => {
    const asked = { personId, reason: 'DEMANDE_PERSONNE SUP-7' };
    const entries = async () =>
      (
        await given().fresh.database.query<{ subject: string }>(
          `select subject from platform.audit_entry where action = 'person.exported' order by id`,
        )
      ).rows;
    await expect(
      given().directory.exportPerson(asked, await given().as('admin')),
    ).rejects.toMatchObject({
      code: 'PUPIL_BY_OFFICER_ONLY',
    });
    const named = given().directory.exportPerson(
      { ...asked, reason: 'Mme Évrard' },
      await given().as('dpo'),
    );
    await expect(named).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(await entries()).toEqual([]);
    // Nobody else runs here: what is held elsewhere is not left out in silence.
    await expect(
      given().directory.exportPerson(asked, await given().as('dpo')),
    ).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
    await expect(
      given().directory.exportPerson({ ...asked, personId: guardianId }, await given().as('admin')),
    ).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(await entries()).toEqual(
      [`person:${personId}`, `person:${guardianId}`].map((subject) => ({ subject })),
    );
  });

  test('RGPD 15: of each attribute its source, of others only how many there are', async () => {
    const held = new PersonData(given().fresh.database);
    const guardian = await held.of(guardianId);
    expect(guardian!.isPupil).toBe(false);
    const of = (title: string) => guardian!.tables.find((table) => table.title === title)!.rows;
    expect(of('Identité').map(([attribute, , source]) => [attribute, source])).toEqual([
      ...['Nom', 'Prénom'].map((attribute) => [attribute, academySource.title]),
      // Of what is not known nobody said it; the people of this bed were stated by nobody.
      ['Date de naissance', ''],
      [expect.stringContaining('INE'), ''],
    ]);
    expect(of('Liens de famille')).toEqual([
      ['Responsable de', '2 élèves', 'n’est plus déclarée par aucune source'],
    ]);
    const said = JSON.stringify(guardian);
    expect([personId, siblingId].filter((other) => said.includes(other))).toEqual([]);
    const pupil = await held.of(personId);
    expect([pupil!.isPupil, JSON.stringify(pupil).includes(guardianId)]).toEqual([true, false]);
    await given().fresh.database.query(
      `insert into enrolment (person_id, profile, uai, starts_on) values ($1, 'FURTHER_STUDENT', $2, '2022-09-01')`,
      [siblingId, uai],
    );
    const sibling = await held.of(siblingId);
    const profiles = sibling!.tables
      .find(({ title }) => title === 'Écoles')!
      .rows.map(([one]) => one);
    expect(profiles).toEqual(['Élève (autre école)', 'Élève']);
    const tables = [guardian, pupil, sibling].flatMap((each) => each!.tables);
    expect(rawCodes(tables)).toEqual([]);
  });
}
