import type { Transaction } from '#libs/persistence';
import {
  BlockingKeys,
  couldBeOne,
  type IdentityStatement,
  judgeCandidates,
  judgePair,
  type KnownPerson,
  knownPeople,
  type MatchVerdict,
} from '../../identities/identities.module.js';
import { speaksBySchools } from '../domain/source-declaration.js';
import type { ImportConnection } from '../import-connection.pg.js';
import { matchByNumber } from './number-matching.pg.js';
import { ownersOf, tellWhatDecided } from './steps/number-steps.pg.js';
import {
  anyNewKey,
  askAboutBoth,
  guardiansOfChildren,
  matchedTwice,
  namesakesOf,
  type NamesakesRow,
  newLinks,
  newNamesakes,
  newPeople,
  newTeachersAndGuardians,
  type NewPersonRow,
  type NewTeacherRow,
  bothOf,
  recognise,
  sourcesAfter,
  stillDoubtful,
  toStatement,
} from './steps/matching-steps.pg.js';

/** New people in one step: as many as their candidates fit in memory. */
const soughtPerStep = 1_000;

/** Pupils first: a guardian is recognised by its children. */
const entities = [1, 2, 3] as const;
type Entity = (typeof entities)[number];

type Sought = { readonly sourceKey: string; readonly statement: IdentityStatement };
type Judged = {
  readonly sourceKey: string;
  readonly knownId: string;
  readonly verdict: MatchVerdict;
};

/**
 * Whom an import states under a new identifier may be somebody who is known (DIR-2): who certainly is, gets that
 * person's id in `difference`; about who may be, a question stands in `doubt`, and the person comes as somebody new.
 */
export class PlanMatching {
  private readonly keys = new BlockingKeys();

  constructor(private readonly connection: ImportConnection) {}

  /**
   * The keys of who has changed since, where anybody comes under an identifier that leads to nobody: in transactions of
   * their own, before the one of the plan.
   */
  async catchUp(): Promise<void> {
    const { source, importId } = this.connection.work;
    const { rows } = await this.connection.run((tx) =>
      tx.query<{ some: boolean }>(anyNewKey, [source.sourceCode, importId]),
    );
    if (!rows[0]!.some) return;
    while (await this.connection.run((tx) => this.keys.catchUp(tx)));
  }

  async match(tx: Transaction): Promise<void> {
    await matchByNumber(tx, this.connection.work.importId);
    await this.matchByName(tx);
    await tx.query(tellWhatDecided);
  }

  private async matchByName(tx: Transaction): Promise<void> {
    const { rows } = await tx.query<{ some: boolean; nestloop: string }>(
      `select exists (select from difference where person_id is null) and exists (select from blocking_keys) as some,
         current_setting('enable_nestloop') as nestloop`,
    );
    const { some, nestloop } = rows[0]!;
    if (!some) return;
    await tx.query(newLinks, [this.connection.work.importId]);
    await tx.query('create index on new_link (source_key); analyze new_link');
    // Few are looked for among many, by index: the contrary of what the other steps of a plan do.
    await tx.query('set local enable_nestloop = on');
    for (const entity of entities) {
      for (let after: string | undefined = ''; after !== undefined;) {
        const sought = await this.newPeople(tx, entity, after);
        if (sought.length > 0) await this.record(tx, await this.judge(tx, sought));
        after = sought.length < soughtPerStep ? undefined : sought.at(-1)!.sourceKey;
      }
      await this.askAboutBoth(tx, entity);
    }
    await tx.query(`select set_config('enable_nestloop', $1, true)`, [nestloop]);
  }

  /**
   * A teacher and a guardian who come together, in one school and of one name: the source has a register for each, so it
   * does not say that they are two. Once everybody has an id.
   */
  async matchTeachersWithGuardians(tx: Transaction): Promise<void> {
    const { source, importId } = this.connection.work;
    const { rows } = await tx.query<NewTeacherRow>(newTeachersAndGuardians, [importId]);
    const judged = rows.flatMap((row) => {
      const [teacher, guardian] = bothOf(row, source.sourceCode);
      const [verdict] = judgeCandidates(teacher, [guardian]);
      return [{ sourceKey: row.staff_key, knownId: row.guardian_id, verdict: verdict! }];
    });
    await this.record(
      tx,
      judged.filter(({ verdict: { verdict } }) => verdict === 'DOUBTFUL'),
    );
  }

  /** New pupils of one delivery with the same name and birth date: a person decides on each pair. Runs after all ids are given. */
  async matchNamesakes(tx: Transaction): Promise<void> {
    const { source, importId } = this.connection.work;
    // A register with identifiers of its own has told them apart.
    if (!speaksBySchools(source)) return;
    const { rows } = await tx.query<NamesakesRow>(newNamesakes, [importId]);
    const judged = rows.map((row) => {
      const { sourceKey, knownId } = row;
      return { sourceKey, knownId, verdict: judgePair(...namesakesOf(row, source.sourceCode)) };
    });
    await this.record(
      tx,
      judged.filter(({ verdict: { verdict } }) => verdict === 'DOUBTFUL'),
    );
  }

