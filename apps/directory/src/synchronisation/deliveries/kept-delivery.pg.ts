import { together, type Transaction } from '#libs/persistence';
import type { SourceInventory } from '../../sources/sources.module.js';
import { covers, holdsStatements, speaksBySchools } from '../domain/source-declaration.js';
import { DeliveryOlder } from '../domain/directory-import.js';
import type { ImportRemarks } from '../remarks/import-remarks.pg.js';
import type { ImportConnection } from '../import-connection.pg.js';
import {
  classesStay,
  contentDigest,
  ineTwice,
  keepLinks,
  keepPeople,
  keepPlaces,
  linksStay,
  readingSteps,
  stepsBySchool,
} from './reading-steps.pg.js';
import {
  circonscriptionUnknown,
  placeByCirconscription,
  placeByKeyOfCirconscription,
  schoolsOfCirconscriptions,
} from './circonscription-steps.pg.js';
import { communeUnknown, placeByCommune, schoolsOfCommunes } from './commune-steps.pg.js';
import {
  holdDelta,
  holdFirst,
  holdFull,
  ineHeldByAnother,
  keepAbsences,
  leaveOutLinks,
  leaveOutPeople,
  ofTheNamed,
} from './delta-steps.pg.js';
import { forgetBases } from './delta-bases.pg.js';
import { keepSchools, keepSchoolsOfDelta } from './school-steps.pg.js';
import { entities } from './staged-rows.js';

export type Kept = Pick<SourceInventory, 'states'> & {
  readonly readUpTo?: Date;
  /** Schools with undecided changes in the delivery. */
  readonly carriedUais?: readonly string[];
};

/** What was staged of a delivery, made consistent in itself and kept whole in one transaction: from then on it never changes (DIR-3). */
export class KeptDelivery {
  constructor(
    private readonly connection: ImportConnection,
    private readonly remarks: ImportRemarks,
    /** By their numbers in the staged rows, from 1. */
    private readonly files: readonly string[],
  ) {}

  /** `states`: of whom the delivery speaks; nobody else leaves by absence. `readUpTo`: the latest stamp of an academy's directory. */
  async keep({ states, readUpTo, carriedUais = [] }: Kept): Promise<void> {
    const { importId, source, extent } = this.connection.work;
    const bySchools = speaksBySchools(source);
    const isDelta = extent === 'DELTA';
    const isOverHeld = isDelta && holdsStatements(source);
    await this.connection.run(async (tx) => {
      // All is joined with all, but for a delta, which is small beside what is held.
      if (!isDelta) await tx.query('set local enable_nestloop = off');
      // What is held anew goes into the index of who names whom at once, in its order, and not four megabytes at a time.
      if (!isDelta) await tx.query(`set local gin_pending_list_limit = '64MB'`);
      await tx.query(`set local work_mem = '64MB'; set local default_statistics_target = 10`);
      await this.placeByCirconscription(tx, isOverHeld);
      if (source.kind === 'ENT_CSV') await this.placeByCommune(tx);
      if (bySchools || source.kind === 'LDAP') await this.addKnownSchools(tx);
      await together(
        ...readingSteps.map(({ sql, remark }) => {
          if (!remark) return tx.query(sql);
          return this.found(tx, remark, isOverHeld ? ofTheNamed(sql) : sql);
        }),
      );
      if (bySchools) for (const sql of stepsBySchool) await tx.query(sql);
      if (bySchools)
        for (const sql of classesStay)
          await tx.query(sql, sql.includes('$1') ? [source.sourceCode] : []);
      if (bySchools && !states.includes('guardian')) await tx.query(linksStay, [source.sourceCode]);
      if (isOverHeld) {
        for (const sql of leaveOutPeople) await tx.query(sql);
        await this.found(tx, 'INE_TWICE', ineHeldByAnother);
      }
      await this.found(tx, 'INE_TWICE', ineTwice);
      await tx.query(keepPeople, [importId]);
      await tx.query(keepPlaces, [importId]);
      if (isOverHeld) await tx.query(leaveOutLinks);
      await tx.query(keepLinks, [importId]);
      if (isOverHeld) await tx.query(keepSchoolsOfDelta, [importId, source.sourceCode]);
      else await tx.query(keepSchools, [importId]);
      if (isOverHeld) await tx.query(keepAbsences, [importId]);
      await this.hold(tx);
      await this.remarks.store(tx);
      await this.keepScope(tx, isDelta ? 'KEYS' : bySchools ? 'SCHOOLS' : 'SOURCE', states);
      if (carriedUais.length > 0)
        await this.connection.update(tx, 'carried_uais = $2', [carriedUais]);
      if (readUpTo) await this.connection.update(tx, 'read_up_to = $2', [readUpTo]);
    });
  }

