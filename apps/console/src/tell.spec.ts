import { create } from '@bufbuild/protobuf';
import {
  EstimateCostResponseSchema,
  ListDraftsResponseSchema,
  ShowMarketResponseSchema,
  VerifyStatementResponseSchema,
} from '#libs/contracts';
import { tell } from './tell.js';

test('what is for services only is told to nobody, at any depth', () => {
  const drafts = create(ListDraftsResponseSchema, {
    drafts: [{ draftId: 'd-1', preparedBy: 'user-7', lines: [{ itemCode: 'ELEVE', delta: 2 }] }],
  });
  expect(tell(ListDraftsResponseSchema, drafts)).toEqual({
    drafts: [
      expect.objectContaining({ draftId: 'd-1', lines: [expect.objectContaining({ delta: 2 })] }),
    ],
    nextCursor: '',
  });
  expect(JSON.stringify(tell(ListDraftsResponseSchema, drafts))).not.toContain('user-7');
});

test('figures that are 0 and lists that are empty stand there; what is not there is left out', () => {
  const cost = create(EstimateCostResponseSchema, { horizons: [{ name: 'MEMBERSHIP' }] });
  expect(tell(EstimateCostResponseSchema, cost)).toEqual({
    invoicedUntil: '',
    isUpperBound: false,
    horizons: [{ name: 'MEMBERSHIP' }],
  });
});

test('a text of JSON is told as what it holds; an empty one is left out', () => {
  const market = { terms: '{"items":[{"code":"ELEVE"}]}' };
  expect(
    tell(ShowMarketResponseSchema, create(ShowMarketResponseSchema, { market })),
  ).toMatchObject({ market: { terms: { items: [{ code: 'ELEVE' }] } } });
  const unknown = create(VerifyStatementResponseSchema, { verdict: 'UNKNOWN' });
  expect(tell(VerifyStatementResponseSchema, unknown)).not.toHaveProperty('statement');
});
