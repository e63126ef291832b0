import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const user = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string(),
  /** What the person does, as the login page shows it. */
  function: z.string(),
  /** Each holds in each of `markets`, save what `grants` says. */
  roles: z.array(z.string()).default([]),
  organisationId: z.string().optional(),
  uai: z.array(z.string()).default([]),
  /** None said: that of the stack (`DEMO_MARKET`). */
  markets: z.array(z.string()).optional(),
  grants: z.array(z.object({ role: z.string(), market: z.string() })).default([]),
});
const usersFile = z.object({ password: z.string(), users: z.array(user) });

/** An invented person of the demo, with the claims that tokens carry. */
export type DemoUser = Omit<z.infer<typeof user>, 'roles' | 'markets'>;

/** The demo's users: those of users.json, and one per role for any member asked for by its SIREN. */
export class DemoUsers {
  readonly password: string;
  readonly listed: readonly DemoUser[];
  private readonly byId: ReadonlyMap<string, DemoUser>;

  /** `market`: where the hats of who has none of a market of their own hold. */
  constructor(private readonly market = 'e-primo-2022') {
    const file = readFileSync(sourcePath('users.json'), 'utf8');
    const { password, users } = usersFile.parse(JSON.parse(file));
    this.password = password;
    this.listed = users.map((one) => withGrants(one, market));
    this.byId = new Map(this.listed.map((one) => [one.id, one]));
  }

  find(id: string): DemoUser | undefined {
    return this.byId.get(id) ?? memberUser(id, this.market) ?? headOfSchool(id, this.market);
  }
}

const withGrants = (
  { roles, markets, grants, ...one }: z.infer<typeof user>,
  market: string,
): DemoUser => ({
  ...one,
  grants: [
    ...roles.flatMap((role) => (markets ?? [market]).map((each) => ({ role, market: each }))),
    ...grants,
  ],
});

/** `member-orderer-214400012`: any member has its three hats without being listed. */
function memberUser(id: string, market: string): DemoUser | undefined {
  const [, role, siren] = /^(member-(?:reader|orderer|finance))-(\d{9})$/.exec(id) ?? [];
  if (!role || !siren) return undefined;
  return {
    id,
    name: `Membre ${siren}`,
    function: role,
    grants: [{ role, market }],
    organisationId: `org-${siren}`,
    uai: [],
  };
}

/** `school-0440290b`: the head of any school. */
function headOfSchool(id: string, market: string): DemoUser | undefined {
  const [, uai] = /^school-(\d{7}[a-z])$/.exec(id) ?? [];
  if (!uai) return undefined;
  return {
    id,
    name: `Direction ${uai.toUpperCase()}`,
    function: 'school',
    grants: [{ role: 'school', market }],
    uai: [uai.toUpperCase()],
  };
}

// The compiled file is under dist/, the data stay beside the source.
function sourcePath(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url.replace('/dist/deploy/', '/deploy/')));
}
