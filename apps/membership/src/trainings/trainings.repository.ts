import type { Transaction } from '#libs/persistence';
import type { ProgressNote, TrainingFigures } from './domain/progress.js';
import type { Training } from './domain/training.js';

/** What is kept of actions and notes. Everything is written in the caller's transaction. */
export abstract class Trainings {
  abstract add(tx: Transaction, training: Training): Promise<void>;
  abstract findForUpdate(tx: Transaction, trainingId: string): Promise<Training | undefined>;
  abstract save(tx: Transaction, training: Training): Promise<void>;
  /** Of published actions alone where asked: what may be told to members. */
  abstract figuresOf(
    tx: Transaction,
    marketCode: string,
    only: 'ALL' | 'PUBLISHED',
  ): Promise<TrainingFigures[]>;
  abstract addNote(tx: Transaction, note: ProgressNote, by: string): Promise<void>;
}
