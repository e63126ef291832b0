import { defineProblem } from '#libs/problems';

export class TransferInvalid extends defineProblem('TRANSFER_INVALID', 'invalid') {}
export class TransferInThePast extends defineProblem('TRANSFER_IN_THE_PAST', 'conflict') {}
export class SeatsMissing extends defineProblem('SEATS_MISSING', 'conflict') {}
export class TransferDecided extends defineProblem('TRANSFER_DECIDED', 'conflict') {}
export class ComplementaryOrderInvalid extends defineProblem(
  'COMPLEMENTARY_ORDER_INVALID',
  'invalid',
) {}
