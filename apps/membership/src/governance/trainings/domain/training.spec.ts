import { localDate } from '#libs/time';
import { cancel, change, hold, planTraining, publish, type TrainingPlan } from './training.js';

const market = { code: 'm', departments: ['44', '85'] };
const plan: TrainingPlan = {
  kind: 'TRAINING',
  title: 'Prise en main',
  audience: 'Enseignants',
  scope: 'CIRCONSCRIPTION',
  department: '44',
  circonscription: 'Circonscription fictive',
  plannedOn: localDate('2022-11-09'),
  published: false,
};
const today = localDate('2022-11-09');
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
};

test.each([
  ['a circonscription without name', { circonscription: '' }],
  ['a department of another market', { department: '75' }],
  ['an action of a department with a circonscription', { scope: 'DEPARTMENT' as const }],
  ['an action of the academy with a department', { scope: 'ACADEMY' as const }],
  ['no title', { title: ' ' }],
])('GOV-2: %s is refused (art. 7.2)', (_why, wrong) => {
  expect(codeOf(() => planTraining('t', market, { ...plan, ...wrong }))).toBe('TRAINING_INVALID');
});

test('GOV-2: an action is held today or before, with a number of participants', () => {
  const planned = planTraining('t', market, plan);
  const tomorrow = localDate('2022-11-10');
  expect(codeOf(() => hold(planned, 1, { heldOn: tomorrow, participants: 1 }, today))).toBe(
    'TRAINING_INVALID',
  );
  for (const participants of [-1, 1.5, 100_001]) {
    expect(codeOf(() => hold(planned, 1, { heldOn: today, participants }, today))).toBe(
      'TRAINING_INVALID',
    );
  }
  const held = hold(planned, 1, { heldOn: today, participants: 24 }, today);
  expect(held).toMatchObject({ status: 'HELD', participants: 24, version: 2 });
  expect(codeOf(() => cancel(held, 2))).toBe('TRAINING_CLOSED');
});

test('GOV-2: of what is held only the publication changes; a stale version is refused', () => {
  const held = hold(planTraining('t', market, plan), 1, { heldOn: today, participants: 0 }, today);
  const published = change(held, 2, { ...plan, published: true }, market.departments);
  expect(published.plan.published).toBe(true);
  const otherTitle = { ...plan, title: 'Autre' };
  expect(codeOf(() => change(held, 2, otherTitle, market.departments))).toBe('TRAINING_CLOSED');
  expect(codeOf(() => change(held, 1, plan, market.departments))).toBe('TRAINING_STALE');
});

test('GOV-2: progress has a title and a text of at most 4,000 characters', () => {
  const note = {
    noteId: 'n',
    marketCode: 'm',
    publishedOn: today,
    title: 'Rentrée',
    body: 'x'.repeat(4_000),
    figures: [],
  };
  expect(publish(note)).toEqual(note);
  expect(codeOf(() => publish({ ...note, body: 'x'.repeat(4_001) }))).toBe('PROGRESS_INVALID');
  expect(codeOf(() => publish({ ...note, title: '' }))).toBe('PROGRESS_INVALID');
});
