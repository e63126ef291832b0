import { Button } from '@codegouvfr/react-dsfr/Button';
import { Tile } from '@codegouvfr/react-dsfr/Tile';
import { logInAgain } from '../api.js';
import { navigationOf } from '../navigation.js';
import { Page } from '../parts/page.js';
import { hasRole, useSession } from '../session-context.js';
import { theme } from '../theme.js';
import { date, role } from '../words.js';

export function HomePage() {
  const session = useSession();
  const doors = navigationOf(session).filter(({ href }) => href !== '/');
  const hats = session.roles.map(role).join(', ');
  return (
    <Page
      title={`Bonjour ${session.name}`}
      lead={`${hats}${session.today ? ` — nous sommes le ${date(session.today)}` : ''}.`}
    >
      {hasRole(session, 'admin') && <AdministrationHint />}
      {doors.length === 0 && !hasRole(session, 'admin') && (
        <p>
          Aucune page n’est ouverte à votre profil. Si vous en attendiez une, adressez-vous à la
          coordination du groupement.
        </p>
      )}
      <div className="fr-grid-row fr-grid-row--gutters">
        {doors.map(({ text, href, description }) => (
          <div key={text} className="fr-col-12 fr-col-md-6">
            <Tile
              title={text}
              titleAs="h2"
              desc={description}
              linkProps={{ href }}
              enlargeLinkOrButton
              orientation="horizontal"
            />
          </div>
        ))}
      </div>
    </Page>
  );
}

/** An administrator works where the processes run; no page shows what a person could not undo. */
function AdministrationHint() {
  const { today } = useSession();
  return (
    <>
      <h2 className="fr-h4">Administration du service</h2>
      <p>
        L’administration se fait en ligne de commande, sur la machine du service :{' '}
        <code>npm run status</code> dit ce qui fonctionne, <code>npm run ent</code> donne la liste
        des commandes (événements mis de côté, recomptage des usages…),{' '}
        <code>npm run ent -- login</code> vous y connecte.
      </p>
      <p>
        {today
          ? `Journée en cours du service : ${date(today)}. Elle avance avec le calendrier du marché, non avec l’horloge.`
          : 'Aucune journée n’est encore ouverte : le calendrier du service n’a pas commencé.'}
      </p>
    </>
  );
}

export function WelcomePage() {
  return (
    <Page title={theme.serviceTitle} lead={`${theme.serviceTagline}.`}>
      <p>
        Communes, intercommunalités et syndicats y suivent leur engagement, leurs commandes et leurs
        factures ; les écoles et l’assistance y retrouvent l’état des comptes.
      </p>
      <Button onClick={() => logInAgain()} size="large">
        Se connecter
      </Button>
    </Page>
  );
}