  private async newPeople(tx: Transaction, entity: Entity, after: string): Promise<Sought[]> {
    const { source, importId } = this.connection.work;
    const { rows } = await tx.query<NewPersonRow>(newPeople, [
      ...[source.sourceCode, importId, entity, after, soughtPerStep],
    ]);
    return rows.map((row) => ({
      sourceKey: row.source_key,
      statement: toStatement(row, entity, source),
    }));
  }

  private async judge(tx: Transaction, sought: readonly Sought[]): Promise<Judged[]> {
    const idsOf = await this.candidateIds(tx, sought);
    const known = await this.known(tx, [...new Set(idsOf.flatMap((ids) => [...ids]))]);
    return sought.flatMap(({ sourceKey, statement }, of) => {
      const candidates = [...idsOf[of]!].sort().flatMap((id) => known.get(id) ?? []);
      const verdicts = judgeCandidates(
        statement,
        candidates.map(({ statements }) => asLike(statement, statements)),
      );
      return verdicts.map((verdict, n) => ({
        ...{ sourceKey, verdict, knownId: candidates[n]!.personId },
      }));
    });
  }

  /**
   * By keys, and guardians by the children whom they share; without those whom names and dates exclude. And who has the
   * number, whatever the names: nobody else is certainly meant.
   */
  private async candidateIds(
    tx: Transaction,
    sought: readonly Sought[],
  ): Promise<readonly ReadonlySet<string>[]> {
    const idsOf = sought.map(() => new Set<string>());
    const statements = sought.map(({ statement }) => statement);
    for (const candidate of await this.keys.candidates(tx, statements))
      if (couldBeOne(statements[candidate.of]!, candidate))
        idsOf[candidate.of]!.add(candidate.personId);
    const owners = await tx.query<{ source_key: string; person_id: string }>(ownersOf, [
      sought.map(({ sourceKey }) => sourceKey),
    ]);
    const owned = new Map(owners.rows.map((row) => [row.source_key, row.person_id]));
    for (const [of, { sourceKey }] of sought.entries())
      if (owned.has(sourceKey)) idsOf[of]!.add(owned.get(sourceKey)!);
    const children = statements.flatMap(({ kind, relatives }, of) =>
      kind === 'GUARDIAN' ? relatives.map(({ personId }) => ({ of, personId })) : [],
    );
    if (children.length === 0) return idsOf;
    const { rows } = await tx.query<{ of: number; person_id: string }>(guardiansOfChildren, [
      children.map(({ of }) => of),
      children.map(({ personId }) => personId),
    ]);
    for (const { of, person_id } of rows) idsOf[of]!.add(person_id);
    return idsOf;
  }

  /** As they will be stated once the plan is applied: an identifier that goes does not stand beside the one that comes. */
  private async known(
    tx: Transaction,
    personIds: readonly string[],
  ): Promise<ReadonlyMap<string, KnownPerson>> {
    const people = await knownPeople(tx, personIds);
    const { rows } = await tx.query<{ person_id: string; sources: string[] }>(sourcesAfter, [
      this.connection.work.source.sourceCode,
      personIds,
    ]);
    const sourcesOf = new Map(rows.map(({ person_id, sources }) => [person_id, sources]));
    return new Map(
      people.map(({ personId, statements }) => {
        const sources = sourcesOf.get(personId) ?? [];
        const asStated = statements.map((statement) => ({
          ...{ ...statement, sources },
          givenUpBy: statement.sources.filter((source) => !sources.includes(source)),
        }));
        return [personId, { personId, statements: asStated }];
      }),
    );
  }

  private async askAboutBoth(tx: Transaction, entity: Entity): Promise<void> {
    const { rows } = await tx.query<{ person_id: string }>(matchedTwice, [entity]);
    if (rows.length === 0) return;
    const personIds = rows.map(({ person_id }) => person_id);
    for (const sql of askAboutBoth) await tx.query(sql, [entity, personIds]);
  }

  private async record(tx: Transaction, judged: readonly Judged[]): Promise<void> {
    for (const [verdict, sql] of [
      ['SAME', recognise],
      ['DOUBTFUL', stillDoubtful],
    ] as const) {
      const of = judged.filter((each) => each.verdict.verdict === verdict);
      if (of.length === 0) continue;
      await tx.query(sql, [
        of.map(({ sourceKey }) => sourceKey),
        of.map(({ knownId }) => knownId),
        of.map(({ verdict: { score } }) => score),
        of.map(({ verdict: { reasons } }) => reasons.join(' ')),
      ]);
    }
  }
}

/** A teacher who is a parent is compared with a parent as a parent. */
const asLike = (
  sought: IdentityStatement,
  statements: readonly IdentityStatement[],
): IdentityStatement => statements.find(({ kind }) => kind === sought.kind) ?? statements[0]!;
