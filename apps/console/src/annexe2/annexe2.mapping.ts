import type {
  AnnexeLine,
  GetAnnexe2Response,
  ImportAnnexe2Response,
  ItemQuantity,
} from '#libs/contracts';

/** The lines themselves come page by page, once they are written: a preview tells how many. */
export const toJudgement = (answer: ImportAnnexe2Response) => ({
  written: answer.written,
  sha256: answer.sha256,
  lineCount: answer.lines.length,
  commitment: answer.commitment.map(toQuantity),
  faults: answer.faults.map(({ line, code, message }) => ({ line, code, message })),
});

export const toAnnexe2 = (answer: GetAnnexe2Response) => ({
  sha256: answer.sha256,
  fileName: answer.fileName,
  datedOn: answer.datedOn,
  importedOn: answer.importedOn,
  verifiedOn: answer.verifiedOn,
  signedDocumentId: answer.signedDocumentId,
  signedSha256: answer.signedSha256,
  replaceableUntil: answer.replaceableUntil,
  commitment: answer.commitment.map(toQuantity),
  lines: answer.lines.map(toLine),
  nextCursor: answer.page?.nextCursor ?? '',
});

const toQuantity = ({ itemCode, quantity }: ItemQuantity) => ({
  itemCode,
  quantity,
});

const toLine = ({ line, beneficiary, itemCode, quantity }: AnnexeLine) => ({
  line,
  beneficiary,
  itemCode,
  quantity,
});
