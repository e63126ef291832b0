/** `prenom.nom` as Open ENT makes it: no accents, no sign but `_`, lower case, 30 characters a side. */
export function loginBase(firstName: string, lastName: string): string {
  return `${part(firstName)}.${part(lastName)}`;
}

function part(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').replace(/\W/g, '').toLowerCase().slice(0, 30);
}

/** The first free of `base`, `base2`, `base3` …; `next` remembers where each base stands. */
export function freeLogin(
  base: string,
  isTaken: (login: string) => boolean,
  next: Map<string, number>,
): string {
  if (!isTaken(base)) return base;
  for (let suffix = next.get(base) ?? 2; ; suffix += 1) {
    const login = `${base}${suffix}`;
    if (isTaken(login)) continue;
    next.set(base, suffix + 1);
    return login;
  }
}

const codeSigns = 'abcdefghjkmnprstvwxyz3456789';

export function activationCode(random: () => number): string {
  let code = '';
  for (let index = 0; index < 8; index += 1) {
    code += codeSigns[Math.floor(random() * codeSigns.length)] ?? 'a';
  }
  return code;
}
