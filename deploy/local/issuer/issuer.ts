import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';
import Provider, {
  errors,
  type ClientMetadata,
  type Configuration,
  type KoaContextWithOIDC,
  type ResourceServer,
} from 'oidc-provider';
import { FileStore } from './file-adapter.js';
import { openIssuerKeys, type IssuerKeys } from './issuer-keys.js';
import { codePage, confirmCodePage, loginPage, logoutPage, messagePage } from './login-page.js';
import type { IssuerSettings } from './settings.js';
import { allowTokenExchange, players, tokenExchange } from './token-exchange.js';
import { DemoUsers } from './users.js';

const services = ['membership', 'directory', 'provisioning', 'metering', 'billing', 'console'];
/** The operator's commands where no person runs them. */
const script = 'ent-script';
const resourceScope = 'use';
const accessTokenSeconds = 600;
const loginSeconds = 12 * 3600;

/** Who logs in, and in which market, is told apart. */
type Settings = Omit<IssuerSettings, 'DEMO_MARKET'>;
type Users = Pick<DemoUsers, 'find' | 'listed' | 'password'>;
export type Issuer = { readonly listener: RequestListener; save(): void };

/** The local OpenID Connect issuer: what the academy's own one will be in production. */
export async function openIssuer(
  settings: Settings,
  users: Users = new DemoUsers(),
): Promise<Issuer> {
  const store = new FileStore(join(settings.DATA_DIR, 'store.json'));
  const keys = await openIssuerKeys(settings.DATA_DIR);
  const provider = new Provider(settings.ISSUER_URL, configure(settings, users, store, keys));
  allowTokenExchange(provider, users, resourceServerOf);
  provider.on('server_error', (_ctx, error) => console.error(error));
  const callback = provider.callback();
  const listener: RequestListener = (request, response) => {
    const path = new URL(request.url ?? '/', settings.ISSUER_URL).pathname;
    if (path === '/health/live' || path === '/health/ready') return answer(response, 200, 'ok');
    if (path === '/favicon.ico') return void response.writeHead(204).end();
    if (!path.startsWith('/interaction/')) return void callback(request, response);
    login(provider, users, request, response).catch((error: unknown) => {
      const stale = error instanceof errors.SessionNotFound;
      if (!stale) console.error(error);
      const message = stale
        ? 'Cette page de connexion a expiré. Revenez à l’application et connectez-vous à nouveau.'
        : 'La connexion n’a pas abouti. Revenez à l’application et connectez-vous à nouveau.';
      answer(response, stale ? 400 : 500, messagePage('Connexion interrompue', message));
    });
  };
  return { listener, save: () => store.save() };
}

function configure(
  settings: Settings,
  users: Users,
  store: FileStore,
  keys: IssuerKeys,
): Configuration {
  return {
    adapter: store.adapter,
    jwks: keys.jwks as Configuration['jwks'],
    cookies: { keys: keys.cookieKeys },
    clients: clientsOf(settings),
    pkce: { required: () => true },
    scopes: ['openid', 'profile', 'ent'],
    claims: {
      openid: ['sub'],
      profile: ['name'],
      ent: ['grants', 'organisationId', 'uai'],
    },
    conformIdTokenClaims: false,
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: grantEverything,
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    // The console refreshes for several services at once: a rotated token would be used twice.
    rotateRefreshToken: false,
    expiresWithSession: async () => false,
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      AuthorizationCode: 60,
      DeviceCode: 600,
      IdToken: 3600,
      Interaction: 3600,
      Grant: loginSeconds,
      RefreshToken: loginSeconds,
      Session: loginSeconds,
    },
    findAccount: (_ctx, id) => {
      const user = users.find(id);
      if (!user) return undefined;
      const { name, grants, organisationId, uai } = user;
      return {
        accountId: id,
        claims: async () => ({ sub: id, name, grants, organisationId, uai }),
      };
    },
    extraTokenClaims: (ctx, token) => {
      if (token.kind === 'ClientCredentials') return { grants: grantsOfClient(token.clientId) };
      const user = users.find((token as { accountId: string }).accountId);
      if (!user) return undefined;
      const { grants, organisationId, uai } = user;
      const { RefreshToken, AuthorizationCode, DeviceCode } = ctx.oidc.entities;
      // Whom the player acts as has just come (token-exchange.ts).
      const acting =
        token.gty === 'token_exchange'
          ? { act: { sub: token.clientId }, auth_time: Math.floor(Date.now() / 1_000) }
          : { auth_time: (RefreshToken ?? AuthorizationCode ?? DeviceCode)?.authTime };
      return { grants, uai, ...acting, ...(organisationId ? { organisationId } : {}) };
    },
    // As it is: the library's own way refuses every address of this machine, where the console is.
    fetch: (url, init) => fetch(url, { ...init, dispatcher: undefined } as RequestInit),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      backchannelLogout: { enabled: true },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: (ctx, form, _out, error) => {
          ctx.type = 'html';
          ctx.body = codePage(form, error !== undefined);
        },
        userCodeConfirmSource: (ctx, form, _client, _device, userCode) => {
          ctx.type = 'html';
          ctx.body = confirmCodePage(form, userCode);
        },
        successSource: (ctx) => {
          ctx.type = 'html';
          ctx.body = messagePage('Vous êtes connecté', 'Revenez au terminal : il peut continuer.');
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.type = 'html';
          ctx.body = logoutPage(form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.type = 'html';
          ctx.body = messagePage('Vous êtes déconnecté', 'Vous pouvez fermer cette page.');
        },
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => resourceServerOf(resource),
      },
    },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = messagePage('Connexion impossible', out.error_description ?? out.error);
    },
  };
}

