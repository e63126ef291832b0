import type { ProgressNote, TrainingFigures } from './domain/progress.js';
import type { Training } from './domain/training.js';

export type TrainingPage = {
  readonly marketCode: string;
  /** Empty: all. */
  readonly status: string;
  readonly publishedOnly: boolean;
  /** Day and id of the last row seen. */
  readonly after: readonly [string, string] | undefined;
  readonly limit: number;
};

/** What can be read of actions and notes, as committed. */
export abstract class TrainingReader {
  abstract find(trainingId: string): Promise<Training | undefined>;
  /** Latest planned day first. */
  abstract list(page: TrainingPage): Promise<Training[]>;
  abstract figuresOf(marketCode: string): Promise<TrainingFigures[]>;
  /** Latest first. */
  abstract notes(
    marketCode: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<ProgressNote[]>;
}
