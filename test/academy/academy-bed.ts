import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { academy, caller, ImportBed } from '../../apps/directory/test/import-bed.test-support.js';
import { sourceAt } from '../../apps/directory/test/ldap.test-support.js';
import { AskAboutGuardians } from '../../apps/directory/src/doubles/ask-about-guardians.js';
import { DecideDouble } from '../../apps/directory/src/doubles/decide-double.js';
import { type Double, DoubtfulPairs } from '../../apps/directory/src/doubles/doubtful-pairs.pg.js';
import { Merges } from '../../apps/directory/src/doubles/merges.pg.js';
import { UndoMerge } from '../../apps/directory/src/doubles/undo-merge.js';
import { PersonFacts } from '../../apps/directory/src/people/person-facts.pg.js';
import type { SourceDeclaration } from '../../apps/directory/src/synchronisation/domain/source-declaration.js';
import { ImportTurn } from '../../apps/directory/src/synchronisation/import-turn.pg.js';
import { Commands } from '#libs/commands';
import { PgBusinessDate, PgOutbox } from '#libs/messaging';
import type { LocalDate } from '#libs/time';
import { writeDeltaAaf, writeFullAaf } from '../support/generator/formats/aaf-days.js';
import { writeEntCsv } from '../support/generator/formats/ent-csv.js';
import { writeOnde } from '../support/generator/formats/onde.js';
import type { PopulationDays } from '../support/generator/school-years/population-days.js';
import type { Site } from '../support/generator/school-years/sites.js';
import { startSlapd } from '../support/slapd/slapd.js';
import { leaveOutPupilsOf } from './leave-out.js';
import { ToldPeople } from './told-people.js';

const sources: readonly SourceDeclaration[] = [
  { ...academy, deliversDeltas: true },
  ...(['ONDE', 'ENT_CSV', 'LDAP'] as const).map((kind, index) => ({
    ...{ ...academy, kind, sourceCode: kind.toLowerCase(), title: kind, academyCode: '' },
    priority: 20 + index,
  })),
];

/** One population, delivered by the academy and its schools to a directory of its own, and what it told of it. */
export class AcademyBed {
  readonly told = new ToldPeople();
  /** Deliveries in their order, with the seconds that each took and the memory of the process after it. */
  readonly took: { delivery: string; s: number; people: number; rssMb: number }[] = [];
  /** Questions about two people that were answered. */
  answered = 0;
  private deliveries = 0;

  private constructor(
    readonly bed: ImportBed,
    readonly population: PopulationDays,
  ) {}

  static async start(population: PopulationDays, day: LocalDate) {
    const bed = await ImportBed.start(day);
    const { declare } = bed.parts();
    for (const source of sources) await declare.execute(source, caller);
    return new AcademyBed(bed, population);
  }

