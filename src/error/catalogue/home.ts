/** What mono keeps below `~/.mono`: folders, the database, locks. */
import { define } from "../define.ts";
import { shellWord } from "../../text/shell-word.ts";

interface File {
  readonly file: string;
}
interface Reason {
  readonly reason: string;
}

export const homeNotWritable = define("home-not-writable", {
  message: ({ home, reason }: Reason & { home: string }) =>
    `cannot write to mono's home folder ${home}: ${reason}`,
  hint: "make sure that it can be written to and that its disk has room, or name another one in MONO_HOME",
  when: "`~/.mono`, or the folder that `MONO_HOME` names, cannot be made or written, or its disk is full. An environment is found only under the `MONO_HOME` that it was made under.",
  example: { home: "~/.mono", reason: "ENOSPC: no space left on device, write" },
});

export const homeForeign = define("home-foreign", {
  code: "configuration",
  message: ({ home }: { home: string }) => `mono's home folder ${home} belongs to another user`,
  hint: "name one of your own in MONO_HOME",
  when: "`MONO_HOME`, or `HOME`, names a folder of somebody else, who could put scripts there for you to run. `mono list` and `mono vars` read a foreign one all the same.",
  example: { home: "/home/other/.mono" },
});

export const homeOpen = define("home-open", {
  code: "configuration",
  message: ({ home }: { home: string }) => `mono's home folder ${home} can be written to by everybody`,
  hint: ({ home }) => `revoke that: chmod o-w ${shellWord(home)}, and look at what is in it`,
  when: "Everybody on the machine may write in the folder, and could put scripts there for you to run.",
  example: { home: "/tmp/mono" },
});

export const folderNotMade = define("folder-not-made", {
  message: ({ folder, reason }: Reason & { folder: string }) => `cannot make ${folder}: ${reason}`,
  hint: "make sure that its parent can be written to, and that the disk has room",
  when: "The data folder, or the folder for what mono generates, cannot be made.",
  example: { folder: "~/.mono/data/shop-paris", reason: "EACCES: permission denied, mkdir" },
});

export const folderTaken = define("folder-taken", {
  message: ({ folder }: { folder: string }) => `${folder} is there already, and is not this environment's`,
  hint: "move it away, then try again",
  when: "Something stands where mono makes the folders of an environment. mono never takes over a folder that it did not make.",
  example: { folder: "~/.mono/data/shop-paris" },
});

export const workspaceInHome = define("workspace-in-home", {
  code: "usage",
  message: ({ path, home }: { path: string; home: string }) =>
    `${path} is inside of mono's own home folder ${home}`,
  hint: "move the workspace to another place",
  when: "`mono init` was called for a folder below `MONO_HOME`, where mono makes and removes folders by itself.",
  example: { path: "/home/me/.mono/data/shop", home: "/home/me/.mono" },
});

export const folderNotRemoved = define("folder-not-removed", {
  message: ({ folder, reason }: Reason & { folder: string; remedy: string }) =>
    `cannot remove ${folder}: ${reason}`,
  hint: ({ remedy }) => `run ${remedy}, then run mono destroy again`,
  when: "The data folder holds files of another user (containers that run as root leave such files in bind mounts; mono removes those through a container of the environment where it can), files that a flag protects (`chattr +i`), or a mount. What is mounted there is never removed.",
  example: {
    folder: "/home/me/.mono/data/shop-paris",
    reason: "EACCES: permission denied, unlink",
    remedy: "sudo rm -rf '/home/me/.mono/data/shop-paris'",
  },
});

export const databaseLocked = define("database-locked", {
  message: ({ file }: File) => `the state database ${file} is locked by another program`,
  hint: "close whatever holds it open, then try again",
  when: "A program other than mono holds the database: an SQLite shell in a transaction, a backup.",
  example: { file: "~/.mono/state.db" },
});

export const databaseDamaged = define("database-damaged", {
  message: ({ file, reason }: File & Reason) => `cannot use the state database ${file}: ${reason}`,
  hint: "restore it, or move it away to start afresh: containers and sessions called mono-… then have to be removed by hand",
  when: "The file is no SQLite database, or a damaged one.",
  example: { file: "~/.mono/state.db", reason: "file is not a database" },
});

export const databaseFull = define("database-full", {
  message: ({ file, reason }: File & Reason) => `cannot use the state database ${file}: ${reason}`,
  hint: "make room on its disk, then try again",
  when: "The disk of the database is full.",
  example: { file: "~/.mono/state.db", reason: "database or disk is full" },
});

export const databaseUnusable = define("database-unusable", {
  message: ({ file, reason }: File & Reason) => `cannot use the state database ${file}: ${reason}`,
  hint: "make sure that the file and its folder can be read and written, and that the disk has room",
  when: "The database cannot be opened, read or written.",
  example: { file: "~/.mono/state.db", reason: "unable to open database file" },
});

export const databaseUnfinished = define("database-unfinished", {
  message: ({ file, reason }: File & Reason) =>
    `the state database ${file} has an unfinished change, which cannot be rolled back: ${reason}`,
  hint: "run mono list as the owner of the file: a mono that may write there rolls it back",
  when: "A mono was killed while writing, and the mono that is reading now has no write permission.",
  example: { file: "~/.mono/state.db", reason: "attempt to write a readonly database" },
});

export const databaseNewer = define("database-newer", {
  message: ({ file, found, known }: File & { found: number; known: number }) =>
    `the state database ${file} has schema ${found}, and this mono knows only ${known}`,
  hint: "a newer mono has written it: use that one",
  when: "Two versions of mono are in use with one home folder, and this one is the older. `mono --version` says which is which.",
  example: { file: "~/.mono/state.db", found: 3, known: 2 },
});

export const lockUnreadable = define("lock-unreadable", {
  message: ({ file, reason }: File & Reason) => `cannot read the lock ${file}: ${reason}`,
  hint: "make sure that the file can be read",
  when: "The file that says who works on an environment cannot be read.",
  example: { file: "~/.mono/locks/2f1c", reason: "unable to open database file" },
});
