import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { audit, type Transaction, UnitOfWork } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { MarketReader } from '../markets/markets.reader.js';
import { rowsOfCsv } from './annexe2.csv-source.js';
import { Annexes, type ItemQuantity } from './commitments.repository.js';
import {
  type Annexe2Fault,
  type Annexe2Item,
  type Annexe2Line,
  commitmentOf,
  readAnnexe2,
} from './domain/annexe2.js';
import { checkNotFrozen } from './domain/annexe2-freeze.js';

export type ImportAnnexe2Input = {
  readonly membershipId: string;
  readonly fileName: string;
  readonly content: Uint8Array;
  /** Day printed on the signed annex. */
  readonly datedOn: LocalDate;
  /** Judges only. */
  readonly dryRun: boolean;
  readonly caller: Caller;
};

export type Annexe2Imported = {
  readonly lines: readonly Annexe2Line[];
  readonly commitment: readonly ItemQuantity[];
  readonly faults: readonly Annexe2Fault[];
  /** Whether the file stands recorded now. */
  readonly written: boolean;
  readonly sha256: string;
};

/** Takes in the transcription of an annex 2: all lines or none (COM-1). It counts once another person has verified it. */
@Injectable()
export class ImportAnnexe2 {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly annexes: Annexes,
    private readonly markets: MarketReader,
    private readonly businessDate: BusinessDate,
  ) {}

  /** The same file again changes nothing. Faults are an answer, not an error; throws Annexe2Frozen (COM-3). */
  execute(input: ImportAnnexe2Input): Promise<Annexe2Imported> {
    const sha256 = createHash('sha256').update(input.content).digest('hex');
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const dossier = await this.annexes.findForUpdate(tx, input.membershipId);
      if (!dossier) throw new NotVisible();
      requireMarket(input.caller, dossier.marketCode);
      const { market } = await this.markets.find(dossier.marketCode, tx);
      const { lines, faults } = judge(input.content, market.items, dossier.organisationKind);
      const commitment = commitmentOf(lines, market.items);
      const answer = { lines, commitment, faults, sha256 };
      if (dossier.latest?.sha256 === sha256 && faults.length === 0)
        return { ...answer, written: true };
      checkNotFrozen({
        status: dossier.status,
        today,
        adhesionDeadline: market.calendar.adhesionDeadline,
        datedOn: input.datedOn,
        hasVerified: dossier.hasVerified,
      });
      if (input.dryRun || faults.length > 0) return { ...answer, written: false };
      await this.write(tx, input, sha256, lines, today);
      return { ...answer, written: true };
    });
  }

  private async write(
    tx: Transaction,
    { membershipId, fileName, datedOn, caller }: ImportAnnexe2Input,
    sha256: string,
    lines: readonly Annexe2Line[],
    today: LocalDate,
  ): Promise<void> {
    await this.annexes.save(tx, membershipId, {
      sha256,
      fileName,
      datedOn,
      importedBy: caller.userId,
      importedOn: today,
      lines,
    });
    await audit(tx, {
      action: 'annexe2.imported',
      subject: `membership:${membershipId}`,
      actor: caller.userId,
      restsOn: sha256,
      businessDate: today,
      details: { lines: lines.length, datedOn },
    });
  }
}

function judge(
  content: Uint8Array,
  items: readonly Annexe2Item[],
  organisationKind: string,
): { lines: readonly Annexe2Line[]; faults: readonly Annexe2Fault[] } {
  const parsed = rowsOfCsv(content);
  if ('fault' in parsed) return { lines: [], faults: [parsed.fault] };
  const { lines, faults } = readAnnexe2(parsed.rows, items);
  const committed = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  // ADH-2: only the rectorat may commit to nothing.
  if (faults.length === 0 && committed < 1 && organisationKind !== 'STATE') {
    const message = 'L’engagement doit porter sur au moins un compte.';
    return { lines, faults: [{ line: 0, code: 'COMMITMENT_TOO_SMALL', message }] };
  }
  return { lines, faults };
}
