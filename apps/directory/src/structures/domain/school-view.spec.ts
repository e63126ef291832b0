import { isSchoolVisible } from './school-view.js';

describe('which schools a caller sees', () => {
  test.each([
    ['coordinator', [], true],
    ['service', [], true],
    ['school', ['0530107D'], true],
    ['school', ['0440290B'], false],
    ['member-reader', ['0530107D'], false],
    ['supplier', [], false],
    ['support-1', [], false],
  ])('SUP-3: %s of %j sees school 0530107D: %s', (role, uais, isVisible) =>
    expect(isSchoolVisible('0530107D', { roles: [role], uais })).toBe(isVisible),
  );
});
