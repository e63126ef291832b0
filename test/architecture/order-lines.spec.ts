import { create } from '@bufbuild/protobuf';
import {
  AcceptSchoolTransferRequestSchema,
  ChangeDraftRequestSchema,
  OrderLineSchema,
  PrepareDraftRequestSchema,
  PreviewCorrectionRequestSchema,
  PreviewOrderRequestSchema,
  PreviewSchoolTransferRequestSchema,
  RecordCorrectionRequestSchema,
  SignOrderRequestSchema,
} from '#libs/contracts';
import { maxTogetherOf, messageSchemaOf } from '#libs/http';
import { orderBody } from '../../apps/console/src/members/members.dto.js';
import { complementaryBody } from '../../apps/console/src/schools/schools.dto.js';
import { linesMax } from '../../apps/membership/src/orders/domain/order-ledger.js';

const line = { itemCode: 'ELEVE', effectiveFrom: '2022-11-03', delta: 1 };

it('the ledger takes as many lines as the contract says', () => {
  expect(linesMax).toBe(maxTogetherOf(OrderLineSchema));
});

describe.each([
  [linesMax, true],
  [linesMax + 1, false],
])('an order of %i lines', (length, taken) => {
  const lines = Array(length).fill(line);

  test.each([
    ['an order', orderBody],
    ['a transfer', complementaryBody],
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
    PreviewSchoolTransferRequestSchema,
    AcceptSchoolTransferRequestSchema,
  ])('in the service, $typeName', (message) => {
    const given = create(message, { lines } as never);
    const found = messageSchemaOf(message, false).safeParse(given);
    const ofLines = found.error?.issues.some(({ path }) => path[0] === 'lines') ?? false;
    expect(!ofLines).toBe(taken);
  });
});
