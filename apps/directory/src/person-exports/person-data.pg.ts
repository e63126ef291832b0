import { Injectable } from '@nestjs/common';
import type { PersonalDataTable } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { profileWords, wordOf } from '#libs/trade';
import {
  asRemarked,
  ATTRIBUTE_SOURCES,
  LINK_SOURCES,
  PLACE_SOURCES,
  REMARKS,
} from '../synchronisation/synchronisation.module.js';

export type HeldPerson = {
  /** A pupil, now or before. */
  readonly isPupil: boolean;
  readonly tables: readonly PersonalDataTable[];
};

const purpose = 'Donner à chacun, dans son école, un accès à l’ENT (convention, art. 5).';
const kept =
  'Le temps de la présence dans une école, puis au plus trois mois (arrêté du 30 novembre 2006, art. 6).';
const recipients =
  'Le fournisseur de l’ENT, l’école de la personne, l’assistance pour son compte. Aucune collectivité : elle ne voit que des nombres.';
/** A pupil in a school beside the one that it is counted in. */
const furtherStudent = 'FURTHER_STUDENT';
const placeProfile = (profile: string) =>
  profile === furtherStudent
    ? `${profileWords.STUDENT} (autre école)`
    : wordOf(profileWords, profile);
/** What the people who declared a source call it. */
const titleOf = (source: string) =>
  `coalesce((select title from declared_source where source_code = ${source}), ${source})`;
/** Of who has left, or of a number that nobody gives any more. */
const noMore = 'n’est plus déclarée par aucune source';
/** Of what is held: which source has given it. */
const sourceOf = (column: string) =>
  `case when ${column} is not null then coalesce((select ${titleOf(`a.${column}`)} from (${ATTRIBUTE_SOURCES}) a where a.${column} is not null), '${noMore}') end`;
/** A count with its noun, which takes an s. */
const howMany = (count: string, noun: string) =>
  `${count} || case when ${count} > 1 then ' ${noun}s' else ' ${noun}' end`;
/** Of what is kept beside what counts. */
const untilDecided = 'avant une livraison qui attend ou qui vient de se terminer';
const untilThen = 'jusque-là ; gardé tant qu’une réunion de deux fiches peut être défaite';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What stands of somebody's keys in imports: remarks, changes planned, deliveries that wait. $1: the person. */
const inImports = `
  with known as (
    select k.source, k.source_key, i.import_id, i.started_on, ${titleOf('k.source')} as title
    from person_key k join directory_import i on i.source = k.source where k.person_id = $1),
  said as (
    select k.started_on, k.title, k.source_key, 'Remarque' as what, l.code as said
    from known k join remark_line l on l.import_id = k.import_id and l.subject = any(${asRemarked('k.source_key')})
    union all
    select k.started_on, k.title, k.source_key, 'Changement prévu', case c.kind when 'NEW' then 'Arrivée' when 'CHANGE' then 'Modification'
      when 'IDENTITY' then 'Changement d’identité' when 'RETURN' then 'Retour' else 'Départ' end || coalesce(', ' || nullif(array_to_string(c.uais, ' '), ''), '')
    from known k join plan p on p.import_id = k.import_id join plan_change c on c.plan_id = p.plan_id and c.source_key = k.source_key
    union all
    select k.started_on, k.title, k.source_key, 'Livraison qui attend', concat_ws(', ', d.last_name || ' ' || d.first_name, to_char(d.birth_date, 'DD/MM/YYYY'),
      (select string_agg(concat_ws(' ', l.uai, nullif(l.class_label, '')), ', ' order by l.uai) from delivered_place l
       where l.import_id = d.import_id and l.source_key = d.source_key))
    from known k join delivered_person d on d.import_id = k.import_id and d.source_key = k.source_key)
  select to_char(started_on, 'YYYY-MM-DD') as day, title as source, source_key, what, said from said order by started_on, 2, 3, 4, 5`;

/** What the directory holds of a person. Of others only how many there are: their data are theirs. */
@Injectable()
export class PersonData {
  constructor(private readonly database: Database) {}

