import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import {
  type MarketFile,
  parseMarketFile,
} from '../../../apps/membership/src/contract/markets/markets.dto.js';
import { fromOrganisationMessage } from '../../../apps/membership/src/organisations/organisations.module.js';
import { SchoolsConsumer } from '../../../apps/membership/src/schools/schools-financed/schools.consumer.js';
import { Schools } from '../../../apps/membership/src/schools/schools-financed/schools.pg.js';
import { OrganisationSchema, type StructureChanged, StructureChangedSchema } from '#libs/contracts';
import type { InseeCode, Uai } from '#libs/identifiers';
import type { Caller, Role } from '#libs/identity';
import { BatchContext, type ReceivedEvent } from '#libs/messaging';
import { callerOf, type CallerOf, freshDatabase } from '#libs/testing';
import { localDate } from '#libs/time';
import { MembershipUseCases } from './membership-use-cases.js';
import { keptPapers } from './kept-papers.js';

const marketPath = 'deploy/local/demo/markets/e-primo-2022.json';
export const marketCode = 'e-primo-2022';
export const itemCode = 'COMPTE_ELEVE';

/** Real communes with a real public school each; the figures are invented. */
export const ancenis = {
  name: 'Ancenis-Saint-Géréon',
  siren: '200083228',
  insee: '44003',
  uai: '0440437L',
};
export const vertou = { name: 'Vertou', siren: '214402158', insee: '44215', uai: '0440965K' };

export type Town = { readonly name: string; readonly siren: string; readonly insee: string };

export const callerWith = (role: Role, over: CallerOf = {}): Caller =>
  callerOf({ userId: `user-${role}`, roles: [role], markets: [marketCode], ...over });
export const coordinator = callerWith('coordinator');
/** A second coordinator: who verifies is not who typed (COM-1). */
export const verifier = callerWith('coordinator', { userId: 'user-verifier' });
export const ordererOf = (siren: string): Caller =>
  callerWith('member-orderer', { organisationId: `org-${siren}` });

/** The use cases of membership over a real, fresh database, and the steps that lead to what a test is about. */
export class MembershipWorld extends MembershipUseCases {
  static async create(poolMax = 10): Promise<MembershipWorld> {
    return new MembershipWorld(await freshDatabase('membership', { poolMax }));
  }

  /** The directory tells schools, as the consumer gets them: one batch. */
  async tellSchools(...schools: readonly { uai: string; insee: string; public: boolean }[]) {
    const events = schools.map((school) => ({
      key: school.uai,
      body: create(StructureChangedSchema, school),
    }));
    await this.unitOfWork.run((tx) =>
      new SchoolsConsumer(new Schools()).onStructureChanged(
        events as unknown as ReceivedEvent<StructureChanged>[],
        new BatchContext(tx),
      ),
    );
  }

  /** The directory tells that a school is gone. */
  async tellSchoolGone(uai: string) {
    const events = [{ key: uai }] as unknown as ReceivedEvent<undefined>[];
    await this.unitOfWork.run((tx) =>
      new SchoolsConsumer(new Schools()).onStructureErased(events, new BatchContext(tx)),
    );
  }

  day(date: string) {
    return this.startBusinessDay.execute({ date: localDate(date), actor: 'player' });
  }

  async publishMarket(change: (market: MarketFile) => void = () => undefined, caller = verifier) {
    const file = JSON.parse(await readFile(marketPath, 'utf8')) as MarketFile;
    change(file);
    return this.loadMarket.execute({
      market: parseMarketFile(JSON.stringify(file)),
      caller,
    });
  }

  /** A paper in an organisation's file of a market, or in its membership's, as an upload leaves it. */
  deposit(kind: string, siren: string, over: Partial<Deposit> = {}): Promise<string> {
    return this.keep(kind, `org-${siren}`, over);
  }

  /** A paper of the market's own. */
  depositForMarket(kind: string, over: Partial<Deposit> = {}): Promise<string> {
    return this.keep(kind, null, over);
  }

  private async keep(kind: string, organisationId: string | null, over: Partial<Deposit>) {
    const { datedOn = '2022-01-10', market = marketCode, membershipId, title = kind } = over;
    const documentId = randomUUID();
    const sha256 = keptPapers.keep(documentId);
    await this.database.query('insert into document_blob (sha256, size) values ($1, 10)', [sha256]);
    await this.database.query(
      `insert into document (id, sha256, media_type, file_name, title, kind, dated_on, market_code, organisation_id,
                             membership_id, uploaded_by, uploaded_on)
       values ($1, $2, 'application/pdf', 'a.pdf', $3, $4, $5, $6, $7, $8, 'u', $5)`,
      [documentId, sha256, title, kind, datedOn, market, organisationId, membershipId],
    );
    return documentId;
  }

