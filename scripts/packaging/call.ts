/** Calls a program and gives its standard output; standard error goes to the terminal. Throws unless it exits 0. */
export async function call(argv: readonly string[], cwd: string): Promise<string> {
  const child = Bun.spawn([...argv], { cwd, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const output = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error(`${argv.join(" ")} failed`);
  return output;
}
