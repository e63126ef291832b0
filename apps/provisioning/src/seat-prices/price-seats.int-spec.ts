import { jest } from '@jest/globals';
import { block } from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import type { SeatPrice } from './domain/year-cents.js';
import { PriceSeats } from './price-seats.js';
import { SeatPrices } from './seat-prices.gateway.js';

/**
 * Goal: what waits for a word, and what a night found, is told in seats and in what these cost for a year. Method: a school
 * of which more leave than ever do by themselves, staff without a seat among them, and accounts blocked by hand; billing is
 * what it answers.
 */
jest.setTimeout(180_000);
bedForEachTest('2022-11-14');

const uai = '0440001A';
const day = '2022-11-14';

class Answered extends SeatPrices {
  readonly asked: (readonly string[])[] = [];
  constructor(private readonly prices: readonly SeatPrice[]) {
    super();
  }
  override ofMarkets(marketCodes: readonly string[]): Promise<readonly SeatPrice[]> {
    this.asked.push(marketCodes);
    return Promise.resolve(this.prices);
  }
}
const billing = () =>
  new Answered([{ marketCode: 'e-primo-2022', itemCode: 'ELEVE', unitPrice: 23_500n }]);

async function aSchool(): Promise<void> {
  const teacher = { ...aPupil(90, { uai }), profile: 'TEACHER', classLabel: '' } as const;
  await bed.aMembership('m1', { ordered: 40, uais: [uai] });
  await bed.import([...pupils(uai, 20), teacher], { on: day });
  bed.run();
  await bed.untilQuiet();
}

test('PRV-8: a plan is priced as a whole, by member and by school: pupils’ seats, and nothing for who holds none', async () => {
  await aSchool();
  const gone = { endsOn: day, revision: 2 };
  const leaving = pupils(uai, 12).map((pupil) => ({ ...pupil, ...gone }));
  const teacher = { ...aPupil(90, { uai, ...gone }), profile: 'TEACHER', classLabel: '' } as const;
  await bed.import([...leaving, teacher], { on: day });
  await bed.untilQuiet();
  const { planViews } = bed.plans();
  const [plan] = await planViews.list(undefined, 10);
  const { members } = (await planViews.get(plan!.planId, undefined))!;
  const schools = await planViews.schools(plan!.planId, undefined, { after: '', limit: 10 });
  const prices = billing();
  const priced = await new PriceSeats(prices).forAll([plan!, ...members, ...schools]);
  const all = [plan!, ...members, ...schools].map(priced);
  expect(all.map(({ seats, seatsYearCents }) => [seats, seatsYearCents])).toEqual([
    [12, 2_820n],
    [12, 2_820n],
    [12, 2_820n],
  ]);
  expect([prices.asked, all.some((each) => 'seatItems' in each)]).toEqual([
    [['e-primo-2022']],
    false,
  ]);
  // Billing is silent: no figure rather than a wrong one.
  const silent = await new PriceSeats(new Answered([])).forAll([plan!]);
  expect(silent(plan!)).toEqual(expect.not.objectContaining({ seatsYearCents: expect.anything() }));
});

test('PRV-5: a night and its schools are priced by the seats of whom they concern', async () => {
  await aSchool();
  await bed.begin('2022-11-15');
  await bed.untilQuiet();
  const inEnt = Map.groupBy(bed.ent.graph.users.values(), ({ type }) => type);
  // The teacher holds no seat.
  for (const user of [...inEnt.get('Student')!.slice(0, 3), ...inEnt.get('Teacher')!])
    block(bed.ent.graph, user.id, true);
  await bed.begin('2022-11-16');
  await bed.untilQuiet();
  const { views } = bed.comparison(bed.engine().gateway);
  const nights = await views.nights(undefined);
  const looks = await views.schools(nights[0]!.day, '', 10, undefined);
  const prices = billing();
  const priced = await new PriceSeats(prices).forAll(nights);
  expect(nights.map(priced)).toMatchObject([
    { day: '2022-11-16', seats: 3, seatsYearCents: 705n },
    { day: '2022-11-15', seats: 0, seatsYearCents: 0n },
  ]);
  expect(looks.map(({ seatItems }) => seatItems)).toEqual([
    [{ marketCode: 'e-primo-2022', itemCode: 'ELEVE', seats: 3 }],
  ]);
});
