import { localDate } from '#libs/time';
import {
  AgreementMissing,
  checkAgreement,
  checkCorrection,
  CorrectionNotNeeded,
} from './correction.js';
import type { Ledger } from './order-ledger.js';
import type { OrderLine } from './order.js';

const today = localDate('2022-11-03');
const line = (delta: number, effectiveFrom: string): OrderLine => ({
  itemCode: 'ELEVE',
  effectiveFrom: localDate(effectiveFrom),
  delta,
});
const check = (lines: readonly OrderLine[], over: Partial<Ledger> = {}) => {
  checkCorrection({ status: 'ACTIVE', decreaseNoticeDays: 1, ...over }, lines, today);
};

describe('ORD-4: a correction is for what an order no longer can', () => {
  test('ORD-4: an increase of yesterday is one, an increase of today is an order', () => {
    expect(() => check([line(5, '2022-11-02')])).not.toThrow();
    expect(() => check([line(5, '2022-11-03')])).toThrow(CorrectionNotNeeded);
  });

  test('ORD-4: a decrease of today is one, a decrease of tomorrow is an order', () => {
    expect(() => check([line(-5, '2022-11-03')])).not.toThrow();
    expect(() => check([line(-5, '2022-11-04')])).toThrow(CorrectionNotNeeded);
  });

  test('ORD-4: the notice of decreases is the market’s', () => {
    expect(() => check([line(-5, '2022-11-12')], { decreaseNoticeDays: 10 })).not.toThrow();
    expect(() => check([line(-5, '2022-11-13')], { decreaseNoticeDays: 10 })).toThrow(
      CorrectionNotNeeded,
    );
    expect(() => check([line(-5, '2022-11-03')], { decreaseNoticeDays: 0 })).toThrow(
      CorrectionNotNeeded,
    );
  });

  test('ORD-4: one line that is too late is enough, so that its opposite may stand beside it', () => {
    expect(() => check([line(-5, '2022-10-01'), line(5, '2022-12-01')])).not.toThrow();
  });

  test('ORD-5: of an ended membership there is no order any more: every line is a correction', () => {
    expect(() => check([line(5, '2022-11-03')], { status: 'ENDED' })).not.toThrow();
  });

  test('ORD-1: an order without lines is told as such, not as a needless correction', () => {
    expect(() => check([])).not.toThrow();
  });
});

describe('ORD-4: the document in which the member’s orderer and the supplier agree', () => {
  test.each([
    ['2022-11-02', true],
    ['2022-11-03', true],
    ['2022-11-04', false],
  ])('ORD-4: dated %s, used on 2022-11-03: %s', (datedOn, isTaken) => {
    const asked = () => {
      checkAgreement({ kind: 'CORRECTION_AGREEMENT', datedOn: localDate(datedOn) }, today);
    };
    if (isTaken) expect(asked).not.toThrow();
    else expect(asked).toThrow(AgreementMissing);
  });

  test('ORD-4: another paper is no agreement', () => {
    expect(() => {
      checkAgreement({ kind: 'LETTER', datedOn: today }, today);
    }).toThrow(AgreementMissing);
  });
});
