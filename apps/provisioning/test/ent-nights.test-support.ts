import { bed } from './bed-of-each-test.test-support.js';
import { uai } from './ent-comparison.test-support.js';
import { type APerson, aPupil } from './people.test-support.js';

/** These are in the ENT, and the first night has seen them. */
export async function seen(people: readonly APerson[], uais = [uai], ordered = 200): Promise<void> {
  await bed.aMembership('m1', { ordered, uais });
  await bed.import(people, { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await night('2022-11-10');
}

export async function night(day: string): Promise<void> {
  await bed.begin(day);
  await bed.untilQuiet();
}

export const idOf = (number: number) => aPupil(number, { uai }).personId;
export async function userIdOf(number: number): Promise<string> {
  const [row] = await bed.rows<{ ent_id: string }>(
    'select ent_id from account where person_id = $1',
    [idOf(number)],
  );
  return row?.ent_id ?? '';
}
export const userOf = async (number: number) => bed.ent.graph.users.get(await userIdOf(number))!;
/** Day, school, status, and each difference with what becomes of it. */
export const looks = async () =>
  (
    await bed.rows<{ line: string }>(
      `select concat_ws(' ', to_char(day, 'MM-DD'), right(uai, 2), status, nullif(incident_code, ''),
         (select string_agg(concat_ws(' ', d->>'kind', d->>'fate', ltrim(right(a.person_id::text, 3), '0')), ', '
            order by d->>'kind', a.person_id)
          from jsonb_array_elements(differences) d left join account a on a.account_id::text = d->>'accountId')) as line
       from ent_look order by day, uai`,
    )
  ).map(({ line }) => line);
