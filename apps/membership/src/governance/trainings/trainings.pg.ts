import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { ProgressNote, Training, TrainingFigures, TrainingPlan } from './domain/training.js';

export type TrainingPage = {
  readonly marketCode: string;
  /** Empty: all. */
  readonly status: string;
  readonly publishedOnly: boolean;
  /** Day and id of the last row seen. */
  readonly after: readonly [string, string] | undefined;
  readonly limit: number;
};

/** What is kept of actions and notes. Everything is written in the caller's transaction. */
@Injectable()
export class Trainings {
  constructor(private readonly database: Database) {}

  async add(tx: Transaction, training: Training): Promise<void> {
    const { plan } = training;
    await tx.query(
      `insert into training_action (id, market_code, kind, title, audience, scope, department, circonscription,
              planned_on, published, status) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [training.trainingId, training.marketCode, ...planValues(plan), training.status],
    );
  }

  async findForUpdate(tx: Transaction, trainingId: string) {
    const { rows } = await tx.query<Training>(
      `select ${columns} from training_action where id = $1 for update`,
      [trainingId],
    );
    return rows[0];
  }

  async save(tx: Transaction, training: Training): Promise<void> {
    const { trainingId, plan, status, heldOn, participants, version } = training;
    await tx.query(
      `update training_action set kind = $2, title = $3, audience = $4, scope = $5, department = $6,
              circonscription = $7, planned_on = $8, published = $9, status = $10, held_on = nullif($11, '')::date,
              participants = $12, version = $13 where id = $1`,
      [trainingId, ...planValues(plan), status, heldOn, participants, version],
    );
  }

  async addNote(tx: Transaction, note: ProgressNote, by: string): Promise<void> {
    const { noteId, marketCode, publishedOn, title, body } = note;
    await tx.query(
      `insert into progress_note (id, market_code, published_on, published_by, title, body, figures)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [noteId, marketCode, publishedOn, by, title, body, JSON.stringify(note.figures)],
    );
  }

  async find(trainingId: string) {
    const { rows } = await this.database.query<Training>(
      `select ${columns} from training_action where id = $1`,
      [trainingId],
    );
    return rows[0];
  }

  /** Latest planned day first. */
  async list({ marketCode, status, publishedOnly, after, limit }: TrainingPage) {
    const { rows } = await this.database.query<Training>(
      `select ${columns} from training_action
        where market_code = $1 and ($2 = '' or status = $2) and (published or not $3)
          and ($4::date is null or (planned_on, id) < ($4, $5))
        order by planned_on desc, id desc limit $6`,
      [marketCode, status, publishedOnly, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
    return rows;
  }

  /** Of published actions alone where asked: what may be told to members. */
  async figuresOf(marketCode: string, only: 'ALL' | 'PUBLISHED', tx?: Transaction) {
    return (await (tx ?? this.database).query<TrainingFigures>(figures, [marketCode, only])).rows;
  }

  /** Latest first. */
  async notes(marketCode: string, after: readonly [string, string] | undefined, limit: number) {
    const { rows } = await this.database.query<ProgressNote>(
      `select id as "noteId", market_code as "marketCode", published_on as "publishedOn", title, body, figures
         from progress_note
        where market_code = $1 and ($2::date is null or (published_on, id) < ($2, $3))
        order by published_on desc, id desc limit $4`,
      [marketCode, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
    return rows;
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

const planValues = (plan: TrainingPlan) => [
  plan.kind,
  plan.title,
  plan.audience,
  plan.scope,
  plan.department,
  plan.circonscription,
  plan.plannedOn,
  plan.published,
];
