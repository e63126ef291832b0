import { Footer } from '@codegouvfr/react-dsfr/Footer';
import { Header } from '@codegouvfr/react-dsfr/Header';
import { get, logInAgain, post, rememberCsrfToken } from './api.js';
import type { Session } from './api-types.js';
import { DoublePage } from './pages/directory/double-page.js';
import { DoublesPage } from './pages/directory/doubles-page.js';
import { ImportPage } from './pages/directory/import-page.js';
import { ImportsPage } from './pages/directory/imports-page.js';
import { SchoolPeoplePage } from './pages/directory/school-people-page.js';
import { EntLookPage } from './pages/ent-nights/ent-look-page.js';
import { EntNightPage } from './pages/ent-nights/ent-night-page.js';
import { FedSchoolsPage } from './pages/fed-schools/fed-schools-page.js';
import { EntFaultsPage } from './pages/ent-faults/ent-faults-page.js';
import { EntPlanPage } from './pages/ent-plans/ent-plan-page.js';
import { EntPlansPage } from './pages/ent-plans/ent-plans-page.js';
import { EntNightsPage } from './pages/ent-nights/ent-nights-page.js';
import { SchoolDifferencesPage } from './pages/ent-nights/school-differences.js';
import { LettersPage } from './pages/letters/letters-page.js';
import { AdhesionsPage } from './pages/group/adhesions-page.js';
import { ApplicationPage } from './pages/group/application-page.js';
import { AuditPage } from './pages/group/audit-page.js';
import { CalendarPage } from './pages/group/calendar-page.js';
import { CeilingsPage } from './pages/group/ceilings-page.js';
import { MarginsPage } from './pages/group/margins-page.js';
import { MembersPage } from './pages/group/members-page.js';
import { ProposalPage, ProposalsPage } from './pages/group/proposals-page.js';
import { SuccessionsPage } from './pages/group/successions-page.js';
import { AmendmentsPage } from './pages/group/amendments-page.js';
import { TransfersPage } from './pages/group/transfers-page.js';
import { HomePage, WelcomePage } from './pages/home-page.js';
import { InvoicePage } from './pages/invoice/invoice-page.js';
import { InvoicesPage } from './pages/invoice/invoices-page.js';
import { PersonalDataPage } from './pages/dpo/personal-data-page.js';
import { JournalPage } from './pages/journal-page.js';
import { LdapAccessesPage } from './pages/ldap-accesses-page.js';
import { ChorusProPage } from './pages/member/chorus-pro-page.js';
import { DashboardPage } from './pages/member/dashboard-page.js';
import { DocumentsPage } from './pages/member/documents-page.js';
import { DraftPage } from './pages/member/draft-page.js';
import { DraftsPage } from './pages/member/drafts-page.js';
import { HistoryPage } from './pages/member/history-page.js';
import { LdapPage } from './pages/member/ldap-page.js';
import { OrderPage } from './pages/member/order-page.js';
import { OrdersPage } from './pages/member/orders-page.js';
import { SchoolsPage } from './pages/member/schools-page.js';
import { YearEndPage } from './pages/member/year-end-page.js';
import { WithdrawalPage } from './pages/member/withdrawal-page.js';
import { OwnMembershipsPage } from './pages/own-memberships-page.js';
import { PersonPage } from './pages/person-page.js';
import { SearchPage } from './pages/search-page.js';
import { SuppliedMembersPage } from './pages/supplier/members-page.js';
import { AgreementsPage } from './pages/supplier/agreements-page.js';
import { BillingTermsPage, GroupTermsPage } from './pages/supplier/billing-terms-page.js';
import { CorrectionsPage } from './pages/supplier/corrections-page.js';
import { BillingPage, GroupBillingPage } from './pages/supplier/billing-page.js';
import { GroupInvoicesPage, SuppliedInvoicesPage } from './pages/supplier/market-invoices-page.js';
import { OrdersToAcknowledgePage } from './pages/supplier/orders-page.js';
import { GroupUsagePage, SuppliedUsagePage } from './pages/usage/market-usage-page.js';
import { UsagePage } from './pages/usage/usage-page.js';
import { VerificationPage } from './pages/verification-page.js';
import { Page } from './parts/page.js';
import { ProblemAlert } from './parts/problem-alert.js';
import { useAnswer } from './parts/use-answer.js';
import { navigationOf } from './navigation.js';
import { Link, match, useLocation } from './router.js';
import { SessionContext } from './session-context.js';
import { theme } from './theme.js';
import { date, role } from './words.js';