  /** What the source says from now on; the deltas to come are beside it. Throws DeliveryOlder where it has said younger things. */
  private async hold(tx: Transaction): Promise<void> {
    const { importId, source, datedOn, extent } = this.connection.work;
    if (!holdsStatements(source)) return;
    const { rowCount } = await tx.query(
      'update declared_source set held_on = $2 where source_code = $1 and coalesce(held_on <= $2, true)',
      [source.sourceCode, datedOn],
    );
    if (!rowCount) throw new DeliveryOlder(datedOn);
    await tx.query(forgetBases, [source.sourceCode, importId]);
    const { rowCount: isHeld } = await tx.query(
      'select from held_statement where source = $1 limit 1',
      [source.sourceCode],
    );
    const steps = extent === 'DELTA' ? holdDelta : isHeld ? holdFull : holdFirst;
    for (const sql of steps) await tx.query(sql, sql.includes('$1') ? [source.sourceCode] : []);
  }

  private async keepScope(
    tx: Transaction,
    scope: 'SOURCE' | 'SCHOOLS' | 'KEYS',
    states: SourceInventory['states'],
  ): Promise<void> {
    const { importId, startedOn } = this.connection.work;
    const { rows } = await tx.query<{ digest: string }>(contentDigest, [importId]);
    await this.connection.update(
      tx,
      `state = 'PLANNED', delivered_on = $2, content_digest = $3,
       structures = (select count(*) from delivered_structure d where d.import_id = $1),
       scope = $4, scope_entities = $5,
       scope_uais = case $4 when 'SCHOOLS' then array(
         select uai from read_place where profile in ('STUDENT', 'RELATIVE') or cardinality($5::smallint[]) = 0 union select nullif(uai, '') from directory_import where import_id = $1 and uai <> '') else '{}' end`,
      [
        ...[startedOn, rows[0]!.digest, scope],
        states.flatMap((kind) => (kind === 'structure' ? [] : [entities[kind]])),
      ],
    );
  }

  private async found(tx: Transaction, remark: string, sql: string): Promise<void> {
    await this.remarks.addFound(tx, remark, sql, this.files);
  }

  /** Inspectors and advisers are in the schools of their circonscription, as far as these are the source's to speak of. */
  private async placeByCirconscription(tx: Transaction, isOverHeld: boolean): Promise<void> {
    const { source } = this.connection.work;
    if (source.kind === 'AAF_1D') await tx.query(placeByKeyOfCirconscription);
    else {
      const { rows } = await tx.query<{ uai: string }>(schoolsOfCirconscriptions);
      const uais = rows.map(({ uai }) => uai).filter((uai) => covers(source, uai));
      await tx.query(placeByCirconscription, [uais]);
    }
    const unknown = isOverHeld ? ofTheNamed(circonscriptionUnknown) : circonscriptionUnknown;
    await this.found(tx, 'CIRCONSCRIPTION_UNKNOWN', unknown);
  }

  /** Representatives of a commune are in its schools, as far as these are the source's to speak of. */
  private async placeByCommune(tx: Transaction): Promise<void> {
    const { rows } = await tx.query<{ uai: string }>(schoolsOfCommunes);
    const { source } = this.connection.work;
    const uais = rows.map(({ uai }) => uai).filter((uai) => covers(source, uai));
    await tx.query(placeByCommune, [uais]);
    await this.found(tx, 'COMMUNE_UNKNOWN', communeUnknown);
  }

  /** Files that name schools by UAI alone: those that the directory knows and that are the source's to speak of. */
  private async addKnownSchools(tx: Transaction): Promise<void> {
    const { rows } = await tx.query<{ uai: string }>(
      `select uai from structure where uai in (select structure_key from stage_place)`,
    );
    const uais = rows.map(({ uai }) => uai);
    const { source } = this.connection.work;
    for (const uai of uais)
      if (!covers(source, uai)) this.remarks.add('OUTSIDE_PERIMETER', { subject: uai });
    await tx.query(
      'insert into school_key (source_key, uai) select uai, uai from unnest($1::text[]) as u (uai)',
      [uais.filter((uai) => covers(source, uai))],
    );
  }
}