  folder(name: string): string {
    const folder = join(this.bed.root, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** A full export; without the pupils of some schools. */
  layFull(day: LocalDate, emptied: readonly string[] = []): string {
    const name = `full-${day}-${(this.deliveries += 1)}`;
    const folder = this.folder(name);
    writeFullAaf(this.population, { folder, day });
    leaveOutPupilsOf(folder, emptied);
    return name;
  }

  /** The files of one delivery under the name of another. */
  layOver(name: string, from: string): void {
    rmSync(join(this.bed.root, name), { recursive: true, force: true });
    renameSync(join(this.bed.root, from), join(this.bed.root, name));
  }

  /** What the academy has laid down. */
  bring(name: string) {
    return this.deliver(name, academy.sourceCode);
  }

  full(day: LocalDate) {
    return this.bring(this.layFull(day));
  }

  delta(day: LocalDate) {
    const name = `delta-${day}`;
    writeDeltaAaf(this.population, { folder: this.folder(name), day });
    return this.bring(name);
  }

  async onde(site: Site, day: LocalDate) {
    const name = `onde-${day}-${site.school.uai}`;
    writeOnde(this.population, { folder: this.folder(`${name}-whole`), day, site });
    return this.tables(name, join(`${name}-whole`, site.school.uai), 'onde', site, day);
  }

  /** Also gives the folder that was written, before it is imported and goes. */
  async csv(site: Site, day: LocalDate, look: (folder: string) => void) {
    const name = `csv-${day}-${site.school.uai}`;
    const whole = this.folder(`${name}-whole`);
    writeEntCsv(this.population, { folder: whole, day, site });
    const [place = ''] = readdirSync(whole);
    look(join(whole, place));
    return this.tables(name, join(`${name}-whole`, place), 'ent_csv', site, day);
  }

  private tables(name: string, place: string, source: string, { school }: Site, day: LocalDate) {
    const from = join(this.bed.root, place);
    const to = this.folder(name);
    for (const file of readdirSync(from)) {
      writeFileSync(join(to, file), readFileSync(join(from, file)));
    }
    return this.deliver(name, source, { uai: school.uai, datedOn: day });
  }

  /** What a real server with these entries answers. */
  async ldap(ldif: string) {
    const slapd = await startSlapd({ ldif });
    // The invented people that it has for other tests stay apart.
    const peopleFilter = '(&(objectClass=ENTPerson)(ENTPersonLogin=*))';
    const structuresFilter = '(&(objectClass=ENTEtablissement)(!(ou=ecole))(ENTStructureUAI=*))';
    const settings = { peopleFilter, structuresFilter };
    this.bed.academies = { of: () => Promise.resolve(sourceAt(slapd, settings)) };
    try {
      return await this.deliver('', 'ldap');
    } finally {
      await slapd.stop();
    }
  }

  /** Imports and, where it is held, approves all of it: what the academy said is so. */
  private async deliver(
    name: string,
    source: string,
    said: { datedOn?: string; uai?: string } = {},
  ) {
    const begun = performance.now();
    let report = await this.bed.import(name, { source, batchPeople: 2_000, ...said });
    if (report.state === 'HELD') {
      report = await this.bed.decide(report.importId, 'APPROVED');
    }
    this.took.push({
      delivery: name || source,
      s: Math.round((performance.now() - begun) / 1_000),
      people: report.peopleApplied,
      rssMb: Math.round(process.memoryUsage.rss() / 1_048_576),
    });
    return report;
  }

  async questions(): Promise<Double[]> {
    const page = { uai: '', limit: 2_000, after: undefined };
    return this.doubles().pairs.page('ALL', page);
  }

  /**
   * Whether one of two of the same name shares a child with a third of that name, and they share none: of guardians who
   * are called alike, the families tell which is meant.
   */
  async isOfAnotherFamily({ newcomer, known }: Double): Promise<boolean> {
    const { rows } = await this.bed.db.database.query<{ shared: boolean; rival: boolean }>(
      `with beside as (
         select a.guardian_id as one, b.guardian_id as other from guardian_link a
         join guardian_link b on b.child_id = a.child_id and b.guardian_id <> a.guardian_id
         where a.guardian_id in ($1, $2))
       select exists (select from beside where one = $1 and other = $2) as shared,
         exists (select from beside s join person p on p.person_id = s.one join person o on o.person_id = s.other
           where s.other not in ($1, $2) and plain_name(o.last_name || ' ' || o.first_name) = plain_name(p.last_name || ' ' || p.first_name)) as rival`,
      [newcomer.personId, known.personId],
    );
    return rows[0]!.rival && !rows[0]!.shared;
  }

  async answer(pairId: string, answer: 'SAME' | 'DIFFERENT') {
    this.answered += 1;
    const { pairs, decide } = this.doubles();
    const expectedVersion = (await pairs.find('ALL', pairId))?.version ?? 0;
    return decide.execute({ pairId, answer, expectedVersion, idempotencyKey: '', caller });
  }

  /** Asks whether two are one, as a plan would. */
  async ask(newcomerId: string, knownId: string): Promise<string> {
    const { rows } = await this.bed.db.database.query<{ pair_id: string }>(
      `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on)
       values ($1, $2, 1, '{}', '2026-10-12') returning pair_id`,
      [newcomerId, knownId],
    );
    return rows[0]!.pair_id;
  }

  part(mergeId: string) {
    return this.doubles().undo.execute({ mergeId, idempotencyKey: '', caller });
  }

  private doubles() {
    const { database, unitOfWork } = this.bed.db;
    const commands = new Commands(unitOfWork, new PgBusinessDate(database));
    const pairs = new DoubtfulPairs(database);
    const merges = new Merges(database, new PersonFacts(), new PgOutbox());
    const turn = new ImportTurn();
    return {
      pairs,
      decide: new DecideDouble(commands, turn, pairs, merges, new AskAboutGuardians(pairs)),
      undo: new UndoMerge(commands, turn, pairs, merges),
    };
  }

  /** The keys that the academy has for a person; of one who teaches and has children, one for each. */
  async academyKeys(): Promise<ReadonlyMap<string, readonly string[]>> {
    const { rows } = await this.bed.db.database.query<{ person_id: string; source_key: string }>(
      'select person_id, source_key from stated_person where source = $1',
      [academy.sourceCode],
    );
    const keys = Map.groupBy(rows, ({ person_id }) => person_id);
    return new Map(
      [...keys].map(([personId, of]) => [personId, of.map(({ source_key }) => source_key)]),
    );
  }

  /** Every version of every row that says something of people or schools: whoever writes one, even with the same values, is seen. */
  async rowVersions(): Promise<Record<string, string>> {
    const versions: Record<string, string> = {};
    for (const table of [
      // Not `blocking_keys`, which each plan brings up to what the one before has written.
      ...['person', 'enrolment', 'guardian_link', 'structure', 'person_key'],
      ...['stated_person', 'stated_place', 'stated_link', 'stated_structure', 'doubtful_pair'],
      ...['person_merge', 'held_statement'],
    ]) {
      const { rows } = await this.bed.db.database.query<{ text: string }>(
        `select count(*) || ' ' || coalesce(sum(hashtextextended(t.ctid::text || t.xmin::text, 0)::numeric), 0) as text from ${table} t`,
      );
      versions[table] = rows[0]!.text;
    }
    return versions;
  }
}
