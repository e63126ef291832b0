/**
 * SQL: whether people are still to be assessed or pools to be allotted, as far as nothing is waited for: of an import that
 * is not settled, or of the other half of a transfer, the rest may come days later.
 */
export const areMarksDue = `(exists (select from person_mark m where import_id = '' and not exists (
    select from person_mark h where h.person_id = m.person_id and h.import_id <> ''))
  or exists (select from pool_mark m where not exists (
    select from school_financing f where f.membership_id = m.membership_id and f.awaits_transfer)))`;
