import { allTopics } from '#libs/contracts';
import type { Database, UnitOfWork } from '#libs/persistence';
import { defineProblem } from '#libs/problems';

/** Why a column may go on saying an id once its person is erased (SUP-4). SQL is code, never input. */
export type KeptId = {
  /** French, for whoever reads the proof. */
  readonly because: string;
  /** Of the row `t`: the first day on which it says it no more; absent: as long as the reason holds. */
  readonly until?: string;
  /** Of the row `t`: whether the reason holds for it; absent: for each. */
  readonly where?: string;
};

/** By `schema.table.column`. What is not named here may hold nobody. */
export type KeptIds = Readonly<Record<string, KeptId>>;

export type Trace = {
  readonly id: string;
  /** `schema.table.column`. */
  readonly place: string;
  readonly rows: number;
  /** French; empty: nothing allows it. */
  readonly because: string;
  /** YYYY-MM-DD, the first day without it; empty: no day is known. */
  readonly until: string;
};

export type FoundTraces = {
  readonly traces: readonly Trace[];
  readonly tables: number;
  /** What was not looked through: tables too large for the time given or not the service's to read, databases put aside. */
  readonly unread: readonly string[];
};

export class TooManyIds extends defineProblem('TOO_MANY_IDS', 'invalid') {}

const idsMax = 500;
const shortest = 8;
const tableTimeoutMs = 20_000;

const personal = allTopics.flatMap(({ personal: isPersonal, name }) => (isPersonal ? [name] : []));
const ofFacts = `t.topic <> all(array['${personal.join("','")}'])`;
const journal: KeptId = {
  because: 'Journal des actes : un identifiant, jamais un nom.',
  until: `t.recorded_at::date + (select kept_days from platform.book where name = 'audit')`,
};
const answer: KeptId = {
  because: 'Réponse gardée pour une commande répétée : oubliée après 30 jours.',
  until: 't.stored_at::date + 31',
};
const setAside: KeptId = {
  because: 'Fait mis de côté, sans nom, jusqu’à ce qu’un administrateur en décide.',
  where: ofFacts,
};
const skipped: KeptId = {
  because: 'Fait écarté par deux personnes, sans nom : la preuve de leur décision.',
  where: ofFacts,
};
const onItsWay: KeptId = {
  because: 'Fait sans nom, ou effacement, qui attend d’être publié.',
  where: `${ofFacts} or t.value is null`,
};
const decision: KeptId = { because: 'Décision de deux personnes : un identifiant, jamais un nom.' };

/** Of the tables that every service has. */
const platformKeeps: KeptIds = {
  'platform.audit_entry.subject': journal,
  'platform.audit_entry.details': journal,
  'platform.idempotent_answer.answer': answer,
  'platform.idempotent_answer.refusal': answer,
  'platform.outbox.key': onItsWay,
  'platform.outbox.value': onItsWay,
  'platform.outbox.causation': onItsWay,
  'platform.parked_event.key': setAside,
  'platform.parked_event.value': setAside,
  'platform.parked_event.headers': setAside,
  'platform.parked_event.cause_detail': setAside,
  'platform.skipped_event.key': skipped,
  'platform.skipped_event.value': skipped,
  'platform.skipped_event.headers': skipped,
  'platform.proposal.subject': decision,
  'platform.proposal.content': decision,
};

/** Packed batches of facts, which carry no name; of a topic with names there must be none at all. */
const archive = 'platform.told';

/**
 * Where the database of a service says an id, in text, bytes, lists or JSON: every table that the catalogue names, so
 * that none is forgotten. Reads each of them whole: for proofs, not for pages.
 */
