import { setTimeout as sleep } from 'node:timers/promises';
import type { Import } from '#libs/contracts';
import { formatCount } from '#libs/money';
import { WaitedTooLong } from './patience.js';
import type { Services } from './services.js';
import { StoryBroken } from './stage.js';
import type { Teller } from './teller.js';

/** Without any figure moving for this long, something is stuck; the plan of a delta that changes everybody is one step. */
const standstillMs = 900_000;
const pauseMs = 200;
const ends = ['COMPLETED', 'HELD', 'REFUSED', 'FAILED'];

/** Follows an import, telling its figures, until it has ended or waits for a person, and as `until` says beyond that. */
export async function followImport(
  services: Services,
  teller: Teller,
  importId: string,
  until: (now: Import) => boolean = () => true,
): Promise<Import> {
  let seen = '';
  let movedAt = Date.now();
  for (;;) {
    const { import: now } = await services.directory().getImport({ importId });
    if (!now) throw new StoryBroken(`L’import ${importId} est inconnu de l’annuaire.`);
    if (ends.includes(now.state) && until(now)) return now;
    const figures = figuresOf(now);
    teller.wait(figures);
    if (`${now.state} ${figures}` !== seen) movedAt = Date.now();
    seen = `${now.state} ${figures}`;
    if (Date.now() - movedAt > standstillMs) {
      throw new WaitedTooLong(`L’import ${now.folder} n’avance plus depuis 15 minutes.`);
    }
    await sleep(pauseMs);
  }
}

function figuresOf({ folder, entriesRead, peopleApplied, peoplePlanned }: Import): string {
  const read = `import ${folder} : ${formatCount(entriesRead)} entrées lues`;
  if (peoplePlanned === 0) return `${read}, le plan se prépare`;
  return `${read}, ${formatCount(peopleApplied)} personnes enregistrées sur ${formatCount(peoplePlanned)}`;
}

/** French: what an import that did not go as the story tells says of itself. */
export function storyBrokenBy({ folder, state, remarks }: Import): StoryBroken {
  const causes = remarks.map(({ code, message }) => `${code} ${message}`).join(' ; ');
  return new StoryBroken(`L’import ${folder} est ${state} : ${causes}`);
}
