import type { RunningConsole } from './console-app.js';

export type Route = { readonly method: 'get' | 'post' | 'put' | 'delete'; readonly path: string };

/** The login itself; every other route needs a session. */
export const anonymousPaths = ['/auth/login', '/auth/callback', '/auth/backchannel-logout'];
export const alivePath = '/health/live';
export const machineryPaths = ['/health/ready', '/health/flowing', '/metrics'];

/** Every route of the running console: what its express router knows of itself. */
export function routesOf({ app }: Pick<RunningConsole, 'app'>): Route[] {
  type Layer = { route?: { path: string; methods: Record<string, boolean> } };
  const { stack } = (app.getHttpAdapter().getInstance() as { router: { stack: Layer[] } }).router;
  return stack.flatMap(({ route }) =>
    route
      ? Object.keys(route.methods).map((method) => ({ method, path: route.path }) as Route)
      : [],
  );
}