  /** Undefined: nobody of that id is here. */
  async of(personId: string): Promise<HeldPerson | undefined> {
    if (!uuid.test(personId)) return undefined;
    const [person, sources, statements, imports, places, classes, links, doubles] =
      await Promise.all([
        this.rows(
          `select 'Nom' as attribute, p.last_name as value, ${titleOf('source')} as source, 1 as rank from person p where person_id = $1
         union all select 'Prénom', first_name, ${titleOf('source')}, 2 from person where person_id = $1
         union all select 'Date de naissance', coalesce(to_char(birth_date, 'YYYY-MM-DD'), 'non connue'), ${sourceOf('birth_date')}, 3
           from person where person_id = $1
         union all select 'Empreinte de l’INE (l’INE lui-même n’est pas gardé)',
           case when ine_hash is null then 'aucune' else 'présente' end, ${sourceOf('ine_hash')}, 4 from person where person_id = $1
         union all select 'Identifiant de connexion de l’académie', academic_identifier, ${sourceOf('academic_identifier')}, 5
           from person where person_id = $1 and academic_identifier is not null
         union all select 'Plus dans aucune école depuis le', to_char(left_on, 'YYYY-MM-DD'), '', 6
           from person where person_id = $1 and left_on is not null
         order by rank`,
          personId,
          ['attribute', 'value', 'source'],
        ),
        this.rows(
          `select ${titleOf('s.source')} as source, s.source_key, s.last_name, s.first_name,
                coalesce(to_char(s.birth_date, 'YYYY-MM-DD'), '') as birth_date, to_char(s.dated_on, 'YYYY-MM-DD') as dated_on
           from stated_person s where s.person_id = $1
         union all
         select ${titleOf('b.source')} || ' (${untilThen})', b.source_key,
                b.statement ->> 'lastName', b.statement ->> 'firstName', coalesce(b.statement ->> 'birthDate', ''), to_char(b.replaced_on, 'YYYY-MM-DD')
           from person_key k join stated_before b using (source, source_key)
          where k.person_id = $1 and b.statement is not null order by 1, 2`,
          personId,
          ['source', 'source_key', 'last_name', 'first_name', 'birth_date', 'dated_on'],
        ),
        // Identifiers of relatives are theirs: only how many there are.
        this.rows(
          `select ${titleOf('h.source')} || h.time as source, a.key as attribute,
                case a.key when 'ENTEleveAutoriteParentale' then ${howMany('jsonb_array_length(a.value)', 'personne')}
                  else (select string_agg(v, ' ; ') from jsonb_array_elements_text(a.value) v) end as value
           from person_key k join (
               select source, entity, source_key, attributes, '' as time from held_statement
               union all select source, entity, source_key, attributes, ' (${untilDecided})' from held_before where attributes is not null) h
             on h.source = k.source and h.source_key = k.source_key and h.entity > 0,
             jsonb_each(h.attributes) as a (key, value)
          where k.person_id = $1 order by 1, h.entity, 2`,
          personId,
          ['source', 'attribute', 'value'],
        ),
        this.rows(inImports, personId, ['day', 'source', 'source_key', 'what', 'said']),
        this.rows(
          `select e.profile, case when e.is_head then 'oui' else '' end as head,
                concat_ws(', ', e.post ->> 'organisation', e.post ->> 'commune', e.post ->> 'circonscription') as comes_from,
                e.uai || coalesce(' ' || s.name, '') as school, e.level,
                concat_ws(', ', nullif(e.class_label, ''), (select string_agg(c ->> 'label', ', ') from jsonb_array_elements(e.classes) c))
                  as class_labels,
                (select string_agg(g ->> 'label', ', ') from jsonb_array_elements(e.groups) g) as groups,
                to_char(e.starts_on, 'YYYY-MM-DD') as starts_on, coalesce(to_char(e.ends_on, 'YYYY-MM-DD'), '') as ends_on,
                coalesce(${PLACE_SOURCES}, '${noMore}') as source
           from enrolment e left join structure s using (uai) where person_id = $1 order by e.starts_on, e.profile, e.uai`,
          personId,
          [
            ...['profile', 'school', 'head', 'comes_from', 'class_labels', 'groups', 'level'],
            ...['starts_on', 'ends_on', 'source'],
          ],
        ),
        this.rows(
          `select l.uai || coalesce(' ' || s.name, '') as school, case when l.is_group then 'Groupe' else 'Classe' end as kind,
                l.class_label, ${titleOf('l.source')} as source, to_char(l.starts_on, 'YYYY-MM-DD') as starts_on,
                coalesce(to_char(l.ends_on, 'YYYY-MM-DD'), '') as ends_on
           from class_link l join person_key k on k.source = l.source and k.source_key = l.source_key
           left join structure s using (uai) where k.person_id = $1 order by l.starts_on, l.uai, l.is_group, l.class_id, l.source`,
          personId,
          ['school', 'kind', 'class_label', 'source', 'starts_on', 'ends_on'],
        ),
        this.rows(
          `select 'Responsable de' as role, ${howMany('count(*)', 'élève')} as of, source
           from (select coalesce(${LINK_SOURCES}, '${noMore}') as source from guardian_link g where guardian_id = $1) q group by source
         union all select 'A pour responsables', ${howMany('count(*)', 'personne')}, source
           from (select coalesce(${LINK_SOURCES}, '${noMore}') as source from guardian_link g where child_id = $1) q group by source
         union all select 'Cité comme responsable dans ce qu’une source disait (${untilThen})', ${howMany('count(distinct (b.source, b.source_key))', 'élève')}, string_agg(distinct ${titleOf('b.source')}, ', ')
           from person_key k join stated_before b on b.source = k.source cross join jsonb_array_elements(b.statement -> 'links') l
          where k.person_id = $1 and l ->> 'guardianKey' = k.source_key having count(*) > 0
         union all select 'Avait pour responsables selon une source (${untilThen})', ${howMany(`count(distinct (b.source, l ->> 'guardianKey'))`, 'personne')}, string_agg(distinct ${titleOf('b.source')}, ', ')
           from person_key k join stated_before b using (source, source_key) cross join jsonb_array_elements(b.statement -> 'links') l
          where k.person_id = $1 having count(*) > 0 order by 1 desc, 3`,
          personId,
          ['role', 'of', 'source'],
        ),
        this.rows(
          `select 'Question : même personne qu’une autre fiche ?' as what, to_char(found_on, 'YYYY-MM-DD') as since,
                case answer when 'SAME' then 'oui' when 'DIFFERENT' then 'non' else 'pas encore de réponse' end as answer,
                coalesce(to_char(answered_on, 'YYYY-MM-DD'), '') as until
           from doubtful_pair where $1 in (newcomer_id, known_id)
         union all
         select 'Réunion de deux fiches', to_char(merged_on, 'YYYY-MM-DD'),
                case when undone_on is null then 'réunies' else 'distinguées de nouveau' end, coalesce(to_char(undone_on, 'YYYY-MM-DD'), '')
           from person_merge where $1 in (survivor_id, absorbed_id) order by 2, 1`,
          personId,
          ['what', 'since', 'answer', 'until'],
        ),
      ]);
    if (person.length === 0) return undefined;
    const table = (
      title: string,
      columns: readonly string[],
      rows: readonly (readonly string[])[],
    ): PersonalDataTable => ({ title, purpose, kept, recipients, columns, rows });
    return {
      isPupil: places.some(([profile]) => profile === 'STUDENT' || profile === furtherStudent),
      tables: [
        table('Identité', ['Donnée', 'Valeur', 'Source'], person),
        table(
          'Ce que chaque source en dit',
          ['Source', 'Identifiant chez elle', 'Nom', 'Prénom', 'Naissance', 'Données du'],
          sources,
        ),
        table(
          'Ce que la source livre, tel quel',
          ['Source', 'Donnée, sous le nom qu’elle a chez elle', 'Valeur'],
          statements,
        ),
        table(
          'Dans les imports',
          ['Import du', 'Source', 'Identifiant chez elle', 'Quoi', 'Ce qui y est dit'],
          imports.map(([day = '', source = '', key = '', what = '', said = '']) => [
            ...[day, source, key, what],
            what === 'Remarque' ? (REMARKS[said]?.says ?? said) : said,
          ]),
        ),
        table(
          'Écoles',
          [
            ...['Profil', 'École', 'Dirige l’école', 'Vient de', 'Classes', 'Groupes', 'Niveau'],
            ...['Du', 'Au (non compris)', 'Source, celle qui compte d’abord'],
          ],
          places.map(([profile = '', ...place]) => [placeProfile(profile), ...place]),
        ),
        table(
          'Classes et groupes suivis comme adulte',
          ['École', 'Nature', 'Intitulé', 'Source', 'Du', 'Au (non compris)'],
          classes,
        ),
        // Who they are is another person's data (RGPD art. 15, 4).
        table('Liens de famille', ['Lien', 'Combien', 'Source, celle qui compte d’abord'], links),
        table('Doubles', ['Quoi', 'Le', 'Réponse', 'Répondu ou défait le'], doubles),
      ],
    };
  }

  private async rows(text: string, personId: string, columns: readonly string[]) {
    const { rows } = await this.database.query<Record<string, string>>(text, [personId]);
    return rows.map((row) => columns.map((column) => row[column] ?? ''));
  }
}
