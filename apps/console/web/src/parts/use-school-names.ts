import { get } from '../api.js';
import type { SchoolNamesSeen } from '../api-types.js';
import { useAnswer } from './use-answer.js';

/** What a school of these members is called; its number stands beside, since two may bear one name, and alone while nobody knows it. */
export function useSchoolNames(...membershipIds: readonly string[]): (uai: string) => string {
  const ids = [...new Set(membershipIds)];
  const answer = useAnswer(`school names ${ids.join(' ')}`, () =>
    Promise.all(
      ids.map((id) =>
        get<SchoolNamesSeen>(`/api/memberships/${encodeURIComponent(id)}/school-names`),
      ),
    ),
  );
  const seen = answer.status === 'READY' ? answer.value.flatMap(({ schools }) => schools) : [];
  const names = new Map(seen.map(({ uai, name }) => [uai, name]));
  return (uai) => {
    if (uai === '') return 'Sans école';
    const name = names.get(uai) ?? uai;
    return name === uai ? uai : `${name} (${uai})`;
  };
}
