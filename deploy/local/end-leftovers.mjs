// Run by the watchdog of a supervisor that died: node end-leftovers.mjs FOLDER PID-OF-THE-DEAD
import { endLeftovers } from './supervisor.mjs';

const [folder, pid] = process.argv.slice(2);
await endLeftovers(folder, () => {}, Number(pid));
