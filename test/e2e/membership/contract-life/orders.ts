import {
  type Answer,
  byMember,
  day,
  key,
  known,
  lines,
  of,
  ofMember,
  restingOn,
  step,
  type Step,
  version,
} from './step.js';

const draft = (suffix: string) =>
  byMember(
    'prepareDraft',
    () => ({ ...key(), membershipId: of('ancenis'), lines: lines(5, '2022-11-03') }),
    {
      name: `draft-${suffix}`,
      keep: ({ draft: { draftId, version: read } }: Answer) => {
        known[`version-${suffix}`] = read;
        return draftId;
      },
    },
  );
const ofDraft = (suffix: string) => ({
  membershipId: of('ancenis'),
  draftId: of(`draft-${suffix}`),
  expectedVersion: version(`version-${suffix}`),
});
export const orders: readonly Step[] = [
  day('2022-07-19'),
  step('activateMembership', ofMember('ancenis')),
  step('activateMembership', ofMember('vertou')),
  byMember(
    'signOrder',
    () => ({ ...key(), membershipId: of('ancenis'), lines: lines(38, '2022-11-03') }),
    { name: 'order', keep: ({ order }: Answer) => order.orderId, restsOn: () => of('order') },
  ),
  step('acknowledgeOrder', () => ({ orderId: of('order') }), {
    as: 'supplier',
    ...restingOn('order'),
  }),
  draft('a'),
  byMember('changeDraft', () => ({ ...ofDraft('a'), lines: lines(6, '2022-11-03') }), {
    name: 'version-a',
    keep: ({ draft: { version: read } }: Answer) => read,
  }),
  byMember('signDraft', () => ({ ...key(), ...ofDraft('a') })),
  draft('b'),
  byMember('cancelDraft', () => ofDraft('b')),
  step('getStatement', ofMember('ancenis')),
];
