import type { Administrator, Identity } from '../sessions/sessions.js';
import type { Graph } from '../graph/graph.js';
import { type Answer, type Call, json, redirect, type Route, unauthorized } from './route.js';

/** The workflow rights of an ADML's desk; an ADMC has all. A school is created by an ADMC (§1.1). */
const desk = ['class.create', 'users.list'];

/** What is answered instead of the route, in the order of the platform's filters (§0). Undefined: come in. */
export function refusalAtTheGate(
  graph: Graph,
  route: Route,
  {
    identity,
    call,
    url,
    xsrf,
    hasAuthorization,
  }: {
    readonly identity: Identity;
    readonly call: Call;
    /** Whole, as it was called. */
    readonly url: string;
    readonly xsrf: string | undefined;
    readonly hasAuthorization: boolean;
  },
): Answer | undefined {
  if (route.access === 'PUBLIC') return undefined;
  // No JSON even for an API call: everybody is sent to the login page.
  if (identity.kind === 'none') return redirect(`/auth/login?callback=${encodeURIComponent(url)}`);
  if (identity.kind === 'application') return route.needsUser ? unauthorized : undefined;
  const { administrator, xsrfToken } = identity;
  if (route.method !== 'GET' && xsrfToken !== undefined && xsrf !== xsrfToken)
    return json(403, { error: 'invalid.xsrf.token' });
  if (administrator?.needsTerms && !hasAuthorization) return redirect('/auth/revalidate-terms');
  // Row L: on every call.
  if (administrator?.needsMail) return redirect('/auth/validate-mail?force=true&type=email');
  if (route.access === 'AUTHENTICATED') return undefined;
  if (!administrator || !mayCall(graph, route, administrator, call)) return unauthorized;
  if (route.isMfaProtected && administrator.needsSecondFactor)
    return redirect(`/auth/validate-mfa?force=true&redirect=${encodeURIComponent(url)}`);
  return undefined;
}

function mayCall(
  graph: Graph,
  { access }: Route,
  { administration }: Administrator,
  call: Call,
): boolean {
  if (administration.is === 'ADMC' || typeof access === 'string') return true;
  if ('right' in access) return administration.isBare !== true && desk.includes(access.right);
  const { scope } = administration;
  return access.structuresOf(graph, call).every((ids) => ids.some((id) => scope.includes(id)));
}
