/** Variables as text that something else reads: a shell, or a file of `NAME=value` lines. */
import { composeFileName } from "./paths.ts";
import { knobsVariable, ofEnvironment, type Variables } from "./variables.ts";

type Environ = Readonly<Record<string, string | undefined>>;

/**
 * What any POSIX shell evaluates to exactly these variables: in `env`, the shell may have some of another environment,
 * or of this one as it was.
 */
export function toShellText(variables: Variables, env: Environ): string {
  const left = leftIn(env, variables).map((name) => `unset ${name}\n`);
  return left.join("") + toShellExports(variables);
}

/** `export` lines that any POSIX shell evaluates back to the same bytes. */
export function toShellExports(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}="${value.replace(/[\\"$`]/g, String.raw`\$&`)}"\n`)
    .join("");
}

/** The same for fish. */
export function toFishText(variables: Variables, env: Environ): string {
  const left = leftIn(env, variables).map((name) => `set -e ${name}\n`);
  const set = Object.entries(variables).map(
    ([name, value]) => `set -gx ${name} '${value.replace(/[\\']/g, String.raw`\$&`)}'\n`,
  );
  return [...left, ...set].join("");
}

/** Lines of a `.env` file, quoted where they have to be, so that its readers agree on them. */
export function toDotenv(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${dotenvValue(value)}\n`)
    .join("");
}

function dotenvValue(value: string): string {
  if (/^[\w./:@%+,-]+$/.test(value)) return value;
  if (!/['\n\r\\]/.test(value)) return `'${value}'`;
  const escaped = value.replace(/[\\"$]/g, String.raw`\$&`);
  return `"${escaped.replaceAll("\n", String.raw`\n`).replaceAll("\r", String.raw`\r`)}"`;
}

/** What a shell with `env` has of an environment, and these variables do not set. */
function leftIn(env: Environ, variables: Variables): readonly string[] {
  if (env["MONO_ENV_NAME"] === undefined) return [];
  const isSame = ["MONO_ENV_NAME", "MONO_ENV_PATH"].every((name) => env[name] === variables[name]);
  const hasAll = variables["COMPOSE_FILE"] !== undefined;
  // Without --all, the same environment's COMPOSE_… and knobs stay: sessions have them.
  const staysBeside = isSame && !hasAll;
  const isComposes = env["COMPOSE_FILE"]?.endsWith(`/${composeFileName}`) === true;
  const knobs = new Set(env[knobsVariable]?.split(" "));
  const isBeside = (name: string) =>
    name === knobsVariable || knobs.has(name) || (isComposes && composeNames.has(name));
  return Object.keys(env)
    .filter((name) => (isBeside(name) ? !staysBeside : ofEnvironment.test(name)))
    .filter((name) => variables[name] === undefined && env[name] !== undefined)
    .filter((name) => /^\w+$/.test(name))
    .toSorted();
}

const composeNames = new Set(["COMPOSE_FILE", "COMPOSE_PROFILES", "COMPOSE_PROJECT_NAME"]);