  /** The papers of a complete application, deposited before it. */
  async papersOf(siren: string, over: Partial<Deposit> = {}): Promise<string[]> {
    const ids: string[] = [];
    for (const kind of pieces) ids.push(await this.deposit(kind, siren, over));
    return ids;
  }

  /** Applies with a complete letter, sent in time; the pieces that are only stated are still to be deposited. */
  async applyAs(
    member: Town,
    over: { sentOn?: string; receivedOn?: string; stated?: readonly string[] } = {},
  ) {
    const documentIds: string[] = [];
    for (const kind of pieces.filter((piece) => !over.stated?.includes(piece))) {
      documentIds.push(await this.deposit(kind, member.siren));
    }
    return this.apply.execute({
      marketCode,
      organisation: fromOrganisationMessage(
        create(OrganisationSchema, { ...member, kind: 'COMMUNE', address: '1 rue de l’Exemple' }),
      ),
      letter: {
        number: `1A ${member.siren}`,
        sentOn: localDate(over.sentOn ?? '2022-01-10'),
        receivedOn: localDate(over.receivedOn ?? '2022-01-12'),
      },
      documents: (over.stated ?? []).map((kind) => ({
        ...{ kind, title: kind, sha256: '', datedOn: '2022-01-10' },
      })),
      documentIds,
      caller: coordinator,
    });
  }

  /** Schools that tests invent are outside the register, and taken by exception. */
  importCsv(
    membershipId: string,
    content: string,
    over: { dryRun?: boolean; registerException?: string } = {},
  ) {
    return this.importAnnexe2.execute({
      membershipId,
      fileName: 'annexe2.csv',
      content: Buffer.from(content),
      datedOn: localDate('2022-01-10'),
      dryRun: over.dryRun ?? false,
      registerException: over.registerException ?? 'École inventée pour un essai.',
      caller: coordinator,
    });
  }

  /** From nothing to an active membership on 2022-07-19 with the commitment given. */
  activeMember(member: Town & { uai: string }, commitment: number): Promise<string> {
    return this.activeMemberOf(member, `${member.uai};${commitment}`);
  }

  /** The same, with the lines of annex 2: school or centre, number. */
  async activeMemberOf(member: Town, lines: string): Promise<string> {
    const { membershipId } = await this.applyAs(member);
    await this.enterAndAccept(membershipId, `UAI;Nombre\n${lines}\n`);
    return membershipId;
  }

  /** Annex 2 typed by one and verified by another, accepted, activated. */
  async enterAndAccept(membershipId: string, csv: string): Promise<void> {
    const { sha256 } = await this.importCsv(membershipId, csv);
    await this.verifyAnnexe2.execute({ membershipId, sha256, caller: verifier });
    await this.accept.execute({ membershipId, caller: coordinator });
    await this.activate.execute({ membershipId, caller: coordinator });
  }

  /** The commune where the school stands; empty: the directory tells it. */
  finance(membershipId: string, uai: string, insee: string, over: Partial<FinanceOver> = {}) {
    return this.financeSchool.execute({
      idempotencyKey: over.key ?? '',
      membershipId,
      uai: uai as Uai,
      from: localDate(over.from ?? '2022-07-19'),
      ...(insee === '' ? {} : { insee: insee as InseeCode }),
      territoryException: over.exception ?? '',
      exceptionDocumentId: over.document ?? '',
      caller: over.caller ?? coordinator,
    });
  }

  order(
    membershipId: string,
    siren: string,
    delta: number,
    effectiveFrom: string,
    key: string = randomUUID(),
    confirmedSeatsLost = 0,
  ) {
    return this.signOrder.execute({
      confirmedSeatsLost,
      idempotencyKey: key,
      membershipId,
      lines: [{ itemCode, effectiveFrom: localDate(effectiveFrom), delta }],
      caller: ordererOf(siren),
    });
  }

  /** Version of a membership and number of its events: equal, or a copy would miss one (BIL-5). */
  async versions(membershipId: string): Promise<[version: number, events: number]> {
    const { rows } = await this.database.query<{ version: bigint }>(
      'select version from membership where id = $1',
      [membershipId],
    );
    return [Number(rows[0]?.version), (await this.events(membershipId)).length];
  }

  async events(membershipId: string): Promise<string[]> {
    const { rows } = await this.database.query<{ type: string }>(
      'select type from platform.outbox where key = $1 order by id',
      [membershipId],
    );
    return rows.map(({ type }) => type.replace('ent.membership.v1.', ''));
  }

  async count(sql: string, values: unknown[] = []): Promise<number> {
    const { rows } = await this.database.query<{ n: bigint }>(
      `select count(*) as n ${sql}`,
      values,
    );
    return Number(rows[0]?.n);
  }
}

const pieces = ['CONVENTION', 'DELIBERATION', 'ANNEXE2'];

type Deposit = {
  datedOn: string;
  market: string;
  membershipId: string;
  title: string;
};
type FinanceOver = {
  key: string;
  from: string;
  exception: string;
  document: string;
  caller: Caller;
};
