import { activate, resetPassword } from '../graph/users.js';
import { type Answer, at, json, redirect, type Route } from '../routes/route.js';
import { firstLogin, personOf } from './federated-login.js';

/** Sessions, tokens and activation; the section of `open-ent-ng.md` that states each is in its comment. */
export const sessionRoutes: readonly Route[] = [
  // §0: whoever is not in is sent to the door.
  {
    name: 'home',
    method: 'GET',
    pattern: at('/'),
    access: 'AUTHENTICATED',
    answer: () => page('<html></html>'),
  },
  // §2.1
  {
    name: 'login-page',
    method: 'GET',
    pattern: at('/auth/login'),
    access: 'PUBLIC',
    answer: () => page(loginForm),
  },
  // §2.1
  {
    name: 'login',
    method: 'POST',
    pattern: at('/auth/login'),
    access: 'PUBLIC',
    answer: ({ sessions }, { form }) => {
      const login = form.get('email') ?? '';
      const found = sessions.login(login, form.get('password') ?? '');
      if (found.is === 'OPENED') return entered(found.opened, form.get('callBack') ?? '/');
      if (found.is === 'RESET_PAGE')
        return redirect(`/auth/reset/${found.code}?login=${encodeURIComponent(login)}`);
      // A refused login is the login page with status 200; so is that of activation.
      return page(found.is === 'REFUSED' ? refusedPage(found.key) : activationForm);
    },
  },
  // §2.1
  {
    name: 'logout',
    method: 'GET',
    pattern: at('/auth/logout'),
    access: 'PUBLIC',
    // Row M: the session stays valid (`inactivity` is off by default).
    answer: () => redirect('/auth/login'),
  },
  // §2.1
  {
    name: 'context',
    method: 'GET',
    pattern: at('/auth/context'),
    access: 'PUBLIC',
    answer: () => json(200, { passwordRegex: '.{8}.*', mandatory: {}, cgu: true }),
  },
  // §2.4 and addendum. Whom nobody knows is sent back to the door.
  {
    name: 'federated-login',
    method: 'POST',
    pattern: at('/auth/saml/acs'),
    access: 'PUBLIC',
    answer: ({ graph, sessions }, { form }) => {
      const assertion = Buffer.from(form.get('SAMLResponse') ?? '', 'base64').toString('utf8');
      const user = personOf(graph, assertion);
      if (!user || user.blocked) return redirect('/auth/login');
      firstLogin(graph, user);
      return entered(sessions.open(), '/');
    },
  },
  // §2.2
  {
    name: 'token',
    method: 'POST',
    pattern: at('/auth/oauth2/token'),
    access: 'PUBLIC',
    answer: ({ sessions }, { form, basic }) => {
      const client = basic?.id ?? form.get('client_id') ?? '';
      const secret = basic?.secret ?? form.get('client_secret') ?? '';
      if (!sessions.isClient(client, secret)) return json(401, { error: 'invalid_client' });
      const grant = form.get('grant_type');
      const isUser =
        grant === 'password' &&
        sessions.login(form.get('username') ?? '', form.get('password') ?? '').is === 'OPENED';
      if (grant === 'password' && !isUser) return json(400, { error: 'invalid_grant' });
      if (grant !== 'password' && grant !== 'client_credentials') {
        return json(400, { error: 'unsupported_grant_type' });
      }
      const accessToken = sessions.token(isUser ? 'user' : 'application');
      return json(200, {
        token_type: 'Bearer',
        access_token: accessToken,
        expires_in: 3600,
        scope: form.get('scope') ?? 'directory auth',
      });
    },
  },
  // §1.9
  {
    name: 'activation',
    method: 'POST',
    pattern: at('/auth/activation'),
    access: 'PUBLIC',
    answer: ({ graph }, { form }) => {
      const [login, code] = [form.get('login') ?? '', form.get('activationCode') ?? ''];
      const password = form.get('password') ?? '';
      const refusal =
        password === form.get('confirmPassword') && form.get('acceptCGU') === 'true'
          ? activate(graph, login, code, password)
          : 'auth.activation.invalid.argument';
      if (refusal === undefined) return redirect('/auth/login');
      return json(200, { error: { message: refusal }, activationCode: code, login, cgu: true });
    },
  },
  // §2.1: where a renewal code leads. What the page looks like no reference says; what it sends, `POST /auth/reset` does.
  {
    name: 'reset-page',
    method: 'GET',
    pattern: at('/auth/reset/:id'),
    access: 'PUBLIC',
    answer: (_, { parameters: [code = ''], query }) =>
      page(
        formOf('/auth/reset', {
          ...{ login: query.get('login') ?? '', resetCode: code },
          ...{ password: '', confirmPassword: '' },
        }),
      ),
  },
  {
    name: 'reset',
    method: 'POST',
    pattern: at('/auth/reset'),
    access: 'PUBLIC',
    answer: ({ graph }, { form }) => {
      const [login, code] = [form.get('login') ?? '', form.get('resetCode') ?? ''];
      const password = form.get('password') ?? '';
      const isDone =
        password === form.get('confirmPassword') && resetPassword(graph, login, code, password);
      if (isDone) return redirect('/auth/login');
      return json(200, { error: { message: 'auth.reset.invalid.argument' }, login });
    },
  },
];

function entered(opened: { session: string; xsrf: string }, location: string): Answer {
  return {
    ...redirect(location),
    headers: {
      location,
      'set-cookie': [
        `oneSessionId=${encodeURIComponent(opened.session)}; Path=/; HttpOnly; SameSite=Strict`,
        'authenticated=true; Path=/',
        `XSRF-TOKEN=${opened.xsrf}; Path=/`,
      ],
    },
  };
}

/** What a browser sends from a page: fields with what is in them already. */
function formOf(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input name="${name}" value="${encodeURIComponent(value)}">`,
  );
  return `<html><form method="post" action="${action}">${inputs.join('')}</form></html>`;
}
const loginForm = formOf('/auth/login', { email: '', password: '' });
/** Row L: the page bears the words of its language, never the key. */
const refusedPage = (key: string) => `${loginForm}<p>${refusalWords[key] ?? ''}</p>`;
const refusalWords: Readonly<Record<string, string>> = {
  'auth.error.authenticationFailed': 'L’identifiant ou le mot de passe est incorrect.',
  'auth.error.ban': 'Trop de tentatives : réessayez plus tard.',
  'auth.error.blockedUser': 'Votre compte est bloqué.',
};
const activationForm = formOf('/auth/activation', {
  ...{ login: '', activationCode: '', password: '', confirmPassword: '', acceptCGU: 'true' },
});

const page = (body: string): Answer => ({ status: 200, body, type: 'text/html' });
