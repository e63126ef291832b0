import { expect, test } from '@jest/globals';
import {
  guardianId,
  leftUai,
  personId,
  siblingId,
  uai,
  type RightsBed,
} from './rights-bed.test-support.js';

/** What of a person whoever may ask is shown (SUP-1, SUP-3). */
export function masks(given: () => RightsBed): void {
  test('SUP-3: a school sees its present pupil, with the place in it only', async () => {
    const own = await given().as('school', { uai: [uai] });
    const { person } = await given().directory.getPerson({ personId }, own);
    expect(person).toMatchObject({ personId, enrolments: [{ uai }], masked: ['enrolments'] });
  });

  test('SUP-3: a school sees of a guardian its own pupil, not a child in another school', async () => {
    const seenFrom = async (school: string) =>
      (
        await given().directory.getPerson(
          { personId: guardianId },
          await given().as('school', { uai: [school] }),
        )
      ).person;
    expect(await seenFrom(uai)).toMatchObject({
      childIds: [personId],
      enrolments: [{ uai }],
      masked: ['enrolments', 'childIds'],
    });
    // The pupil has left that school: its sibling alone is there.
    expect(await seenFrom(leftUai)).toMatchObject({
      childIds: [siblingId],
      enrolments: [{ uai: leftUai }],
      masked: ['enrolments', 'childIds'],
    });
    const { person } = await given().directory.getPerson(
      { personId: guardianId },
      await given().as('player'),
    );
    expect(person?.childIds).toHaveLength(2);
  });
}
