import { get } from '../api.js';
import type { SchoolNamesSeen } from '../api-types.js';
import { useAnswer } from './use-answer.js';

/** What a school of a member is called; its number stands beside, since two may bear one name, and alone while nobody knows it. */
export function useSchoolNames(membershipId: string): (uai: string) => string {
  const answer = useAnswer(`school names ${membershipId}`, () =>
    get<SchoolNamesSeen>(`/api/memberships/${encodeURIComponent(membershipId)}/school-names`),
  );
  const names = new Map(
    answer.status === 'READY' ? answer.value.schools.map(({ uai, name }) => [uai, name]) : [],
  );
  return (uai) => {
    if (uai === '') return 'Sans école';
    const name = names.get(uai) ?? uai;
    return name === uai ? uai : `${name} (${uai})`;
  };
}
