import { Injectable } from '@nestjs/common';
import { type NewEvent, PersonErasedSchema, tombstone } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import { PersonFacts } from '../people/people.module.js';
import { structureFacts } from '../structures/structures.module.js';

/** How far a round has come in each of its three lists; they are gone through one after the other. */
export type AnnouncedUpTo = {
  readonly uai: string;
  readonly personId: string;
  /** The journal's entry, and how many of the people in it. */
  readonly erasure: { readonly entryId: string; readonly people: number };
};

export const nothingAnnounced: AnnouncedUpTo = {
  uai: '',
  personId: '00000000-0000-0000-0000-000000000000',
  erasure: { entryId: '0', people: 0 },
};

export type Announcement = {
  readonly structures: readonly NewEvent[];
  readonly people: readonly NewEvent[];
  readonly erased: readonly NewEvent[];
  readonly upTo: AnnouncedUpTo;
};

/** What the directory knows now, as events: each state with its revision and the import that made it. */
@Injectable()
export class StatesToAnnounce {
  constructor(private readonly facts: PersonFacts) {}

  /** The next `limit` of them, fewer only at the end. */
  async next(tx: Transaction, after: AnnouncedUpTo, limit: number): Promise<Announcement> {
    const structures = await structureFacts(tx, after.uai, limit);
    const people = await this.people(tx, after.personId, limit - structures.length);
    const room = limit - structures.length - people.length;
    const { erased, erasure } = await this.erased(tx, after.erasure, room);
    const upTo = {
      uai: structures.at(-1)?.key ?? after.uai,
      personId: people.at(-1)?.key ?? after.personId,
      erasure,
    };
    return { structures, people, erased, upTo };
  }

  private async people(tx: Transaction, after: string, limit: number): Promise<NewEvent[]> {
    const { rows } = await tx.query<{ person_id: string; import_id: string | null }>(
      'select person_id, import_id from person where person_id > $1 order by person_id limit $2',
      [after, limit],
    );
    const byImport = new Map<string, string[]>();
    for (const { person_id: id, import_id: importId } of rows) {
      byImport.set(importId ?? '', [...(byImport.get(importId ?? '') ?? []), id]);
    }
    const events = new Map<string, NewEvent>();
    for (const [importId, ids] of byImport) {
      for (const each of await this.facts.of(tx, ids, importId)) events.set(each.key, each);
    }
    return rows.flatMap(({ person_id: id }) => events.get(id) ?? []);
  }

  /** As the journal of erasures remembers them; who is here again bears another id. */
  private async erased(
    tx: Transaction,
    after: AnnouncedUpTo['erasure'],
    limit: number,
  ): Promise<{ erased: NewEvent[]; erasure: AnnouncedUpTo['erasure'] }> {
    const { rows } = await tx.query<{ entry_id: string; people: number; person_id: string }>(
      `select entry.id::text as entry_id, each.n::int as people, each.person_id
         from platform.audit_entry as entry
        cross join lateral jsonb_array_elements_text(entry.details -> 'personIds')
              with ordinality as each (person_id, n)
        where entry.action = 'leavers.erased' and (entry.id, each.n) > ($1, $2)
        order by entry.id, each.n limit $3`,
      [after.entryId, after.people, limit],
    );
    const last = rows.at(-1);
    return {
      erased: rows.map(({ person_id: id }) => tombstone(PersonErasedSchema, id)),
      erasure: last ? { entryId: last.entry_id, people: last.people } : after,
    };
  }
}
