import { localDate } from '#libs/time';
import { type CourtDecision, judgeExclusion } from './court-decision.js';

const member = {
  status: 'ACTIVE',
  startsOn: localDate('2022-07-19'),
  endsOn: localDate('2026-07-19'),
  isExcluded: false,
};
const decision = (effectiveOn: string, decidedOn = '2023-11-06'): CourtDecision => ({
  reference: 'TA Nantes, n° 2300001 (fictif)',
  court: 'Tribunal administratif de Nantes',
  decidedOn: localDate(decidedOn),
  effectiveOn: localDate(effectiveOn),
  sumsDueCents: 123_456n,
  document: {
    ...{ documentId: 'd-1', kind: 'COURT_DECISION', title: 'Jugement', sha256: '' },
    datedOn: localDate(decidedOn),
  },
});
const today = localDate('2023-11-20');

/** The end, or the code of the refusal. */
function judged(over: object, decided: CourtDecision): string {
  try {
    return judgeExclusion({ ...member, ...over }, decided, today);
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test.each([
  ['2022-07-19', 'OUTSIDE_MEMBERSHIP'],
  ['2022-07-20', '2022-07-20'],
  ['2023-09-01', '2023-09-01'],
  ['2024-01-01', '2024-01-01'],
  ['2026-07-18', '2026-07-18'],
  ['2026-07-19', 'OUTSIDE_MEMBERSHIP'],
])('EXC-1: an effective date of %s, past or future: %s', (effectiveOn, outcome) => {
  expect(judged({}, decision(effectiveOn))).toBe(outcome);
});

test.each([
  ['a second time', { isExcluded: true }, decision('2024-01-01'), 'EXCLUSION_ALREADY_RECORDED'],
  [
    'before activation',
    { status: 'ACCEPTED', startsOn: undefined, endsOn: undefined },
    decision('2024-01-01'),
    'MEMBERSHIP_NOT_ACTIVE',
  ],
  ['by a decision of tomorrow', {}, decision('2024-01-01', '2023-11-21'), 'DECISION_DATES_INVALID'],
])('EXC-1: nobody is excluded %s', (_name, over, decided, code) => {
  expect(judged(over, decided)).toBe(code);
});

test('EXC-1: a decision of today counts, also for a membership that ended later meanwhile', () => {
  expect(judged({}, decision('2024-01-01', '2023-11-20'))).toBe('2024-01-01');
  const ended = { status: 'ENDED', endsOn: localDate('2023-11-01') };
  expect(judged(ended, decision('2023-10-01'))).toBe('2023-10-01');
});
