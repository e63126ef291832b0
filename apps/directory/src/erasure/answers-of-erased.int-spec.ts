import { ImportBed } from '../../test/import-bed.test-support.js';
import { eraseAll, someLeave } from '../../test/leavers.test-support.js';

let everybody: ImportBed;
let bed: ImportBed;
beforeAll(async () => {
  everybody = await ImportBed.withEverybody();
});
afterAll(() => everybody?.stop());
beforeEach(async () => {
  bed = await everybody.copy();
});
afterEach(() => bed.stop());

describe('DIR-2: what was answered of people whom others have absorbed, and who are erased at once', () => {
  type Answered = readonly [newcomer: string, known: string, answer: 'DIFFERENT' | null];

  /** Two who left, each absorbed by somebody who is here, with these answers about the four; then both are erased. */
  async function eraseBoth(
    given: (of: { a: string; b: string; A: string; B: string }) => {
      readonly merges: readonly (readonly [absorbed: string, survivor: string])[];
      readonly answers: readonly Answered[];
    },
  ) {
    const [a, b] = (await someLeave(bed, 2)).map(({ personId }) => personId) as [string, string];
    const { rows } = await bed.db.database.query<{ person_id: string }>(
      'select person_id from person where left_on is null order by person_id limit 2',
    );
    const [A, B] = rows.map(({ person_id }) => person_id) as [string, string];
    const { merges, answers } = given({ a, b, A, B });
    for (const [absorbed, survivor] of merges)
      await bed.db.asOwner(
        `insert into person_merge (merge_id, pair_id, survivor_id, absorbed_id, merged_on, merged_by, by_import, step, absorbed_uais)
         values (gen_random_uuid(), gen_random_uuid(), '${survivor}', '${absorbed}', '2022-10-03', 'u-1', false, nextval('merge_step'), '{}')`,
      );
    for (const [newcomer, known, answer] of answers)
      await bed.db.asOwner(
        `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on, answer, answered_by, answered_on)
         values ('${newcomer}', '${known}', 70, '{}', '2022-10-03', ${answer ? `'${answer}', 'u-1', '2022-10-03'` : 'null, null, null'})`,
      );
    await bed.onDay('2023-01-03');
    expect(await eraseAll(bed)).toBe(1);
    const left = await bed.db.database.query<{ one: string; other: string; answer: string }>(
      'select newcomer_id as one, known_id as other, answer from doubtful_pair',
    );
    const name = (id: string) => (id === A ? 'A' : id === B ? 'B' : id);
    return left.rows.map(({ one, other, answer }) => [name(one), name(other), answer]);
  }

  function askedOf(asked: string, A: string, B: string): Answered[] {
    if (asked === 'nobody') return [];
    return [asked === 'A known to B' ? [B, A, null] : [A, B, null]];
  }

  test.each(['A known to B', 'B known to A', 'nobody'])(
    'two answers that come to the same two, of whom is asked already: %s',
    async (asked) => {
      const left = await eraseBoth(({ a, b, A, B }) => ({
        merges: [
          [a, A],
          [b, B],
        ],
        answers: [[a, B, 'DIFFERENT'], [b, A, 'DIFFERENT'], ...askedOf(asked, A, B)],
      }));
      expect(left).toHaveLength(1);
      expect([left[0]![0], left[0]![1]].sort()).toEqual(['A', 'B']);
      expect(left[0]![2]).toBe('DIFFERENT');
    },
  );

  test('an answer both of whose sides go is said of those who have absorbed them', async () => {
    const left = await eraseBoth(({ a, b, A, B }) => ({
      merges: [
        [a, A],
        [b, B],
      ],
      answers: [[a, b, 'DIFFERENT']],
    }));
    expect(left).toEqual([['A', 'B', 'DIFFERENT']]);
  });

  test('likewise of one who was absorbed by somebody who goes too', async () => {
    const left = await eraseBoth(({ a, b, A, B }) => ({
      merges: [
        [a, b],
        [b, A],
      ],
      answers: [[a, B, 'DIFFERENT']],
    }));
    expect(left).toEqual([['A', 'B', 'DIFFERENT']]);
  });

  test('of who is absorbed by nobody nothing stays', async () => {
    expect(
      await eraseBoth(({ a, b, B }) => ({
        merges: [],
        answers: [
          [a, B, 'DIFFERENT'],
          [b, a, null],
        ],
      })),
    ).toEqual([]);
  });
});