export class Traces {
  private readonly keeps: KeptIds;

  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    keeps: KeptIds,
  ) {
    this.keeps = { ...platformKeeps, ...keeps };
  }

  /** Ids of 8 characters or more, at most 500; else TooManyIds. */
  async find(ids: readonly string[]): Promise<FoundTraces> {
    const asked = [...new Set(ids.map((id) => id.toLowerCase()))];
    if (asked.length > idsMax || asked.some(({ length }) => length < shortest))
      throw new TooManyIds(
        `Au plus ${idsMax} identifiants à la fois, d’au moins ${shortest} signes.`,
      );
    const { rows: tables } = await this.database.query<{ name: string; readable: boolean }>(
      `select n.nspname || '.' || c.relname as name, has_table_privilege(c.oid, 'select') as readable
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'platform') and c.relkind in ('r', 'p', 'm') order by 1`,
    );
    const traces: Trace[] = [];
    const unread = tables.flatMap(({ name, readable }) => (readable ? [] : [name]));
    unread.push(...(await this.putAside()));
    for (const { name, readable } of tables) {
      if (!readable || asked.length === 0) continue;
      const found = name === archive ? await this.inArchive() : await this.inTable(name, asked);
      if (found) traces.push(...found);
      else unread.push(name);
    }
    return { traces, tables: tables.length, unread };
  }

  /** Undefined: not looked through in the time given. */
  private async inTable(table: string, ids: readonly string[]): Promise<Trace[] | undefined> {
    const forms = ids.flatMap((id) => formsOf(id).map((form) => ({ id, form })));
    const columns = Object.entries(this.keeps)
      .filter(([place]) => place.startsWith(`${table}.`))
      .map(([place, kept]) => ({ column: place.slice(table.length + 1), ...kept }));
    const cases = (say: (kept: (typeof columns)[number]) => string, otherwise: string) =>
      columns.length === 0
        ? otherwise
        : `case c.key ${columns.map((kept) => `when '${kept.column}' then ${say(kept)}`).join(' ')} else ${otherwise} end`;
    const quoted = table.split('.').map((part) => `"${part.replaceAll('"', '""')}"`);
    const text = `
      select a.id, c.key as column, ${cases(({ where = 'true' }) => `(${where})`, 'false')} as expected,
             count(*)::int as rows, max(${cases(({ until = 'null' }) => `(${until})::date`, 'null::date')})::text as until
        from ${quoted.join('.')} t cross join lateral jsonb_each_text(to_jsonb(t)) c
        join unnest($1::text[], $2::text[]) as a(id, form) on position(a.form in lower(c.value)) > 0
       where t::text ~* $3 group by 1, 2, 3 order by 1, 2, 3`;
    try {
      const { rows } = await this.unitOfWork.run(async (tx) => {
        await tx.query(`select set_config('statement_timeout', '${tableTimeoutMs}', true)`);
        return tx.query<Hit>(text, [
          forms.map(({ id }) => id),
          forms.map(({ form }) => form),
          forms.map(({ form }) => form.replaceAll(/[^0-9a-z-]/g, (sign) => `\\${sign}`)).join('|'),
        ]);
      });
      return rows.map(({ id, column, expected, rows: count, until }) => ({
        ...{ id, place: `${table}.${column}`, rows: count },
        because: expected ? (this.keeps[`${table}.${column}`]?.because ?? '') : '',
        until: expected ? (until ?? '') : '',
      }));
    } catch (error) {
      if ((error as { code?: unknown }).code === '57014') return undefined;
      throw error;
    }
  }

  /** Databases that restores of this one have kept: they hold what was erased since. */
  private async putAside(): Promise<string[]> {
    const { rows } = await this.database.query<{ datname: string }>(
      `select datname from pg_database where starts_with(datname, current_database() || '_before_') order by 1`,
    );
    return rows.map(({ datname }) => datname);
  }

  private async inArchive(): Promise<Trace[]> {
    const { rows } = await this.database.query<{ topic: string; rows: number }>(
      `select topic, count(*)::int as rows from ${archive} where topic = any($1) group by 1`,
      [personal],
    );
    return rows.map(({ topic, rows: count }) => ({
      ...{ id: topic, place: `${archive}.topic`, rows: count, because: '', until: '' },
    }));
  }
}

type Hit = { id: string; column: string; expected: boolean; rows: number; until: string | null };

/** As text, as bytes of that text (a column of bytes is shown in hex), and as the sixteen bytes of a UUID. */
function formsOf(id: string): string[] {
  const bare = id.replaceAll('-', '');
  return [id, Buffer.from(id).toString('hex'), ...(/^[0-9a-f]{32}$/.test(bare) ? [bare] : [])];
}
