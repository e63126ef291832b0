import { get } from '../../api.js';
import type { HandMadeUsers as Found } from '../../api-types.js';
import { DataTable } from '../../parts/data-table.js';
import type { StatedLook } from '../../parts/look-reason-form.js';
import { Answer } from '../../parts/page.js';
import { useAnswer } from '../../parts/use-answer.js';
import { count, date, profile } from '../../words.js';

/** As many as are kept of a school. */
const usersMax = 100;

/** Users that others created by hand in the ENT, in classes of a school (PRV-5); each list shown is a look (SUP-2). */
export function HandMadeUsers({ uai, why }: { uai: string; why: Partial<StatedLook> }) {
  const path = `/api/support/schools/${encodeURIComponent(uai)}/hand-made-users`;
  // Without a case an agent is shown fewer.
  const limit = why.reason && !why.ticket ? undefined : usersMax;
  const answer = useAnswer(`hand-made users ${uai}`, () => get<Found>(path, { ...why, limit }));
  return (
    <section aria-labelledby="hand-made-users" className="fr-mt-4w">
      <h2 id="hand-made-users" className="fr-h4">
        Comptes créés à la main dans l’ENT
      </h2>
      <Answer of={answer}>
        {(found) =>
          found.users.length === 0 ? (
            <p>La dernière comparaison n’en a trouvé aucun dans les classes de l’école.</p>
          ) : (
            <Users {...found} isShort={limit === undefined} />
          )
        }
      </Answer>
    </section>
  );
}

function Users({ users, found, isShort }: Found & { isShort: boolean }) {
  const toSeeAll = isShort
    ? 'indiquez le numéro du dossier avec le motif pour voir la suite.'
    : 'les autres s’affichent une fois ceux-ci traités.';
  return (
    <>
      <p>
        Quelqu’un les a créés dans la console de l’ENT ; l’annuaire ne les connaît pas. Pour chacun
        :
      </p>
      <ul>
        <li>
          la personne n’est pas ou plus de l’école : un administrateur de l’école supprime le compte
          dans la console de l’ENT ;
        </li>
        <li>
          la personne est de l’école : faites-la inscrire dans la source de l’annuaire (ONDE, base
          de l’académie ou votre fichier). Une fois son compte créé par l’annuaire, supprimez
          celui-ci dans la console de l’ENT.
        </li>
      </ul>
      {users.length < found && (
        <p>
          {count(users.length)} comptes affichés sur {count(found)} : {toSeeAll}
        </p>
      )}
      <DataTable
        hideCaption
        caption="Comptes créés à la main dans l’ENT"
        headers={['Personne', 'Profil', 'Classe', 'Vu depuis le', 'Identifiant dans l’ENT']}
        multiline={[0, 4]}
        rows={users.map((user) => ({
          key: user.entId,
          cells: [
            user.displayName,
            user.profile ? profile(user.profile) : 'Autre profil',
            user.classLabel,
            date(user.foundOn),
            user.entId,
          ],
        }))}
      />
      <p>La liste est refaite chaque nuit : un compte supprimé dans l’ENT en sort.</p>
    </>
  );
}
