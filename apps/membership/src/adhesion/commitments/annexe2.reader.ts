import type { LocalDate } from '#libs/time';
import type { ItemQuantity } from '#libs/trade';
import type { SignedAnnexe2 } from './commitments.repository.js';
import type { Annexe2Line } from './domain/annexe2.js';

/** The last transcription of a member's annex 2, for whoever compares it with the signed document. */
export type Annexe2View = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
  /** undefined: nothing was imported yet. */
  readonly transcription:
    | {
        readonly sha256: string;
        readonly fileName: string;
        readonly datedOn: LocalDate;
        readonly importedOn: LocalDate;
        readonly verifiedOn: LocalDate | undefined;
        readonly signed: SignedAnnexe2 | undefined;
      }
    | undefined;
};

export abstract class Annexe2Reader {
  abstract find(membershipId: string): Promise<Annexe2View | undefined>;
  /** Lines of the transcription with this digest after a line number, by line. */
  abstract lines(
    of: { membershipId: string; sha256: string },
    afterLine: number,
    limit: number,
  ): Promise<Annexe2Line[]>;
  /** Its sum per item, in the order of the items' codes. */
  abstract sums(of: { membershipId: string; sha256: string }): Promise<ItemQuantity[]>;
}
