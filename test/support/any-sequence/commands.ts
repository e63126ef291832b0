import fc from 'fast-check';
import { towns } from './group.js';

export type Command = {
  readonly kind: string;
  readonly member: number;
  readonly n: number;
  readonly days: number;
  readonly item: number;
  readonly school: number;
  /** Of what takes a confirmation or has two people who may do it. */
  readonly isOther: boolean;
};
const ahead = fc.oneof(fc.integer({ min: -3, max: 30 }), fc.integer({ min: -500, max: 900 }));
// Now and then twice the same day: there and back, ended on the first day, begun again.
const soon = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 10) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 30 }) },
  { weight: 1, arbitrary: ahead },
);
const back = fc.integer({ min: -400, max: 2 });
const more = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: -400, max: 400 }) },
);
const either = fc.oneof(fc.integer({ min: -60, max: 60 }), fc.integer({ min: -400, max: 400 }));
const command = (kind: string, weight: number, days = ahead, n = either) => ({
  weight,
  arbitrary: fc.record({
    kind: fc.constant(kind),
    member: fc.nat({ max: 7 }),
    n,
    days,
    item: fc.oneof(fc.constant(0), fc.nat({ max: 1 })),
    school: fc.nat({ max: towns.length - 1 }),
    isOther: fc.boolean(),
  }),
});
const propose = command('propose', 3, soon);
const acceptWithOrder = command('accept with an order', 4, soon, more);
export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  command('activate', 3),
  command('order', 8),
  command('correct', 4, back),
  command('withdraw', 3),
  command('revoke', 1),
  command('exclude', 1, back),
  command('succeed in full', 1),
  command('succeed in part', 2),
  command('cancel succession', 1),
  command('pass days', 4),
  command('pass to the window', 2),
  command('finance', 2, soon),
  command('end financing', 1, soon),
  command('transfer', 3, soon),
  propose,
  acceptWithOrder,
  command('accept without', 1),
  command('close proposal', 1),
);
/** A proposal is often answered before its day has gone: by chance alone hardly ever. */
export const anyCommands = (size: { readonly minLength: number; readonly maxLength: number }) =>
  fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: fc.tuple(anyCommand) },
        { weight: 1, arbitrary: fc.tuple(propose.arbitrary, acceptWithOrder.arbitrary) },
      ),
      { ...size, size: 'max' },
    )
    .map((parts) => parts.flat());
/** Given at once, after proposals that some of them may decide. */
export const anyRound = fc.record({
  proposed: fc.array(propose.arbitrary, { maxLength: 2 }),
  atOnce: fc.array(anyCommand, { minLength: 2, maxLength: 6 }),
});

export const one = (
  kind: string,
  member: number,
  n: number,
  days: number,
  over: Partial<Command> = {},
): Command => ({ kind, member, n, days, item: 0, school: 0, isOther: false, ...over });
