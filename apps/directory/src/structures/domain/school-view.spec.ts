import { viewOf } from './school-view.js';

describe('what a caller sees of a school', () => {
  it.each([
    ['support-1', [], 'FULL'],
    ['coordinator', [], 'FULL'],
    ['school', ['0440290B'], 'FULL'],
    ['school', ['0530107D'], 'NOTHING'],
    ['member-orderer', [], 'NAME'],
  ] as const)('SUP-3: %s of %j sees %s', (role, uais, view) => {
    expect(viewOf('0440290B', { roles: [role], uais })).toBe(view);
  });
});