function resourceServerOf(resource: string): ResourceServer {
  if (!services.some((service) => resource === audienceOf(service))) {
    throw new errors.InvalidTarget('unknown resource');
  }
  return {
    audience: resource,
    scope: resourceScope,
    accessTokenFormat: 'jwt',
    accessTokenTTL: accessTokenSeconds,
    jwt: { sign: { alg: 'ES256' } },
  };
}

const audienceOf = (service: string) => `urn:ent:${service}`;

function grantsOfClient(clientId: string | undefined): { role: string; market: string }[] {
  const role = players.includes(clientId ?? '')
    ? 'player'
    : clientId === script
      ? 'admin'
      : 'service';
  return [{ role, market: '*' }];
}

function clientsOf({ CLIENT_SECRETS, CONSOLE_URL }: Settings): Configuration['clients'] {
  const withSecret = Object.entries(CLIENT_SECRETS).map(
    ([client_id, client_secret]): ClientMetadata => {
      const console = client_id === 'console';
      const backchannel = {
        backchannel_logout_uri: `${CONSOLE_URL[0]}/auth/backchannel-logout`,
        backchannel_logout_session_required: true,
        require_auth_time: true,
      };
      return {
        ...(console ? backchannel : {}),
        client_id,
        client_secret,
        token_endpoint_auth_method: 'client_secret_basic',
        // The console acts in its visitors' names alone, never in its own.
        grant_types: console
          ? ['authorization_code', 'refresh_token']
          : ['client_credentials', ...(players.includes(client_id) ? [tokenExchange] : [])],
        response_types: console ? ['code'] : [],
        redirect_uris: console ? CONSOLE_URL.map((url) => `${url}/auth/callback`) : [],
        post_logout_redirect_uris: console ? CONSOLE_URL.map((url) => `${url}/`) : [],
      };
    },
  );
  // The operator's commands: on any machine, so without a secret; a person lets them in (device flow).
  const operator: ClientMetadata = {
    client_id: 'ent',
    token_endpoint_auth_method: 'none',
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    response_types: [],
    redirect_uris: [],
    require_auth_time: true,
  };
  return [...withSecret, operator];
}

/** The console is ours: nobody is asked whether it may have what it needs. */
async function grantEverything(ctx: KoaContextWithOIDC) {
  const { provider, client, session } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const known = session.grantIdFor(client.clientId);
  const existing = known ? await provider.Grant.find(known) : undefined;
  if (existing) return existing;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope('openid profile ent');
  for (const service of services) grant.addResourceScope(audienceOf(service), resourceScope);
  await grant.save();
  return grant;
}

async function login(
  provider: Provider,
  users: Users,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid, params } = await provider.interactionDetails(request, response);
  const shown = {
    // The console asks so where money is to be bound (LOGIN_TOO_OLD), and never else.
    isAfresh: params['prompt'] === 'login',
    action: `/interaction/${uid}`,
    users: users.listed,
    password: users.password,
  };
  if (request.method !== 'POST') return answer(response, 200, loginPage(shown));
  const form = await readForm(request);
  const id = (form.get('login') ?? '').trim();
  if (users.find(id) && form.get('password') === users.password) {
    const result = { login: { accountId: id, remember: true } };
    return provider.interactionFinished(request, response, result, {
      mergeWithLastSubmission: false,
    });
  }
  const error = 'Identifiant ou mot de passe inconnu.';
  answer(response, 401, loginPage({ ...shown, login: id, error }));
}

const formBytesMax = 10_000;

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > formBytesMax) throw new RangeError('The form is too long');
  }
  return new URLSearchParams(text);
}

function answer(response: ServerResponse, status: number, html: string) {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
  });
  response.end(html);
}
