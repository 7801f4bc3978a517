/** The words of a command line do not fit the command. */
import { define } from "../define.ts";
import { shellWord } from "../../text/shell-word.ts";

/** The end of most hints: where the right way to call it stands. */
interface Help {
  /** `mono init --help`. */
  readonly help: string;
}

const howToCall = ({ help }: Help) => `${help} shows how to call it`;

function didYouMean(meant: string | undefined, otherwise: string): string {
  return meant === undefined ? otherwise : `did you mean ${meant}? ${otherwise}`;
}

export const unknownCommand = define("unknown-command", {
  code: "usage",
  message: ({ word }: { word: string; meant: string | undefined }) => `unknown command ${word}`,
  hint({ meant, word }) {
    const all = "mono --help shows all commands";
    const stops = ["stop", "kill", "sleep"].includes(word);
    if (stops)
      return `mono run --stop ends the run and stops the containers; mono destroy removes everything; ${all}`;
    return didYouMean(meant === undefined ? undefined : `mono ${meant}`, all);
  },
  when: "The first word after `mono` is not one of its commands.",
  example: { word: "int", meant: "init" },
});

export const unknownFlag = define("unknown-flag", {
  code: "usage",
  message: ({ flag }: Help & { flag: string; meant: string | undefined }) => `unknown flag ${flag}`,
  hint: ({ help, meant }) => didYouMean(meant, howToCall({ help })),
  when: "The command has no flag of that name. An argument that begins with a dash comes after `--`.",
  example: { flag: "--strickt", meant: "--strict", help: "mono init --help" },
});

export const flagBeforeCommand = define("flag-before-command", {
  code: "usage",
  message: ({ flag }: { flag: string }) => `unknown flag ${flag}`,
  hint: "the flags of a command come after it: see mono --help",
  when: "The first word after `mono` is a flag that mono itself does not have.",
  example: { flag: "--strict" },
});

export const flagTwice = define("flag-twice", {
  code: "usage",
  message: ({ flag }: Help & { flag: string }) => `${flag} is given twice`,
  hint: howToCall,
  when: "A flag was given more than once, although it may be given only once.",
  example: { flag: "--service", help: "mono exec --help" },
});

export const flagNeedsValue = define("flag-needs-value", {
  code: "usage",
  message: ({ flag }: Help & { flag: string }) => `${flag} needs a value`,
  hint: howToCall,
  when: "A flag that takes a value stands at the end, or before another flag.",
  example: { flag: "--service", help: "mono exec --help" },
});

export const flagTakesNoValue = define("flag-takes-no-value", {
  code: "usage",
  message: ({ flag, value }: Help & { flag: string; value: string }) =>
    `${flag} takes no value, but got "${value}"`,
  hint: howToCall,
  when: "A flag that takes no value was given one with `=`.",
  example: { flag: "--strict", value: "maybe", help: "mono init --help" },
});

export const wrongFlagValue = define("wrong-flag-value", {
  code: "usage",
  message: ({ flag, value, reason }: Help & { flag: string; value: string; reason: string }) =>
    `${flag} does not take "${value}": ${reason}`,
  hint: howToCall,
  when: "A flag was given a value that it cannot have.",
  example: {
    flag: "--tail",
    value: "x",
    reason: "it takes a number of lines, or all",
    help: "mono logs --help",
  },
});

export const wrongArgument = define("wrong-argument", {
  code: "usage",
  message: ({ argument, reason }: Help & { argument: string; reason: string }) =>
    `<${argument}> is wrong: ${reason}`,
  hint: howToCall,
  when: "The command does not know this argument.",
  example: { argument: "shell", reason: "ksh is not one of (bash|zsh|fish)", help: "mono completion --help" },
});

export const argumentMissing = define("argument-missing", {
  code: "usage",
  message: ({ argument }: Help & { argument: string }) => `the argument <${argument}> is missing`,
  hint: howToCall,
  when: "A command that cannot do without an argument was called without one.",
  example: { argument: "shell", help: "mono completion --help" },
});

interface TooMany extends Help {
  /** `mono vars`. */
  readonly command: string;
  /** How many it takes. */
  readonly count: number;
  /** The first one that is too much. */
  readonly argument: string;
}

export const tooManyArguments = define("too-many-arguments", {
  code: "usage",
  message({ argument, command, count }: TooMany) {
    if (count === 0) return `${command} takes no argument, but got "${argument}"`;
    const few = count === 1 ? "one argument" : `${count} arguments`;
    return `${command} takes ${few}, but got another one: "${argument}"`;
  },
  hint({ command, count, help }) {
    if (command === "mono exec") return "write the command after two dashes: mono exec <path> -- <command>";
    return count === 0 ? howToCall({ help }) : `quote a path that has spaces; ${howToCall({ help })}`;
  },
  when: "There are more arguments than the command takes. A path with spaces, unquoted, is several.",
  example: { command: "mono vars", count: 1, argument: "shop/paris", help: "mono vars --help" },
});

