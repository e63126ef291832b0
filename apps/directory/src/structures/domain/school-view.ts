export type SchoolViewer = { readonly roles: readonly string[]; readonly uais: readonly string[] };

const EVERYTHING = [
  'coordinator',
  'support-1',
  'support-2',
  'support-3',
  'supplier',
  'admin',
  'dpo',
  'service',
  'player',
];

/**
 * What a caller sees of a school (SUP-3): `FULL` with classes and counts; `NAME` where only what is
 * public anyway may be told (a member: another member's counts are not its business, and which
 * schools are its own is known elsewhere); `NOTHING` for another school.
 */
export function viewOf(uai: string, viewer: SchoolViewer): 'FULL' | 'NAME' | 'NOTHING' {
  if (viewer.roles.some((role) => EVERYTHING.includes(role))) return 'FULL';
  if (viewer.roles.includes('school') && viewer.uais.includes(uai)) return 'FULL';
  return viewer.roles.some((role) => role.startsWith('member-')) ? 'NAME' : 'NOTHING';
}
