import type { EntProfile } from './nodes.js';

const everybody = [
  ...['surname', 'address', 'postbox', 'zipCode', 'city', 'country', 'homePhone', 'workPhone'],
  ...['mobile', 'email', 'emailInternal', 'loginAlias', 'title'],
];
const staff = [...everybody, 'emailAcademy', 'IDPN'];
const pupils = [
  ...everybody.filter((name) => name !== 'title'),
  ...['ine', 'level', 'sector', 'accommodation', 'attachmentId', 'status', 'module'],
];
/** The text properties that the schema of each profile keeps; any other is dropped without a word (appendix A). */
const kept: Readonly<Record<EntProfile, readonly string[]>> = {
  Student: pupils,
  Relative: everybody,
  Guest: everybody,
  Teacher: staff,
  Personnel: staff,
};

export const isBirthDate = (value: string): boolean =>
  /^(19|20)\d\d-(0[1-9]|1[012])-(0[1-9]|[12]\d|3[01])$/.test(value);

const phone = /^(00|\+)?(?:[0-9] ?-?\.?){6,15}$/;
const patterns: Readonly<Record<string, RegExp>> = {
  email: /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/,
  emailAcademy: /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$/,
  zipCode: /^[A-Za-z0-9\-\s]{4,9}$/,
  loginAlias: /^[0-9a-z.]{1,64}$/,
  homePhone: phone,
  workPhone: phone,
  mobile: phone,
};

/** An optional property that does not fit its pattern is left out, not refused (§3.4). */
export function moreOf(
  profile: EntProfile,
  body: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    kept[profile].flatMap((name) => {
      const value = text(body[name]).trim();
      const fits = value !== '' && (patterns[name]?.test(value) ?? true);
      return fits ? [[name, value]] : [];
    }),
  );
}

/** Of the schema `updateUser`, which allows nothing else (§1.5). */
export const updatable = [
  ...['firstName', 'lastName', 'displayName', 'birthDate', 'address', 'zipCode', 'city'],
  ...['loginAlias', 'email', 'homePhone', 'mobile', 'totp', 'childrenIds', 'positionIds'],
];

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
