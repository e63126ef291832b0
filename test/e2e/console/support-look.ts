import request from 'supertest';
import type { LoggedInBrowser, RunningConsole } from './console-app.js';

/** Asks a console for a page, as a browser that is logged in. */
export const askOf =
  (console_: () => RunningConsole) =>
  (path: string, { cookie }: LoggedInBrowser) =>
    request(console_().app.getHttpServer()).get(path).set('cookie', cookie);

/** Of people found, how they are shown. */
export const names = (body: { people: { displayName: string }[] }) =>
  body.people.map(({ displayName }) => displayName);
