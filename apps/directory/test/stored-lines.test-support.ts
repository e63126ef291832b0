/** Of a pool or of one connection. */
type Queryable = {
  query(text: string, values?: unknown[]): Promise<{ rows: { text: string }[] }>;
};

/** Who is where since when, with how many relatives: no id of ours, so that two databases compare. */
export async function storedLines(database: Queryable): Promise<string[]> {
  return textsOf(
    database,
    `select concat_ws('|', p.source_key, p.last_name, p.first_name, p.left_on, e.profile, e.uai, e.starts_on, e.ends_on, e.class_id,
       (select count(*) from guardian_link l where p.person_id in (l.child_id, l.guardian_id))) as text
     from person p left join enrolment e using (person_id) order by 1`,
  );
}

const stated = {
  stated_person: 'source_key, entity, last_name, first_name, birth_date, ine_hash, digest',
  stated_place:
    'source_key, profile, uai, class_id, class_label, level, is_head, entered_on, post, classes, groups',
  stated_link: 'child_key, guardian_key, relation',
  stated_structure: 'uai, name, insee, classes, groups, digest',
} as const;

/** All that a source states, without whose ids it leads to: two sources compare. */
export async function statedLines(database: Queryable, source: string): Promise<string[]> {
  const lines: string[] = [];
  for (const [table, columns] of Object.entries(stated)) {
    const texts = await textsOf(
      database,
      `select concat_ws('|', ${columns}) as text from ${table} where source = $1`,
      [source],
    );
    lines.push(...texts.map((text) => `${table} ${text}`));
  }
  return lines.sort();
}

async function textsOf(database: Queryable, sql: string, values?: unknown[]): Promise<string[]> {
  const { rows } = await database.query(sql, values);
  return rows.map(({ text }) => text);
}
