/** Milliseconds between two lines where stderr is no terminal to write in place. */
const lineInterval = 5000;
let lastLine = -Infinity;
let part = "";

/** Says on stderr which part is under way: its data may take a while before the first job. */
export function tellPart(name) {
  part = name;
  lastLine = -Infinity;
  tell("makes its data");
}

/** Says on stderr what of the part is under way, in place or now and then as a line. */
export function tell(text) {
  const line = `${part}: ${text}`;
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line.slice(0, process.stderr.columns - 1)}`);
  else if (performance.now() - lastLine >= lineInterval) {
    lastLine = performance.now();
    process.stderr.write(`${line}\n`);
  }
}

/** Leaves the terminal's line for what is printed next. */
export function tellEnd() {
  if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
}
