import { Controller } from '@nestjs/common';
import {
  type CancelTrainingRequest,
  type ChangeTrainingRequest,
  type GetTrainingRequest,
  type HoldTrainingRequest,
  type ListProgressRequest,
  type ListTrainingsRequest,
  plain,
  type PlanTrainingRequest,
  type PublishProgressRequest,
  type SummariseTrainingsRequest,
  type TrainingPlan as TrainingPlanMessage,
  TrainingsService,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import type { LocalDate } from '#libs/time';
import { ChangeTraining } from './change-training.js';
import { PlanTraining } from './plan-training.js';
import { PublishProgress } from './publish-progress.js';
import type { TrainingPlan } from './domain/training.js';
import { ViewTrainings } from './view-trainings.js';

@Controller()
export class TrainingsRpc {
  constructor(
    private readonly planTrainingUseCase: PlanTraining,
    private readonly changeTrainingUseCase: ChangeTraining,
    private readonly publishProgressUseCase: PublishProgress,
    private readonly view: ViewTrainings,
  ) {}

  @Answers(TrainingsService.method.planTraining)
  async planTraining(request: PlanTrainingRequest, caller: Caller) {
    const input = { ...plain(request), plan: planOf(request.plan), caller };
    return { training: await this.planTrainingUseCase.execute(input) };
  }

  @Answers(TrainingsService.method.changeTraining)
  async changeTraining(request: ChangeTrainingRequest, caller: Caller) {
    const { trainingId, expectedVersion } = request;
    const change = { to: 'PLAN', plan: planOf(request.plan) } as const;
    const input = { trainingId, expectedVersion, change, caller };
    return { training: await this.changeTrainingUseCase.execute(input) };
  }

  @Answers(TrainingsService.method.holdTraining)
  async holdTraining(request: HoldTrainingRequest, caller: Caller) {
    const { trainingId, expectedVersion, participants = 0 } = request;
    const change = { to: 'HELD', heldOn: request.heldOn as LocalDate, participants } as const;
    const input = { trainingId, expectedVersion, change, caller };
    return { training: await this.changeTrainingUseCase.execute(input) };
  }

  @Answers(TrainingsService.method.cancelTraining)
  async cancelTraining(request: CancelTrainingRequest, caller: Caller) {
    const input = { ...plain(request), change: { to: 'CANCELLED' }, caller } as const;
    return { training: await this.changeTrainingUseCase.execute(input) };
  }

  @Answers(TrainingsService.method.getTraining)
  async getTraining({ trainingId }: GetTrainingRequest, caller: Caller) {
    return { training: await this.view.find({ trainingId, caller }) };
  }

  @Answers(TrainingsService.method.listTrainings)
  async listTrainings({ marketCode, status, ...page }: ListTrainingsRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.view.list({ marketCode, status, ...part, caller }),
      (row) => [row.plan.plannedOn, row.trainingId],
    );
    return { trainings: rows, nextCursor };
  }

  @Answers(TrainingsService.method.summariseTrainings)
  async summariseTrainings({ marketCode }: SummariseTrainingsRequest, caller: Caller) {
    return { figures: await this.view.summarise({ marketCode, caller }) };
  }

  @Answers(TrainingsService.method.publishProgress)
  async publishProgress(request: PublishProgressRequest, caller: Caller) {
    return { note: await this.publishProgressUseCase.execute({ ...plain(request), caller }) };
  }

  @Answers(TrainingsService.method.listProgress)
  async listProgress({ marketCode, ...page }: ListProgressRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.view.notes({ marketCode, ...part, caller }),
      (row) => [row.publishedOn, row.noteId],
    );
    return { notes: rows, nextCursor };
  }
}

/** The contract's bounds hold by now: there is a plan, of these kinds and scopes, with a day. */
const planOf = (plan: TrainingPlanMessage | undefined) => plain(plan!) as TrainingPlan;
