import { randomUUID } from 'node:crypto';
import type { Uai } from '#libs/identifiers';
import { type LocalDate, localDate } from '#libs/time';
import {
  coordinator,
  itemCode,
  marketCode,
  MembershipWorld,
} from '../builders/membership-world.js';
import { SuccessionWorld } from '../builders/succession-world.js';
import { TransferWorld } from '../builders/transfer-world.js';
import { keptPapers } from '../builders/kept-papers.js';

export const deadlines = {
  applied: '2022-01-14',
  effective: '2022-07-19',
  ends: localDate('2026-07-19'),
};
/** Real communes of Loire-Atlantique; the figures are invented. The last two are members of nothing at first. */
export const towns = [
  { name: 'Ancenis-Saint-Géréon', siren: '200083228', insee: '44003', uai: '0440437L', pupils: 20 },
  { name: 'Vertou', siren: '214402158', insee: '44215', uai: '0440965K', pupils: 40 },
  { name: 'Abbaretz', siren: '214400012', insee: '44001', uai: '0440001M', pupils: 60 },
  {
    name: 'Aigrefeuille-sur-Maine',
    siren: '214400020',
    insee: '44002',
    uai: '0440002N',
    pupils: 30,
  },
  { name: 'Avessac', siren: '214400079', insee: '44007', uai: '0440007U', pupils: 10 },
  { name: 'Basse-Goulaine', siren: '214400095', insee: '44009', uai: '0440009W', pupils: 90 },
];
/** One in each commune; any member may pay for any, by the coordinator's exception. */
export const schools = towns.map(({ uai, insee, pupils }) => ({ uai: uai as Uai, insee, pupils }));
export const memberCount = 4;
export const maximum = 700;
const commitments = [40, 100, 150, 200];

export type Terms = { readonly floorScope: 'ITEM' | 'TOTAL' };
export const items = [itemCode, 'COMPTE_PERSONNEL'];

/** A group that applied, was accepted and waits for its memberships to be activated, over a database of its own. */
export class Group {
  readonly successions: SuccessionWorld;
  readonly transfers: TransferWorld;
  /** Every membership, of the first members first. */
  readonly members: { membershipId: string; siren: string }[] = [];
  /** The market's: what transfers rest on, whoever gives and receives. */
  readonly documentId = randomUUID();
  constructor(
    readonly world: MembershipWorld,
    readonly terms: Terms,
  ) {
    this.successions = new SuccessionWorld(world);
    this.transfers = new TransferWorld(world);
  }

  static async create(terms: Terms): Promise<Group> {
    const group = new Group(await MembershipWorld.create(), terms);
    const { world } = group;
    await world.day(deadlines.applied);
    await world.publishMarket((file) => {
      file.floorScope = terms.floorScope;
      Object.assign(file.items[0]!, { groupMaximum: maximum });
      file.items.push({
        ...file.items[0]!,
        code: items[1]!,
        label: 'Compte personnel',
        groupMaximum: 0,
      });
    });
    await group.keepDocument();
    for (const [index, town] of towns.slice(0, memberCount).entries()) {
      const { membershipId } = await world.applyAs(town);
      const rows = [`${town.uai};${items[0]};${commitments[index]}`, `${town.uai};${items[1]};5`];
      const { sha256 } = await world.importCsv(
        membershipId,
        `UAI;Besoin;Nombre\n${rows.join('\n')}\n`,
      );
      await world.verifyAnnexe2.execute({
        membershipId,
        sha256,
        caller: { ...coordinator, userId: 'verifier' },
      });
      await world.accept.execute({ membershipId, caller: coordinator });
      group.members.push({ membershipId, siren: town.siren });
    }
    await group.successions.day(deadlines.effective);
    return group;
  }

  private async keepDocument(): Promise<void> {
    const sha256 = keptPapers.keep('décision');
    const { database } = this.world;
    await database.query('insert into document_blob (sha256, size) values ($1, 10)', [sha256]);
    await database.query(
      `insert into document (id, sha256, media_type, file_name, title, kind, dated_on, market_code, uploaded_by, uploaded_on)
       values ($1, $2, 'application/pdf', 'a.pdf', 'Décision', 'DECISION', $3, $4, 'u', $3)`,
      [this.documentId, sha256, deadlines.applied, marketCode],
    );
  }

  async today(): Promise<LocalDate> {
    const { rows } = await this.world.database.query<{ day: LocalDate }>(
      'select day from platform.business_day',
    );
    return rows[0]!.day;
  }

  /** Successors that became members join the list. */
  async refresh(): Promise<void> {
    const { rows } = await this.world.database.query<{ id: string; organisation_id: string }>(
      'select id, organisation_id from membership order by applied_on, id',
    );
    for (const { id, organisation_id } of rows) {
      if (this.members.some(({ membershipId }) => membershipId === id)) continue;
      this.members.push({ membershipId: id, siren: organisation_id.replace('org-', '') });
    }
  }

  /**
   * Every table of the service but what a refusal may leave: its answer, its journal, shares of the maximum between
   * slots, and the papers that were deposited before.
   */
  async digest(): Promise<string> {
    const { rows: tables } = await this.world.database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname = 'public' and tablename not in ('maximum_slot', 'document', 'document_blob', '_prisma_migrations')
           or schemaname = 'platform' and tablename in ('outbox', 'business_day') order by 1`,
    );
    const one = ({ name }: { name: string }) =>
      `select '${name}' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as d from ${name} t`;
    const { rows } = await this.world.database.query<{ d: string }>(
      `select md5(string_agg(d, ',' order by d)) as d from (${tables.map(one).join(' union all ')}) x`,
    );
    return rows[0]!.d;
  }

  /** Memberships whose events do not make up their version: a copy would miss one (BIL-5). */
  async untold(): Promise<string[]> {
    const { rows } = await this.world.database.query<{ line: string }>(
      `select m.id || ' has version ' || m.version || ' and ' || count(o.id) || ' events' as line
         from membership m left join platform.outbox o on o.key = m.id
        where m.status in ('ACTIVE', 'ENDED') group by m.id, m.version having m.version <> count(o.id)`,
    );
    return rows.map(({ line }) => line);
  }
}
