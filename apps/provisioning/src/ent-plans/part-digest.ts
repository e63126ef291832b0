/** SQL: of the accounts of work `t` and what each is to be told; an approval holds as long as it is the same (PRV-8). */
export const digest = `md5(coalesce(string_agg(t.account_id || ' ' || t.kind, ',' order by t.account_id), ''))`;
