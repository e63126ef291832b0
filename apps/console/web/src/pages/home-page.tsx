import { Button } from '@codegouvfr/react-dsfr/Button';
import { Tile } from '@codegouvfr/react-dsfr/Tile';
import { logInAgain } from '../api.js';
import { navigationOf } from '../app.js';
import { Page } from '../parts/page.js';
import { useSession } from '../session-context.js';
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
      {doors.length === 0 && <p>Aucune page n’est encore ouverte à votre profil.</p>}
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

export function WelcomePage() {
  return (
    <Page title={theme.serviceTitle} lead={`${theme.serviceTagline}.`}>
      <p>
        Communes, intercommunalités et syndicats y suivent leur engagement, leurs commandes et leurs
        factures ; les écoles et l’assistance y retrouvent l’état des comptes.
      </p>
      <Button onClick={logInAgain} size="large">
        Se connecter
      </Button>
    </Page>
  );
}
