import { bed } from './bed-of-each-test.test-support.js';
import { aPupil, personEvent } from './people.test-support.js';

const fifty = Array.from({ length: 50 }, (_, at) => at + 1);

/** 50 pupils come into a school at once, each assessed and allotted; how many seats were held, again and again meanwhile. */
export async function heldWhileFiftyCome(uai: string): Promise<number[]> {
  const samples: number[] = [];
  let isDone = false;
  const sampling = (async () => {
    while (!isDone) {
      const [row] = await bed.rows<{ held: number }>(
        'select count(*)::int as held from account where holds_seat',
      );
      samples.push(row?.held ?? 0);
    }
  })();
  await Promise.all(
    fifty.map(async (number) => {
      await bed.fresh.unitOfWork.run((tx) =>
        bed.people.replace(tx, [personEvent(aPupil(number, { uai }), '2022-09-05')]),
      );
      await bed.assessPeople.execute();
      await bed.allotSeats.execute();
    }),
  );
  await bed.settleAccounts();
  isDone = true;
  await sampling;
  return samples;
}

/** 50 take a seat of `m1` at once, past the service. Returns how many were refused, and by which constraints. */
export async function refusedOfFiftyTakers(uai: string): Promise<[number, Set<unknown>]> {
  const results = await Promise.allSettled(
    fifty.map((number) =>
      bed.rows(
        `with taker as (select gen_random_uuid() as id),
         stepped as (
           insert into account_transition (account_id, sequence, from_state, to_state, effective_on, cause, uai, membership_id, item_code)
           select id, x.*, date '2022-09-05', 'ORDER', $2, 'm1', 'ELEVE'
           from taker, (values (1, '', 'REQUESTED'), (2, 'REQUESTED', 'PROVISIONING')) as x)
         insert into account (account_id, person_id, profile, state, since, sequence, uai, membership_id, item_code, entry_on, source_key, class_label)
         select id, $1, 'STUDENT', 'PROVISIONING', date '2022-09-05', 2, $2, 'm1', 'ELEVE', date '2022-09-01', '', '' from taker`,
        [aPupil(100 + number, { uai }).personId, uai],
      ),
    ),
  );
  const refusals = results.filter((result) => result.status === 'rejected');
  const constraints = refusals.map(({ reason }) => (reason as { constraint?: unknown }).constraint);
  return [refusals.length, new Set(constraints)];
}
