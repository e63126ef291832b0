import { OpenEntNg } from '../../simulators/open-ent-ng/open-ent-ng.js';
import { type Case, entcore } from './case.js';
import { allCases } from './cases/all-cases.js';
import { type ContractOutcome, type ContractRun, runContract } from './run-contract.js';

/** Goal: the simulator is Open ENT-NG as far as its reference goes. Method: every case, in one run, over HTTP. */
let ent: OpenEntNg;
let outcome: ContractOutcome;
const run = (): ContractRun => ({
  ...{ url: ent.url, login: 'connecteur', password: 'connecteur-secret' },
  ...{ level: 'SIMULATOR', uai: '0440001A', structureName: 'École du contrat' },
});

beforeAll(async () => {
  ent = await OpenEntNg.start();
  outcome = await runContract(run(), allCases);
});
afterAll(() => ent.stop());

test.each(allCases.map((one) => [one.id, one.says, one] as const))(
  'PRV-4, %s: %s',
  (id, _says, one) => {
    const { says, source, certainty, level } = one;
    expect(outcome.cases.find((each) => each.id === id)).toEqual({
      ...{ id, says, source, certainty, level },
      verdict: 'CONFIRMED',
      variants: variantsOf(one),
      answer: expect.stringMatching(/^\d{3} /) as string,
    });
  },
);

/** The simulator answers as the version that was run. */
const variantsOf = ({ expected, effects = [] }: Case) => {
  const seen = [expected, ...effects.map((effect) => effect.expected)].map((each) => each.seenIn);
  return seen.includes(entcore) ? [entcore] : [];
};

test('each case has a name of its own, and rests on what an earlier one makes known', () => {
  expect(new Set(allCases.map(({ id }) => id)).size).toBe(allCases.length);
});

test('whoever was made is gone afterwards, and a second run finds the same', async () => {
  expect(outcome.left).toBe(0);
  const again = await runContract({ ...run(), level: 'WRITING' }, allCases);
  const verdicts = again.cases.filter(({ level }) => level !== 'SIMULATOR');
  expect(verdicts.filter(({ verdict }) => verdict !== 'CONFIRMED')).toEqual([]);
  expect([again.left, again.cases.some(({ verdict }) => verdict === 'UNKNOWN')]).toEqual([0, true]);
});
