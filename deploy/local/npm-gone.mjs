/**
 * npm that is told to stop tells its shell, which does not tell us: we see that our parent is gone.
 * Run without npm (a shell that ends while we go on is nothing special), nothing is watched.
 */
export function whenNpmIsGone(callback) {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, 1_000).unref();
}
