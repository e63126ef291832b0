import { asRead, entcore, type Expected } from '../case.js';
import { fields, matching, type Shape } from '../shape.js';

/** The answer that a version was seen to give, and those of other versions. */
export const seen = (expected: Expected, ...others: readonly Expected[]): Expected => ({
  ...{ ...expected, seenIn: entcore },
  variants: others.map((other) => ({ ...other, seenIn: other.seenIn ?? asRead })),
});

export const json = (status: number, body: Shape): Expected => ({ status, type: 'JSON', body });
export const noBody = (status: number): Expected => ({ status, type: 'NONE' });
/** §0: a refusal in the platform's own words. */
export const refused = (words: string, status = 400): Expected =>
  json(status, fields({ error: matching(words) }));
/** Row E: an answer without an identifier. */
export const nobody: Expected = seen(
  json(200, { fields: { hasTotp: { equals: false } }, isWhole: true }),
  noBody(404),
);
/** §0: everybody without a session is sent to the door, an API call too. */
export const toTheDoor: Expected = {
  status: 302,
  type: 'ANY',
  headers: { location: '/auth/login\\?callback=' },
};
/** §2.1: a page with status 200, and nobody came in. */
export const refusedLogin = (words?: string): Expected => ({
  status: 200,
  type: 'HTML',
  noCookie: 'oneSessionId',
  ...(words === undefined ? {} : { body: matching(words) }),
});
/** Row L: without the key of the refusal; other versions print it. */
export const wordedRefusal = (key: string): Expected =>
  seen(refusedLogin('^(?![\\s\\S]*auth\\.error)'), refusedLogin(`auth\\.error\\.${key}`));
export const openedSession: Expected = {
  status: 302,
  type: 'ANY',
  cookies: ['oneSessionId', 'XSRF-TOKEN'],
};
/** §0: a right that is missing is a page with 401. */
export const rightMissing: Expected = { status: 401, type: 'HTML' };
