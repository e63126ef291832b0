import { defineProblem } from '#libs/problems';

export class SuccessionInvalid extends defineProblem('SUCCESSION_INVALID', 'invalid') {}
export class PredecessorUnknown extends defineProblem('PREDECESSOR_UNKNOWN', 'invalid') {}
export class PredecessorNotActive extends defineProblem('PREDECESSOR_NOT_ACTIVE', 'conflict') {}
export class PredecessorLeaves extends defineProblem('PREDECESSOR_LEAVES', 'conflict') {}
export class SuccessionOutsideMembership extends defineProblem(
  'SUCCESSION_OUTSIDE_MEMBERSHIP',
  'conflict',
) {}
export class SuccessorNotActive extends defineProblem('SUCCESSOR_NOT_ACTIVE', 'conflict') {}
export class SuccessorLeaves extends defineProblem('SUCCESSOR_LEAVES', 'conflict') {}
export class SuccessorIsPredecessor extends defineProblem('SUCCESSOR_IS_PREDECESSOR', 'invalid') {}
export class SuccessionAlreadyPlanned extends defineProblem(
  'SUCCESSION_ALREADY_PLANNED',
  'conflict',
) {}
export class AnnexeLinesUnknown extends defineProblem('ANNEXE_LINES_UNKNOWN', 'invalid') {}
export class AnnexeLinesMoved extends defineProblem('ANNEXE_LINES_MOVED', 'conflict') {}
export class CommitmentNotThere extends defineProblem('COMMITMENT_NOT_THERE', 'conflict') {}
export class CommitmentMovesWhole extends defineProblem('COMMITMENT_MOVES_WHOLE', 'conflict') {}
export class OrderedNotThere extends defineProblem('ORDERED_NOT_THERE', 'conflict') {}
export class QuantityOutOfBounds extends defineProblem('QUANTITY_OUT_OF_BOUNDS', 'conflict') {}
export class SuccessionDecided extends defineProblem('SUCCESSION_DECIDED', 'conflict') {}
