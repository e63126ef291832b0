export type SchoolViewer = { readonly roles: readonly string[]; readonly uais: readonly string[] };

const everySchool = ['coordinator', 'service', 'player'];

/** Who sees all schools with classes and counts; anybody else sees its own at most. */
export function seesEverySchool({ roles }: SchoolViewer): boolean {
  return roles.some((role) => everySchool.includes(role));
}

/** Another school's classes and counts do not exist for a school, and none exist for a member (SUP-3). */
export function isSchoolVisible(uai: string, viewer: SchoolViewer): boolean {
  return seesEverySchool(viewer) || (viewer.roles.includes('school') && viewer.uais.includes(uai));
}
