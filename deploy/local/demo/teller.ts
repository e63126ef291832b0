/** Says in the terminal what happens and what is awaited. */
export type Teller = {
  /** A line that stays. */
  say(line: string): void;
  /** What is awaited at the moment; shown on a moving line, or now and then where there is none. */
  wait(line: string): void;
  /** Nothing is awaited any more. */
  done(): void;
};

const stillEveryMs = 5_000;

/** On a terminal one line moves; elsewhere a wait is told only if it lasts. */
export function tellerTo(stream: NodeJS.WriteStream): Teller {
  const moving = stream.isTTY === true && process.env['CI'] === undefined;
  let shown = false;
  let toldAt = Date.now();
  const clear = () => {
    if (shown) stream.write('\r\u001b[2K');
    shown = false;
  };
  return {
    say(line) {
      clear();
      stream.write(`${line}\n`);
      toldAt = Date.now();
    },
    wait(line) {
      if (moving) {
        clear();
        stream.write(`  … ${line}`.slice(0, (stream.columns || 100) - 1));
        shown = true;
      } else if (Date.now() - toldAt >= stillEveryMs) {
        stream.write(`  … ${line}\n`);
        toldAt = Date.now();
      }
    },
    done: clear,
  };
}
