import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { SeenUser } from './domain/school-comparison.js';

/** Kept of a school. */
const usersMax = 100;
const nameMax = 100;

export type HandMadeUser = {
  readonly entId: string;
  readonly profile: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly classId: string;
  readonly classLabel: string;
  readonly foundOn: LocalDate;
};

/** Users created by hand by others in classes of ours, with names: the directory does not have them (PRV-5, SUP-4). */
@Injectable()
export class HandMadeUsers {
  constructor(private readonly database: Database) {}

  /** Replaces the users of a school; a user found before keeps its first day. `handMade`: with their classes of ours alone. */
  async replace(
    tx: Transaction,
    uai: string,
    day: LocalDate,
    handMade: readonly SeenUser[],
  ): Promise<void> {
    const kept = handMade
      .toSorted((a, b) => (a.entId < b.entId ? -1 : 1))
      .slice(0, usersMax)
      .map((user) => ({
        entId: user.entId,
        profile: user.profile ?? '',
        firstName: storable(user.firstName),
        lastName: storable(user.lastName),
        classId: user.classes[0]?.entId ?? '',
        classLabel: user.classes[0]?.label ?? '',
      }));
    await tx.query('delete from ent_hand_made_user where uai = $1 and ent_id <> all($2::text[])', [
      uai,
      kept.map(({ entId }) => entId),
    ]);
    await tx.query(
      `insert into ent_hand_made_user (uai, ent_id, profile, first_name, last_name, ent_class_id, class_label, found_on, seen_on, of_school)
       select $1, "entId", profile, "firstName", "lastName", "classId", "classLabel", $2, $2, $3
       from jsonb_to_recordset($4) as u ("entId" text, profile text, "firstName" text, "lastName" text, "classId" text, "classLabel" text)
       on conflict (uai, ent_id) do update set profile = excluded.profile, first_name = excluded.first_name,
         last_name = excluded.last_name, ent_class_id = excluded.ent_class_id, class_label = excluded.class_label,
         seen_on = greatest(ent_hand_made_user.seen_on, excluded.seen_on), of_school = excluded.of_school`,
      [uai, day, handMade.length, JSON.stringify(kept)],
    );
  }

  async list(uai: string, limit: number): Promise<{ users: HandMadeUser[]; found: number }> {
    const { rows } = await this.database.query<HandMadeUser & { ofSchool: number }>(
      `select ent_id as "entId", profile, first_name as "firstName", last_name as "lastName", ent_class_id as "classId",
         class_label as "classLabel", found_on as "foundOn", of_school as "ofSchool"
       from ent_hand_made_user where uai = $1 order by class_label, last_name, first_name, ent_id limit $2`,
      [uai, limit],
    );
    return {
      users: rows.map(({ ofSchool: _, ...user }) => user),
      found: rows[0]?.ofSchool ?? 0,
    };
  }
}

/** The database refuses control characters of JSON and half a character. */
const storable = (name: string): string =>
  name
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, nameMax)
    .toWellFormed();