async function askSession(): Promise<Session> {
  const session = await get<Session>('/api/session');
  rememberCsrfToken(session.csrfToken);
  return session;
}

export function App() {
  const answer = useAnswer('session', askSession);
  const { path } = useLocation();
  const session = answer.status === 'READY' ? answer.value : null;
  const anonymous = answer.status === 'FAILED' && answer.problem.body.status === 401;
  return (
    <SessionContext.Provider value={session}>
      <TopOfPage session={session} path={path} ready={answer.status !== 'LOADING'} />
      <main id="contenu" role="main">
        {session && <Content path={path} />}
        {anonymous && <WelcomePage />}
        {answer.status === 'FAILED' && !anonymous && (
          <Page title="Service indisponible">
            <ProblemAlert problem={answer.problem} />
          </Page>
        )}
      </main>
      <BottomOfPage session={session} />
    </SessionContext.Provider>
  );
}

type Route = {
  readonly pattern: string;
  readonly show: (found: Record<string, string>) => React.ReactNode;
};

const routes: readonly Route[] = [
  { pattern: '/', show: () => <HomePage /> },
  { pattern: '/assistance', show: () => <SearchPage /> },
  { pattern: '/assistance/personnes/:id', show: ({ id = '' }) => <PersonPage personId={id} /> },
  { pattern: '/annuaire', show: () => <ImportsPage /> },
  {
    pattern: '/annuaire/imports/:id',
    show: ({ id = '' }) => <ImportPage key={id} importId={id} />,
  },
  { pattern: '/annuaire/personnes', show: () => <SchoolPeoplePage /> },
  { pattern: '/annuaire/doublons', show: () => <DoublesPage /> },
  {
    pattern: '/annuaire/doublons/:id',
    show: ({ id = '' }) => <DoublePage key={id} pairId={id} />,
  },
  { pattern: '/lettres', show: () => <LettersPage /> },
  { pattern: '/plans-ent', show: () => <EntPlansPage /> },
  {
    pattern: '/plans-ent/:planId',
    show: ({ planId = '' }) => <EntPlanPage key={planId} planId={planId} />,
  },
  {
    pattern: '/ecarts-ent/:uai',
    show: ({ uai = '' }) => <SchoolDifferencesPage key={uai} uai={uai} />,
  },
  { pattern: '/refus-ent', show: () => <EntFaultsPage /> },
  { pattern: '/ecoles-alimentees', show: () => <FedSchoolsPage /> },
  { pattern: '/rapprochements', show: () => <EntNightsPage /> },
  { pattern: '/rapprochements/:day', show: ({ day = '' }) => <EntNightPage day={day} /> },
  {
    pattern: '/rapprochements/:day/:uai',
    show: ({ day = '', uai = '' }) => <EntLookPage key={uai} day={day} uai={uai} />,
  },
  { pattern: '/collectivite', show: () => <OwnMembershipsPage /> },
  { pattern: '/collectivite/:id', show: ({ id = '' }) => <DashboardPage membershipId={id} /> },
  {
    pattern: '/collectivite/:id/commander',
    show: ({ id = '' }) => <OrderPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/commandes',
    show: ({ id = '' }) => <OrdersPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/projets',
    show: ({ id = '' }) => <DraftsPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/projets/:draft',
    show: ({ id = '', draft = '' }) => <DraftPage membershipId={id} draftId={draft} />,
  },
  {
    pattern: '/collectivite/:id/ecoles',
    show: ({ id = '' }) => <SchoolsPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/historique',
    show: ({ id = '' }) => <HistoryPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/documents',
    show: ({ id = '' }) => <DocumentsPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/retrait',
    show: ({ id = '' }) => <WithdrawalPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/chorus-pro',
    show: ({ id = '' }) => <ChorusProPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/ldap',
    show: ({ id = '' }) => <LdapPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/fin-d-exercice',
    show: ({ id = '' }) => <YearEndPage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/usage',
    show: ({ id = '' }) => <UsagePage membershipId={id} />,
  },
  {
    pattern: '/collectivite/:id/factures',
    show: ({ id = '' }) => <InvoicesPage membershipId={id} />,
  },
  { pattern: '/factures/:id', show: ({ id = '' }) => <InvoicePage invoiceId={id} /> },
  { pattern: '/groupement', show: () => <MembersPage /> },
  { pattern: '/groupement/adhesions', show: () => <AdhesionsPage /> },
  {
    pattern: '/groupement/adhesions/:id',
    show: ({ id = '' }) => <ApplicationPage membershipId={id} />,
  },
  { pattern: '/groupement/avenants', show: () => <AmendmentsPage /> },
  { pattern: '/groupement/calendrier', show: () => <CalendarPage /> },
  { pattern: '/groupement/chorus-pro', show: () => <GroupTermsPage /> },
  { pattern: '/groupement/facturation', show: () => <GroupBillingPage /> },
  { pattern: '/groupement/factures', show: () => <GroupInvoicesPage /> },
  { pattern: '/groupement/marges', show: () => <MarginsPage /> },
  { pattern: '/groupement/plafonds', show: () => <CeilingsPage /> },
  { pattern: '/groupement/propositions', show: () => <ProposalsPage /> },
  {
    pattern: '/groupement/propositions/:id',
    show: ({ id = '' }) => <ProposalPage proposalId={id} />,
  },
  { pattern: '/groupement/successions', show: () => <SuccessionsPage /> },
  { pattern: '/groupement/usage', show: () => <GroupUsagePage /> },
  { pattern: '/groupement/transferts', show: () => <TransfersPage /> },
  { pattern: '/groupement/historique', show: () => <AuditPage /> },
  { pattern: '/verification', show: () => <VerificationPage /> },
  { pattern: '/titulaire', show: () => <SuppliedMembersPage /> },
  { pattern: '/titulaire/facturation', show: () => <BillingPage /> },
  { pattern: '/titulaire/factures', show: () => <SuppliedInvoicesPage /> },
  { pattern: '/titulaire/chorus-pro', show: () => <BillingTermsPage /> },
  { pattern: '/titulaire/corrections', show: () => <CorrectionsPage /> },
  { pattern: '/titulaire/prix', show: () => <AgreementsPage /> },
  { pattern: '/titulaire/usage', show: () => <SuppliedUsagePage /> },
  { pattern: '/titulaire/commandes', show: () => <OrdersToAcknowledgePage /> },
  { pattern: '/journal', show: () => <JournalPage /> },
  { pattern: '/donnees-personnelles', show: () => <PersonalDataPage /> },
  { pattern: '/acces-ldap', show: () => <LdapAccessesPage /> },
];

