import { fromBinary } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { type AccountStateChanged, AccountStateChangedSchema } from '#libs/contracts';
import type { BatchContext, ReceivedEvent } from '#libs/messaging';
import { localDate, periodOf } from '#libs/time';
import { MeterBed } from '../../../apps/metering/test/meter-bed.test-support.js';
import {
  bed,
  bedForEachTest,
  pupils,
} from '../../../apps/provisioning/test/bed-of-each-test.test-support.js';
import { remove } from '../../simulators/open-ent-ng/graph/deletions.js';

/**
 * Goal: metering hears of an account that the ENT had lost, and counts none of the days on which it may not have been there
 * (PRV-3, PRV-5). Method: what provisioning has told, in its own bytes, is what metering is given.
 */
jest.setTimeout(180_000);
bedForEachTest();

let meter: MeterBed;
beforeEach(async () => (meter = await MeterBed.open()));
afterEach(() => meter.stack.drop());

const uai = '0440001A';
const until = localDate('2022-12-01');
const night = async (day: string) => {
  await bed.begin(day);
  await bed.untilQuiet();
};

/** All that was told of accounts since, in the order in which it was. */
async function tellMeter(after: bigint): Promise<bigint> {
  const rows = await bed.rows<{ id: bigint; value: Buffer }>(
    `select id, value from platform.outbox where type = '${AccountStateChangedSchema.typeName}' and id > ${after} order by id`,
  );
  const events = rows.map(({ value }) => ({
    ...{ partition: 0, body: fromBinary(AccountStateChangedSchema, value) },
  })) as unknown as ReceivedEvent<AccountStateChanged>[];
  await meter.stack.unitOfWork.run((tx) =>
    meter.consumer.onStateChanged(events, { tx } as unknown as BatchContext),
  );
  return rows.at(-1)?.id ?? after;
}
const changes = async () =>
  (await meter.reader.changes('m1', 'ELEVE', until)).map(({ day, delta }) => `${day} ${delta}`);

test('PRV-3, PRV-5, MTR-3: who was lost counts up to the last night that saw it and from its remaking on, though the days between were told already', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await bed.import(pupils(uai, 4), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await night('2022-11-10');
  // Lost after that night; two nights are given no answer that may be believed.
  const [lost] = [...bed.ent.graph.users.keys()];
  remove(bed.ent.graph, [lost!]);
  const told = await tellMeter(0n);
  expect(await changes()).toEqual(['2022-09-05 4']);
  for (const day of ['2022-11-11', '2022-11-12']) {
    bed.ent.faults.set([{ mode: 'page-200', calls: 'GET /directory/user/admin/list' }]);
    await bed.begin(day);
    const look = `select from ent_look where day = '${day}' and status = 'INCIDENT'`;
    await bed.until('not compared', async () => (await bed.rows(look)).length > 0);
  }
  expect(await tellMeter(told)).toBe(told);
  bed.ent.faults.set([]);
  await night('2022-11-14');
  await tellMeter(told);
  expect(await changes()).toEqual(['2022-09-05 4', '2022-11-11 -1', '2022-11-14 1']);
  // Three days of one account: of 11 to 13 November.
  const [school] = await meter.reader.bySchool('m1', 'ELEVE', periodOf('2022-11-01', '2022-12-01'));
  expect(school).toEqual({ uai, accountDays: 4 * 30 - 3, openAtEnd: 4 });
  expect(await meter.reader.recount('m1', until, undefined)).toMatchObject({ differences: 0 });
});
