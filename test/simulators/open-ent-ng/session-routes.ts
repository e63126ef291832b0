import { at, ok, type Route } from './route.js';

/** Sessions, tokens and activation; the section of `open-ent-ng.md` that states each is in its comment. */
export const sessionRoutes: readonly Route[] = [
  // §2.1
  {
    name: 'login',
    method: 'POST',
    pattern: at('/auth/login'),
    isPublic: true,
    answer: ({ sessions }, { form }) => {
      const opened = sessions.login(form.get('email') ?? '', form.get('password') ?? '');
      // A refused login is the login page with status 200.
      if (!opened)
        return {
          status: 200,
          body: `<html>auth.error.${sessions.isBanned ? 'ban' : 'authenticationFailed'}</html>`,
          type: 'text/html',
        };
      return {
        status: 302,
        body: '',
        type: 'text/plain',
        headers: {
          location: form.get('callBack') ?? '/',
          'set-cookie': [
            `oneSessionId=${encodeURIComponent(opened.session)}; Path=/; HttpOnly; SameSite=Strict`,
            'authenticated=true; Path=/',
            `XSRF-TOKEN=${opened.xsrf}; Path=/`,
          ],
        },
      };
    },
  },
  // §2.2
  {
    name: 'token',
    method: 'POST',
    pattern: at('/auth/oauth2/token'),
    isPublic: true,
    answer: ({ sessions }, { form, basic }) => {
      const client = basic?.id ?? form.get('client_id') ?? '';
      const secret = basic?.secret ?? form.get('client_secret') ?? '';
      if (!sessions.isClient(client, secret)) return ok({ error: 'invalid_client' }, 401);
      const grant = form.get('grant_type');
      const isUser =
        grant === 'password' &&
        sessions.login(form.get('username') ?? '', form.get('password') ?? '');
      if (grant === 'password' && !isUser) return ok({ error: 'invalid_grant' }, 400);
      if (grant !== 'password' && grant !== 'client_credentials') {
        return ok({ error: 'unsupported_grant_type' }, 400);
      }
      const accessToken = sessions.token(isUser ? 'user' : 'application');
      return ok({
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
    isPublic: true,
    answer: ({ graph }, { form }) => {
      const [login, code] = [form.get('login') ?? '', form.get('activationCode') ?? ''];
      const password = form.get('password') ?? '';
      const refusal =
        password === form.get('confirmPassword') && form.get('acceptCGU') === 'true'
          ? graph.activate(login, code, password)
          : 'auth.activation.invalid.argument';
      if (refusal === undefined) {
        return { status: 302, body: '', type: 'text/plain', headers: { location: '/auth/login' } };
      }
      return ok({ error: { message: refusal }, activationCode: code, login, cgu: true });
    },
  },
];