function Content({ path }: { path: string }) {
  for (const { pattern, show } of routes) {
    const found = match(pattern, path);
    if (found) return <>{show(found)}</>;
  }
  return (
    <Page title="Page introuvable">
      <p>
        Cette adresse n’existe pas. <Link href="/">Revenir à l’accueil</Link>
      </p>
    </Page>
  );
}

function TopOfPage({
  session,
  path,
  ready,
}: {
  session: Session | null;
  path: string;
  ready: boolean;
}) {
  const logOut = async () => {
    const { redirectTo } = await post<{ redirectTo: string }>('/api/logout', {});
    location.assign(redirectTo);
  };
  const links = session ? navigationOf(session) : [];
  return (
    <Header
      brandTop={theme.brandTop}
      homeLinkProps={{ href: '/', title: theme.homeTitle }}
      serviceTitle={theme.serviceTitle}
      serviceTagline={theme.serviceTagline}
      quickAccessItems={
        session
          ? [
              {
                iconId: 'fr-icon-account-circle-line',
                text: session.name,
                linkProps: { href: '/' },
              },
              {
                iconId: 'fr-icon-logout-box-r-line',
                text: 'Se déconnecter',
                buttonProps: { onClick: () => void logOut() },
              },
            ]
          : ready
            ? [
                {
                  iconId: 'fr-icon-account-circle-line',
                  text: 'Se connecter',
                  buttonProps: { onClick: () => logInAgain() },
                },
              ]
            : []
      }
      navigation={links.map(({ text, href }) => ({
        text,
        linkProps: { href },
        isActive: href === '/' ? path === '/' : path.startsWith(href),
      }))}
    />
  );
}

function BottomOfPage({ session }: { session: Session | null }) {
  const day = session?.today ? `Journée en cours\u00a0: ${date(session.today)}. ` : '';
  const roles = session ? `Profil : ${session.roles.map(role).join(', ')}.` : '';
  return (
    <Footer
      accessibility="non compliant"
      brandTop={theme.brandTop}
      homeLinkProps={{ href: '/', title: theme.homeTitle }}
      contentDescription={`${theme.serviceTagline}. ${day}${roles}`}
      license="Démonstration : toutes les personnes sont inventées."
    />
  );
}
