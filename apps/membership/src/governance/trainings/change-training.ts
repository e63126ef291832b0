import { Injectable } from '@nestjs/common';
import type { CancelTrainingRequest } from '#libs/contracts';
import { type Asked, requireInMarket } from '#libs/identity';
import type { LocalDate } from '#libs/time';
import { Commands } from '#libs/commands';
import { Markets } from '../../contract/markets/markets.module.js';
import { cancel, change, hold, type Training, type TrainingPlan } from './domain/training.js';
import { Trainings } from './trainings.pg.js';

export type TrainingChange =
  | { readonly to: 'PLAN'; readonly plan: TrainingPlan }
  | { readonly to: 'HELD'; readonly heldOn: LocalDate; readonly participants: number }
  | { readonly to: 'CANCELLED' };

/** What becomes of an action: planned otherwise, held, cancelled (GOV-2). */
@Injectable()
export class ChangeTraining {
  constructor(
    private readonly commands: Commands,
    private readonly trainings: Trainings,
    private readonly markets: Markets,
  ) {}

  /** Throws TrainingStale, TrainingClosed, TrainingInvalid. */
  execute(input: Asked<CancelTrainingRequest, { change: TrainingChange }>): Promise<Training> {
    const { trainingId, expectedVersion, caller } = input;
    return this.commands.run(
      {
        operation: 'ChangeTraining',
        action: `training.${actions[input.change.to]}`,
        subject: `training:${trainingId}`,
      },
      input,
      async (tx, today) => {
        const training = requireInMarket(
          caller,
          await this.trainings.findForUpdate(tx, trainingId),
        );
        const { market } = await this.markets.find(training.marketCode, tx);
        const changed = apply(training, expectedVersion, input.change, { market, today });
        await this.trainings.save(tx, changed);
        return changed;
      },
    );
  }
}

const actions = { PLAN: 'changed', HELD: 'held', CANCELLED: 'cancelled' } as const;

type Circumstances = {
  readonly market: { readonly departments: readonly string[] };
  readonly today: LocalDate;
};

function apply(
  training: Training,
  version: number,
  wanted: TrainingChange,
  { market, today }: Circumstances,
): Training {
  switch (wanted.to) {
    case 'PLAN':
      return change(training, version, wanted.plan, market.departments);
    case 'HELD':
      return hold(training, version, wanted, today);
    case 'CANCELLED':
      return cancel(training, version);
  }
}
