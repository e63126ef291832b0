import type Provider from 'oidc-provider';
import {
  errors,
  type KoaContextWithOIDC,
  type ResourceServer,
  type ResourceServerInstance,
} from 'oidc-provider';
import type { DemoUsers } from './users.js';

/** Clients that play the demo; no service is among them. */
export const players = ['player', 'demo'];

export const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';

/**
 * RFC 8693 in shape: the player of the demo gets an access token for one service *as* a demo user,
 * since nobody sits at a browser while a year of the market is played. Local issuer only.
 */
export function allowTokenExchange(
  provider: Provider,
  users: Pick<DemoUsers, 'find'>,
  resourceServerOf: (resource: string) => ResourceServer,
) {
  const { ResourceServer: Server } = provider as unknown as {
    ResourceServer: new (identifier: string, data: ResourceServer) => ResourceServerInstance;
  };
  const exchange = async (ctx: KoaContextWithOIDC) => {
    const { client, params } = ctx.oidc;
    if (!client || !players.includes(client.clientId))
      throw new errors.UnauthorizedClient('player only');
    const subject = text(params?.requested_subject);
    const resource = text(params?.resource);
    if (!subject || !users.find(subject))
      throw new errors.InvalidRequest('unknown requested_subject');
    if (!resource) throw new errors.InvalidTarget('one resource is needed');
    const server = new Server(resource, resourceServerOf(resource));

    const token = new provider.AccessToken({
      accountId: subject,
      client,
      gty: 'token_exchange',
      scope: server.scope,
    } as ConstructorParameters<typeof provider.AccessToken>[0]);
    token.resourceServer = server;
    ctx.body = {
      access_token: await token.save(),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: token.expiration,
    };
  };
  const parameters = [
    'requested_subject',
    'resource',
    'subject_token',
    'subject_token_type',
    'scope',
  ];
  provider.registerGrantType(tokenExchange, exchange, parameters);
}

const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
