import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Caller } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import {
  answerOrThrow,
  audit,
  once,
  requestHashOf,
  type Transaction,
  UnitOfWork,
} from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { type Market, MarketReader } from '../markets/markets.reader.js';
import { isMembersOwn, requireTranscriber } from './annexe2-access.js';
import { rowsOfFile } from './annexe2.spreadsheet-source.js';
import { type Annexe2Dossier, Annexes, type ItemQuantity } from './commitments.repository.js';
import {
  type Annexe2Fault,
  type Annexe2Line,
  type Annexe2Reading,
  commitmentOf,
} from './domain/annexe2.js';
import { checkNotFrozen } from './domain/annexe2-freeze.js';
import { checkCommitment, readAnnexe2 } from './domain/annexe2-reading.js';

export type ImportAnnexe2Input = {
  readonly membershipId: string;
  readonly fileName: string;
  readonly content: Uint8Array;
  /** Day printed on the signed annex. */
  readonly datedOn: LocalDate;
  /** Judges only. */
  readonly dryRun: boolean;
  /** Without one, the digest of the file alone tells a repetition. */
  readonly idempotencyKey?: string;
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

  /**
   * The same file again changes nothing, the same key gives the first answer. Faults are an answer,
   * not an error; throws Annexe2Frozen (COM-3).
   */
  async execute(input: ImportAnnexe2Input): Promise<Annexe2Imported> {
    const sha256 = createHash('sha256').update(input.content).digest('hex');
    // Who may not import has no file read; and no lock waits while one is.
    await this.unitOfWork.run((tx) => this.dossierOf(tx, input));
    const parsed = await rowsOfFile(input.content, input.fileName);
    const result = await this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const { dossier, market } = await this.dossierOf(tx, input);
      const { lines, faults } =
        'fault' in parsed
          ? { lines: [], faults: [parsed.fault] }
          : judge(readAnnexe2(parsed.rows, market.items), dossier);
      const answer = {
        lines,
        commitment: commitmentOf(lines, market.items),
        faults,
        sha256,
      };
      if (faults.length === 0 && dossier.latest?.sha256 === sha256) {
        return { answer: { ...answer, written: true } };
      }
      const check = () => checkOpen(input, dossier, market, today);
      if (input.dryRun || faults.length > 0) {
        check();
        return { answer: { ...answer, written: false } };
      }
      const scope = {
        organisationId: input.caller.organisationId ?? '',
        operation: 'ImportAnnexe2',
        key: input.idempotencyKey ?? '',
        requestHash: requestHashOf([input.membershipId, input.datedOn, sha256]),
      };
      const work = async () => {
        check();
        await this.write(tx, input, sha256, lines, today);
        return true;
      };
      const decided = await once(tx, scope, work, ({ code }) => ({
        action: 'annexe2.refused',
        subject: `membership:${input.membershipId}`,
        actor: input.caller.userId,
        restsOn: sha256,
        businessDate: today,
        details: { code, datedOn: input.datedOn },
      }));
      return 'refusal' in decided ? decided : { answer: { ...answer, written: true } };
    });
    return answerOrThrow(result);
  }

  private async dossierOf(tx: Transaction, { membershipId, caller }: ImportAnnexe2Input) {
    const dossier = await this.annexes.findForUpdate(tx, membershipId);
    const found = requireTranscriber(caller, dossier);
    const { market } = await this.markets.find(found.marketCode, tx);
    return { dossier: found, market };
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

/** ADH-2: only the rectorat may commit to nothing. */
function judge({ lines, faults }: Annexe2Reading, { organisationKind }: Annexe2Dossier) {
  if (faults.length > 0) return { lines, faults };
  return { lines, faults: checkCommitment(lines, organisationKind === 'STATE') };
}

function checkOpen(
  { datedOn, caller }: ImportAnnexe2Input,
  { status, hasVerified }: Annexe2Dossier,
  market: Market,
  today: LocalDate,
): void {
  const { adhesionDeadline } = market.calendar;
  const byMember = isMembersOwn(caller);
  checkNotFrozen({ status, today, adhesionDeadline, datedOn, hasVerified, byMember });
}
