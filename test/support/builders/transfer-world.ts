import { randomUUID } from 'node:crypto';
import { Documents } from '../../../apps/membership/src/documents/documents.pg.js';
import { AcceptTransfer } from '../../../apps/membership/src/schools/school-transfers/accept-transfer.js';
import { AskSeats } from '../../../apps/membership/src/schools/school-transfers/ask-seats.js';
import { CarryOutTransfer } from '../../../apps/membership/src/schools/school-transfers/carry-out-transfer.js';
import { CloseTransfer } from '../../../apps/membership/src/schools/school-transfers/close-transfer.js';
import { PrepareTransfer } from '../../../apps/membership/src/schools/school-transfers/prepare-transfer.js';
import { PreviewTransfer } from '../../../apps/membership/src/schools/school-transfers/preview-transfer.js';
import { TransferSchools } from '../../../apps/membership/src/schools/school-transfers/transfer-schools.js';
import { SchoolTransfers } from '../../../apps/membership/src/schools/school-transfers/school-transfers.pg.js';
import { ViewTransfers } from '../../../apps/membership/src/schools/school-transfers/view-transfers.js';
import { Schools } from '../../../apps/membership/src/schools/schools-financed/schools.pg.js';
import { InMemorySeats } from '../../../apps/membership/test/seats.test-support.js';
import type { Caller } from '#libs/identity';
import { type Uai, uaiCheckLetter } from '#libs/identifiers';
import { localDate } from '#libs/time';
import { coordinator, itemCode, type MembershipWorld } from './membership-world.js';
import { keptPapers } from './kept-papers.js';

/** An invented school. */
export const uaiOf = (number: number): Uai => {
  const digits = `044${String(9000 + number)}`;
  return `${digits}${uaiCheckLetter(digits)}` as Uai;
};

/** Schools financed, ended and transferred over the world of membership (SCH-1, SCH-2). */
export class TransferWorld {
  /** What provisioning would say; nobody holds a seat unless a test says so. */
  readonly seats = new InMemorySeats();
  constructor(readonly world: MembershipWorld) {}

  get transfers() {
    return new SchoolTransfers(this.world.database);
  }
  get view() {
    return new ViewTransfers(this.transfers);
  }
  get askSeats() {
    return new AskSeats(this.seats, this.transfers, this.world.businessDate);
  }
  get prepare() {
    const documents = new Documents(this.world.database, keptPapers);
    const { memberships, schoolLinks, ledgers } = this.world;
    return new PrepareTransfer(memberships, schoolLinks, new Schools(), documents, ledgers);
  }
  get carryOut() {
    return new CarryOutTransfer(this.world.memberships, this.world.schoolLinks);
  }
  get transferUseCase() {
    const { commands } = this.world;
    return new TransferSchools(
      commands,
      this.askSeats,
      this.prepare,
      this.carryOut,
      this.transfers,
    );
  }
  get acceptUseCase() {
    const { commands, recordOrder } = this.world;
    const { askSeats, prepare, carryOut, transfers } = this;
    return new AcceptTransfer(commands, askSeats, prepare, recordOrder, carryOut, transfers);
  }
  get closeUseCase() {
    return new CloseTransfer(this.world.commands, this.transfers);
  }
  get previewUseCase() {
    const { unitOfWork, businessDate, recordOrder } = this.world;
    const { transfers, askSeats, prepare, carryOut } = this;
    return new PreviewTransfer(
      unitOfWork,
      businessDate,
      transfers,
      askSeats,
      prepare,
      recordOrder,
      carryOut,
    );
  }

  /** Seats held in schools of a membership: the whole of it, unless `held` says more. */
  hold(membershipId: string, schools: Readonly<Record<string, number>>, held?: number): void {
    const sum = Object.values(schools).reduce((a, b) => a + b, 0);
    const entries = Object.entries(schools).map(([uai, count]) => ({ uai, held: count }));
    this.seats.held.set(membershipId, [{ itemCode, held: held ?? sum, schools: entries }]);
  }

  end(membershipId: string, uai: Uai, endsOn: string, over: Partial<EndOver> = {}) {
    return this.world.endSchoolFinancing.execute({
      idempotencyKey: over.key ?? randomUUID(),
      membershipId,
      uai,
      endsOn: localDate(endsOn),
      reason: 'SCHOOL_CLOSED',
      documentId: over.document ?? '',
      caller: over.caller ?? coordinator,
    });
  }

  /** Links of a membership: school, first day, first day without, why it ended. */
  async links(membershipId: string): Promise<string[]> {
    const { rows } = await this.world.database.query<{ line: string }>(
      `select uai || ' ' || starts_on || ' ' || ends_on || ' ' || coalesce(end_reason, '') as line
         from school_link where membership_id = $1 order by uai, starts_on`,
      [membershipId],
    );
    return rows.map(({ line }) => line.trim());
  }
}

type EndOver = { key: string; document: string; caller: Caller };
