import { create } from '@bufbuild/protobuf';
import request from 'supertest';
import { EstimateCostResponseSchema, PreviewOrderResponseSchema } from '#libs/contracts';
import { Unauthenticated } from '#libs/identity';
import { ServiceUnavailable } from '#libs/rpc';
import type { ClientsOfVisitor } from '../../../apps/console/src/clients/clients.module.js';
import { startConsole, type LoggedInBrowser, type RunningConsole } from './console-app.js';
import { fakeServices, organisations } from './fake-services.js';

/** Goal: before an order is signed its orderer reads margin, maximum and cost, and billing away stops nobody. */
let running: RunningConsole;
let orderer: LoggedInBrowser;
let estimateCost: ClientsOfVisitor['billing']['estimateCost'];
let refused = false;

const amounts = (netCents: bigint) => ({
  netCents,
  vatCents: netCents / 5n,
  totalCents: netCents + netCents / 5n,
});
const anEstimate = create(EstimateCostResponseSchema, {
  on: '2022-11-02',
  invoicedUntil: '2022-10-19',
  horizons: [
    {
      name: 'CIVIL_YEAR',
      period: { startsOn: '2022-10-19', endsOn: '2023-01-01' },
      before: amounts(19_630n),
      after: amounts(21_070n),
    },
    {
      name: 'MEMBERSHIP',
      period: { startsOn: '2022-10-19', endsOn: '2026-07-19' },
      missingPrice: { itemCode: 'ELEVE', label: 'Compte élève', firstDay: '2024-07-19' },
    },
  ],
});
const aPreview = () =>
  create(PreviewOrderResponseSchema, {
    refusals: refused ? [{ code: 'ABOVE_MAXIMUM', maximum: 500, excess: 12 }] : [],
    warnings: ['Le groupement atteint 80 % du maximum.'],
    after: [
      {
        itemCode: 'ELEVE',
        commitment: 412,
        ordered: [
          { from: '2022-07-19', quantity: 412 },
          { from: '2022-11-03', quantity: 450 },
        ],
        committed: [{ from: '2022-07-19', quantity: 412 }],
        margin: [
          { from: '2022-07-19', quantity: 0 },
          { from: '2022-11-03', quantity: 38 },
        ],
      },
    ],
  });

beforeAll(async () => {
  running = await startConsole(() => {
    const services = fakeServices();
    return {
      ...services,
      membership: {
        ...services.membership,
        getMembership: services.membership.getMembership,
        previewOrder: async () => aPreview(),
      },
      billing: { ...services.billing, estimateCost: (...asked) => estimateCost(...asked) },
    };
  });
  orderer = await running.logIn({
    roles: ['member-orderer'],
    organisationId: organisations.ancenis,
  });
}, 60_000);
afterAll(() => running?.stop());
beforeEach(() => {
  refused = false;
  estimateCost = async () => anEstimate;
});

const preview = () =>
  request(running.app.getHttpServer())
    .post('/api/memberships/m-ancenis/orders/preview')
    .set({ cookie: orderer.cookie, 'x-csrf-token': orderer.csrf })
    .send({ lines: [{ itemCode: 'ELEVE', effectiveFrom: '2022-11-03', delta: 38 }] });

test('BIL-3, ORD-2: the preview tells the margin by day, the warnings and the cost of both horizons', async () => {
  const asked: unknown[] = [];
  estimateCost = async (question) => {
    asked.push(question);
    return anEstimate;
  };
  const { body } = await preview().expect(200);
  expect(asked).toEqual([
    {
      membershipId: 'm-ancenis',
      changes: [{ itemCode: 'ELEVE', effectiveFrom: '2022-11-03', delta: 38 }],
    },
  ]);
  expect(body).toMatchObject({
    warnings: ['Le groupement atteint 80 % du maximum.'],
    after: [
      {
        margin: [
          { from: '2022-07-19', quantity: 0 },
          { from: '2022-11-03', quantity: 38 },
        ],
      },
    ],
  });
  expect(body.cost).toEqual({
    invoicedUntil: '2022-10-19',
    isUpperBound: false,
    horizons: [
      {
        name: 'CIVIL_YEAR',
        period: { startsOn: '2022-10-19', endsOn: '2023-01-01' },
        before: { netCents: '19630', vatCents: '3926', totalCents: '23556' },
        after: { netCents: '21070', vatCents: '4214', totalCents: '25284' },
      },
      {
        name: 'MEMBERSHIP',
        period: { startsOn: '2022-10-19', endsOn: '2026-07-19' },
        missingPrice: { label: 'Compte élève', firstDay: '2024-07-19' },
      },
    ],
  });
});

test('the preview answers without the cost where billing does not, and ends the session where it must', async () => {
  estimateCost = async () => {
    throw new ServiceUnavailable('billing', new Error('away'));
  };
  const { body } = await preview().expect(200);
  expect(body).toMatchObject({ cost: null, after: [{ commitment: 412 }] });
  estimateCost = async () => {
    throw new Unauthenticated('token refused');
  };
  await preview().expect(401);
});

test('ORD-6: an order beyond the maximum is refused with its figures, and has no cost', async () => {
  refused = true;
  const { body } = await preview().expect(200);
  expect(body).toMatchObject({
    refusals: [{ code: 'ABOVE_MAXIMUM', maximum: 500, excess: 12 }],
    cost: null,
  });
});