export const wrongCommandLine = define("wrong-command-line", {
  code: "usage",
  message: ({ reason }: Help & { reason: string }) => reason,
  hint: howToCall,
  when: "The command line is wrong in a way that has no entry of its own here.",
  example: { reason: "Cannot negate --no-strict with a value", help: "mono init --help" },
});

export const noFollowedAnswer = define("no-followed-answer", {
  code: "usage",
  message: () => "--follow prints what the script prints: it has no answer in JSON",
  hint: "leave one of the two flags out",
  when: "`mono run` was called with `--follow` and `--json`.",
  example: {},
});

export const flagsClash = define("flags-clash", {
  code: "usage",
  message: ({ one, other }: Help & { one: string; other: string }) =>
    `${one} and ${other} do not go together`,
  hint: ({ help, one, other }) => `leave ${one} or ${other} out; ${howToCall({ help })}`,
  when: "Two flags were given that contradict each other.",
  example: { one: "--stop", other: "--follow", help: "mono run --help" },
});

export const flagNeedsFlag = define("flag-needs-flag", {
  code: "usage",
  message: ({ flag, other }: Help & { flag: string; other: string }) =>
    `${flag} means something only with ${other}`,
  hint: howToCall,
  when: "A flag was given that changes what another flag does, without that one.",
  example: { flag: "--idle", other: "--stop", help: "mono run --help" },
});

export const nothingToFollow = define("nothing-to-follow", {
  code: "usage",
  message: ({ environment }: { environment: string }) =>
    `${environment} has no containers whose logs could be followed`,
  hint: "leave --no-script out to follow the run script",
  when: "`mono run --no-script --follow` was called in a workspace without compose files.",
  example: { environment: "shop-paris" },
});

export const allTakesNone = define("all-takes-none", {
  code: "usage",
  message: () => "--all takes no environment",
  hint: "name one environment, or use --all without any",
  when: "`mono run --stop --all` was called with the name or the path of an environment.",
  example: {},
});

export const unclearReference = define("unclear-reference", {
  code: "usage",
  message: ({ word }: { word: string; path: string; here: string }) =>
    `${word} is the name of an environment, and of a folder here that has none`,
  hint: ({ path, here }) => `write ${path} for the environment, ${here} for the folder`,
  when: "A word may be the name of an environment, and also a folder in the current folder, which has no environment. `mono destroy` also refuses it if the current folder itself would get that name. A word with a `/` in it is a path.",
  example: { word: "shop-paris", path: "~/code/shop/paris", here: "./shop-paris" },
});

export const noSuchName = define("no-such-name", {
  code: "no-such-environment",
  message: ({ word, path }: { word: string; path: string; meant: string | undefined }) =>
    `no environment is called ${word}, and there is no environment for ${path}`,
  hint: ({ meant }) => didYouMean(meant, "mono list shows those that exist"),
  when: "A word is neither the name of an environment, nor a folder in the current folder.",
  example: { word: "shop-pari", path: "~/code/shop-pari", meant: "shop-paris" },
});

export const noEnvironmentHere = define("no-environment-here", {
  code: "usage",
  message: ({ folder }: { folder: string }) =>
    `no workspace given, and ${folder} is in none that has an environment`,
  hint: "name a folder or an environment: mono list shows those that exist, mono init . makes one here",
  when: "A command that is about one environment was called without an argument. `CONDUCTOR_WORKSPACE_PATH` and `MONO_ENV_PATH` are not set, and the current folder is in no workspace with an environment.",
  example: { folder: "~/code" },
});

interface Meant {
  /** What says so. */
  readonly what: string;
  readonly path: string;
}

export const twoEnvironmentsMeant = define("two-environments-meant", {
  code: "usage",
  message: ({ one, other }: { one: Meant; other: Meant }) =>
    one.what === other.what
      ? `no workspace given, and two may be meant: ${one.what} is in ${one.path} and in ${other.path}`
      : `no workspace given, and two may be meant: ${one.what} says ${one.path}, ${other.what} says ${other.path}`,
  hint: ({ one, other }) =>
    `name the one to remove: mono destroy ${shellWord(one.path)}, or mono destroy ${shellWord(other.path)}`,
  when: "`mono destroy` was called without an argument, and `CONDUCTOR_WORKSPACE_PATH`, `MONO_ENV_PATH` and the current folder do not all mean one environment. Commands that remove nothing take the first of the three.",
  example: {
    one: { what: "$MONO_ENV_PATH", path: "~/code/shop/paris" },
    other: { what: "the current folder", path: "~/code/shop/oslo" },
  },
});

export const missingTakesNone = define("missing-takes-none", {
  code: "usage",
  message: () => "--missing takes no environment",
  hint: "name environments, or use --missing without any",
  when: "`mono destroy --missing` was called with the name or the path of an environment.",
  example: {},
});

export const emptyWord = define("empty-word", {
  code: "usage",
  message: () => "one of the arguments is empty",
  hint: "nothing was destroyed: name each environment; a variable may be empty",
  when: "`mono destroy` was called with several words, one of which is empty.",
  example: {},
});
