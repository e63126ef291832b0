import { create } from '@bufbuild/protobuf';
import {
  AcceptSchoolTransferRequestSchema,
  ComplementaryLineSchema,
  ChangeDraftRequestSchema,
  OrderLineSchema,
  PrepareDraftRequestSchema,
  PreviewCorrectionRequestSchema,
  PreviewOrderRequestSchema,
  PreviewTransferAcceptanceRequestSchema,
  RecordCorrectionRequestSchema,
  SignOrderRequestSchema,
} from '#libs/contracts';
import { inputSchemaOf, maxTogetherOf, messageSchemaOf } from '#libs/http';
import { orderBody } from '../../apps/console/src/members/members.dto.js';
import { linesMax } from '../../apps/membership/src/orders/domain/order-ledger.js';

const line = { itemCode: 'ELEVE', effectiveFrom: '2022-11-03', delta: 1 };

test('the ledger takes as many lines as the contract says', () => {
  expect(linesMax).toBe(maxTogetherOf(OrderLineSchema));
  expect(linesMax).toBe(maxTogetherOf(ComplementaryLineSchema));
});

describe.each([
  [linesMax, true],
  [linesMax + 1, false],
])('an order of %i lines', (length, taken) => {
  const lines = Array(length).fill(line);

  test.each([
    ['an order', orderBody],
    ['a transfer', inputSchemaOf(PreviewTransferAcceptanceRequestSchema)],
  ])('through the public door, %s', (_what, body) => {
    expect(body.safeParse({ lines }).success).toBe(taken);
  });

  test.each([
    SignOrderRequestSchema,
    PreviewOrderRequestSchema,
    PrepareDraftRequestSchema,
    ChangeDraftRequestSchema,
    RecordCorrectionRequestSchema,
    PreviewCorrectionRequestSchema,
    PreviewTransferAcceptanceRequestSchema,
    AcceptSchoolTransferRequestSchema,
  ])('in the service, $typeName', (message) => {
    const given = create(message, { lines } as never);
    const found = messageSchemaOf(message, false).safeParse(given);
    const ofLines = found.error?.issues.some(({ path }) => path[0] === 'lines') ?? false;
    expect(!ofLines).toBe(taken);
  });
});
