import { requireConfirmed } from './brakes.js';

const school = { compared: 100, missing: 0, blocks: 0 };

test.each([
  [30, undefined, ''],
  [31, undefined, 'ENT_MISSING_UNCONFIRMED'],
  [31, 30, 'ENT_MISSING_UNCONFIRMED'],
  [31, 31, ''],
])('PRV-5: %i of 100 accounts missing, %s confirmed: "%s"', (missing, confirmed, code) => {
  const judge = () =>
    requireConfirmed(
      { ...school, missing },
      confirmed === undefined ? {} : { missing: confirmed },
      5,
    );
  if (code === '') expect(judge).not.toThrow();
  else expect(judge).toThrow(expect.objectContaining({ code }) as Error);
});

test.each([
  [31, 30, undefined, 'ENT_MISSING_UNCONFIRMED'],
  [31, 31, undefined, ''],
  [31, 40, undefined, ''],
  [31, 30, 31, ''],
  [31, 31, 30, ''],
])(
  'PRV-5: %i of 100 missing, up to %i confirmed by two, %s by one: "%s"',
  (missing, missingByTwo, one, code) => {
    const confirmed = { missingByTwo, ...(one !== undefined && { missing: one }) };
    const judge = () => requireConfirmed({ ...school, missing }, confirmed, 5);
    if (code === '') expect(judge).not.toThrow();
    else expect(judge).toThrow(expect.objectContaining({ code }) as Error);
  },
);

test.each([
  [5, undefined, ''],
  [6, undefined, 'ENT_BLOCKS_UNCONFIRMED'],
  [6, 5, 'ENT_BLOCKS_UNCONFIRMED'],
  [6, 6, ''],
])(
  'PRV-5: %i users to be blocked where 5 may be, %s confirmed: "%s"',
  (blocks, confirmed, code) => {
    const judge = () =>
      requireConfirmed(
        { ...school, blocks },
        confirmed === undefined ? {} : { blocks: confirmed },
        5,
      );
    if (code === '') expect(judge).not.toThrow();
    else expect(judge).toThrow(expect.objectContaining({ code }) as Error);
  },
);
