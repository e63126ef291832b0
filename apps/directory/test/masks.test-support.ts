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

  test('SUP-1, DIR-5: support level 2 is told who states what of a person, and nothing of the person', async () => {
    const { person, attributeSources } = await given().directory.getPerson(
      { personId },
      await given().as('support-2'),
    );
    const { personId: id, masked, $typeName: _type, ...rest } = person!;
    expect([id, masked.length]).toEqual([personId, Object.keys(rest).length]);
    for (const value of Object.values(rest)) expect(value).toHaveLength(0);
    expect(attributeSources).toContainEqual(
      expect.objectContaining({ attribute: 'PLACE', profile: 'STUDENT' }),
    );
    const own = await given().as('school', { uai: [uai] });
    const { attributeSources: ofHead } = await given().directory.getPerson({ personId }, own);
    expect(ofHead).toEqual([]);
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
