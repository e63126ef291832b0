import { Injectable } from '@nestjs/common';
import { Database, insertRow, type Transaction, updateRow } from '#libs/persistence';
import type { ProgressNote, Training, TrainingFigures } from './domain/training.js';

export type TrainingPage = {
  readonly marketCode: string;
  /** Empty: all. */
  readonly status: string;
  readonly publishedOnly: boolean;
  /** Day and id of the last row seen. */
  readonly after?: readonly [string, string] | undefined;
  readonly limit: number;
};

/** What is kept of actions and notes. Everything is written in the caller's transaction. */
@Injectable()
export class Trainings {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, training: Training): Promise<void> {
    const { trainingId: id, marketCode, plan, status } = training;
    await insertRow(tx, 'training_action', { id, marketCode, ...plan, status });
  }

  findForUpdate(tx: Transaction, trainingId: string) {
    return tx.row<Training>(`select ${columns} from training_action where id = $1 for update`, [
      trainingId,
    ]);
  }

  async save(tx: Transaction, training: Training): Promise<void> {
    const { trainingId, plan, status, heldOn, participants, version } = training;
    const { kind, title, audience, scope, department, circonscription, plannedOn, published } =
      plan;
    await updateRow(tx, 'training_action', trainingId, {
      ...{ kind, title, audience, scope, department, circonscription, plannedOn, published },
      ...{ status, heldOn: heldOn || null, participants, version },
    });
  }

  async addNote(tx: Transaction, note: ProgressNote, by: string): Promise<void> {
    const { noteId: id, figures, ...row } = note;
    const told = JSON.stringify(figures);
    await insertRow(tx, 'progress_note', { id, ...row, publishedBy: by, figures: told });
  }

  find(trainingId: string) {
    return this.database.row<Training>(`select ${columns} from training_action where id = $1`, [
      trainingId,
    ]);
  }

  /** Latest planned day first. */
  list({ marketCode, status, publishedOnly, after, limit }: TrainingPage) {
    return this.database.rows<Training>(
      `select ${columns} from training_action
        where market_code = $1 and ($2 = '' or status = $2) and (published or not $3)
          and ($4::date is null or (planned_on, id) < ($4, $5))
        order by planned_on desc, id desc limit $6`,
      [marketCode, status, publishedOnly, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
  }

  /** Of published actions alone where asked: what may be told to members. */
  figuresOf(marketCode: string, only: 'ALL' | 'PUBLISHED', tx?: Transaction) {
    return (tx ?? this.database).rows<TrainingFigures>(figures, [marketCode, only]);
  }

  /** Latest first. */
  notes(marketCode: string, after: readonly [string, string] | undefined, limit: number) {
    return this.database.rows<ProgressNote>(
      `select id as "noteId", market_code as "marketCode", published_on as "publishedOn", title, body, figures
         from progress_note
        where market_code = $1 and ($2::date is null or (published_on, id) < ($2, $3))
        order by published_on desc, id desc limit $4`,
      [marketCode, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
  }
}

// A training as the domain has it, so that no row has to be turned into one.
const columns = `id as "trainingId", market_code as "marketCode",
  jsonb_build_object('kind', kind, 'title', title, 'audience', audience, 'scope', scope, 'department', department,
    'circonscription', circonscription, 'plannedOn', planned_on, 'published', published) as plan,
  status, coalesce(held_on::text, '') as "heldOn", participants, version`;
const figures = `
  select scope, department, (count(*) filter (where status = 'PLANNED'))::int as planned,
         (count(*) filter (where status = 'HELD'))::int as held,
         (count(*) filter (where status = 'CANCELLED'))::int as cancelled,
         coalesce(sum(participants), 0)::int as participants
    from training_action where market_code = $1 and (published or $2 = 'ALL')
   group by scope, department order by scope, department`;
