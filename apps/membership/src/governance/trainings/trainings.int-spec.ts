import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import {
  ancenis,
  coordinator,
  marketCode,
  MembershipWorld,
  ordererOf,
} from '../../../../../test/support/builders/membership-world.js';
import { Commands } from '#libs/commands';
import { ChangeTraining, type TrainingChange } from './change-training.js';
import type { TrainingPlan } from './domain/training.js';
import { PlanTraining } from './plan-training.js';
import { PublishProgress } from './publish-progress.js';
import { Trainings } from './trainings.pg.js';
import { ViewTrainings } from './view-trainings.js';

jest.setTimeout(60_000);

let world: MembershipWorld;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-11-09');
  await world.publishMarket();
}, 30_000);
afterEach(() => world.fresh.drop());

const trainings = () => new Trainings(world.database);
const commands = () => new Commands(world.unitOfWork, world.businessDate);
const academy: TrainingPlan = {
  kind: 'TRAINING',
  title: 'Webinaire fictif',
  audience: 'Enseignants',
  scope: 'ACADEMY',
  department: '',
  circonscription: '',
  plannedOn: localDate('2022-11-09'),
  published: true,
};
const plan = (over: Partial<TrainingPlan> = {}, idempotencyKey: string = randomUUID()) =>
  new PlanTraining(commands(), trainings(), world.markets).execute({
    idempotencyKey,
    marketCode,
    plan: { ...academy, ...over },
    caller: coordinator,
  });
const change = (trainingId: string, expectedVersion: number, wanted: TrainingChange) =>
  new ChangeTraining(commands(), trainings(), world.markets).execute({
    trainingId,
    expectedVersion,
    change: wanted,
    caller: coordinator,
  });
const publish = (title: string) =>
  new PublishProgress(commands(), trainings(), world.markets).execute({
    idempotencyKey: randomUUID(),
    marketCode,
    title,
    body: 'Texte fictif.',
    caller: coordinator,
  });
const view = () => new ViewTrainings(new Trainings(world.database));
const member = ordererOf(ancenis.siren);
const held = { to: 'HELD', heldOn: localDate('2022-11-08'), participants: 31 } as const;

test('GOV-2: planned, held and counted by scope and department', async () => {
  const { trainingId } = await plan();
  const other = await plan({ scope: 'DEPARTMENT', department: '85', published: false });
  await change(trainingId, 1, held);
  await change(other.trainingId, 1, { to: 'CANCELLED' });
  await expect(change(trainingId, 1, { to: 'CANCELLED' })).rejects.toMatchObject({
    code: 'TRAINING_STALE',
  });
  expect(await view().summarise({ marketCode, caller: coordinator })).toEqual([
    { scope: 'ACADEMY', department: '', planned: 0, held: 1, cancelled: 0, participants: 31 },
    { scope: 'DEPARTMENT', department: '85', planned: 0, held: 0, cancelled: 1, participants: 0 },
  ]);
  expect(await view().find({ trainingId, caller: coordinator })).toMatchObject({
    status: 'HELD',
    heldOn: '2022-11-08',
    participants: 31,
    version: 2,
  });
});

test('GOV-2: members see what is published, the coordinator all', async () => {
  await plan();
  const { trainingId } = await plan({ published: false, plannedOn: localDate('2022-12-01') });
  const list = (caller: typeof member) =>
    view().list({ marketCode, status: '', after: undefined, limit: 10, caller });
  expect(await list(member)).toHaveLength(1);
  expect((await list(coordinator)).map((row) => row.plan.plannedOn)).toEqual([
    '2022-12-01',
    '2022-11-09',
  ]);
  await expect(view().find({ trainingId, caller: member })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('GOV-2: published progress keeps the figures of its day and never changes', async () => {
  const { trainingId } = await plan();
  await plan({ published: false });
  await publish('Rentrée');
  await world.day('2022-11-10');
  await change(trainingId, 1, held);
  await publish('Suite');
  const notes = await view().notes({ marketCode, after: undefined, limit: 10, caller: member });
  expect(notes).toMatchObject([
    { title: 'Suite', publishedOn: '2022-11-10', figures: [{ held: 1, participants: 31 }] },
    { title: 'Rentrée', publishedOn: '2022-11-09', figures: [{ planned: 1, held: 0 }] },
  ]);
  await expect(world.fresh.asOwner(`update progress_note set body = 'x'`)).rejects.toThrow('never');
});

test('GOV-2: a repeated creation is one action', async () => {
  const first = await plan({}, 'key-of-a-form');
  expect(await plan({}, 'key-of-a-form')).toEqual(first);
  expect(await world.count('from training_action')).toBe(1);
  await expect(plan({ title: 'Autre' }, 'key-of-a-form')).rejects.toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
});
