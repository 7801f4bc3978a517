/** Compose files, and what cannot be made private in them. */
import { define } from "../define.ts";
import { shellWord } from "../../text/shell-word.ts";

export const composeFilesRefused = define("compose-files-refused", {
  code: "configuration",
  message: () => "docker compose cannot read the compose files",
  hint: ({ options, folder }: { options: readonly string[]; folder: string }) =>
    `fix what Compose reports; to check: cd ${shellWord(folder)} && ${["docker", "compose", ...options, "config", "-q"].map(shellWord).join(" ")}`,
  when: "Docker Compose refuses the workspace's compose files: a wrong key, a missing file, a variable that has to be set.",
  example: { options: ["-f", "/home/me/shop/paris/compose.yml"], folder: "/home/me/shop/paris" },
});

export const noServices = define("no-services", {
  code: "configuration",
  message: () => "the compose files have no services",
  hint: "add a service, or remove the compose files: a workspace without any is fine",
  when: "The compose files that were found define no service.",
  example: {},
});

export const tooManyPorts = define("too-many-ports", {
  code: "configuration",
  message: ({ limit }: { limit: number }) => `the compose files publish more than ${limit} ports`,
  hint: ({ limit }) =>
    `publish fewer: there are ${limit} host ports, and each port of a range counts, and each replica`,
  when: "The published ports of all services, whatever profiles are active, do not fit into the environment's block.",
  example: { limit: 100 },
});

export const variableClash = define("variable-clash", {
  code: "configuration",
  message: ({ one, other, variable }: { one: string; other: string; variable: string }) =>
    `the services ${one} and ${other} both give the variable ${variable}`,
  hint: "rename one of the two services",
  when: "Two services that publish ports have names which differ only in characters that a variable cannot have.",
  example: { one: "web-api", other: "web_api", variable: "MONO_WEB_API_PORT" },
});

export const portsChange = define("ports-change", {
  code: "configuration",
  message: ({ services }: { services: readonly string[] }) =>
    `the compose files publish other ports once mono's ports are known to them: ${services.join(", ")}`,
  hint: "use MONO_… variables in environment, labels and commands, but not for which ports a service publishes",
  when: "The compose files use `${MONO_<SERVICE>_PORT}` or `${MONO_<SERVICE>_URL}` where it decides which ports there are: how many, of which container port or service.",
  example: { services: ["web"] },
});

interface NameClash {
  readonly subject: string;
  readonly environment: string;
  readonly otherSubject: string;
  readonly otherEnvironment: string;
  /** What both would be called on the engine. */
  readonly name: string;
}

export const engineNameClash = define("engine-name-clash", {
  code: "configuration",
  message: ({ subject, environment, otherSubject, otherEnvironment, name }: NameClash) =>
    `${subject} of ${environment} and ${otherSubject} of ${otherEnvironment} would both be the ${name}`,
  hint: ({ subject }) => `rename the ${subject.replace(/ .*/, "")}, or the folder of the workspace`,
  when: "Compose joins project and service by a dash, so that two environments with related names can arrive at one name on the engine.",
  example: {
    subject: "service b-web",
    environment: "a",
    otherSubject: "service web",
    otherEnvironment: "a-b",
    name: "container mono-a-b-web",
  },
});

export const invalidPort = define("invalid-port", {
  code: "configuration",
  message: ({ service, what }: { service: string; what: string; highest: number }) =>
    `the service ${service} ${what}`,
  hint: ({ highest }) => `a port is a number up to ${highest}, and a published one may be a range of them`,
  when: "Compose lets a port pass that cannot be one: above 65535, 0, or a range that ends before it begins.",
  example: { service: "web", what: "cannot publish the port 70000", highest: 65_535 },
});

export const sharingForbidden = define("sharing-forbidden", {
  code: "configuration",
  message: () => "the compose files share things with other environments, and --strict forbids it",
  hint: "change the compose files, or run mono init without --strict",
  when: "`mono init --strict` met something that cannot be made private: an external network or volume, the host's network, a folder outside the workspace; or an address that is another copy's, such as `localhost:8000` where 8000 is what a service publishes without mono. [compose.md](compose.md) says what is made private, and what is not.",
  example: {},
});

export const pathsNotThere = define("paths-not-there", {
  code: "configuration",
  message: () =>
    "containers mount what is on this machine, the engine is on another one, and --strict forbids it",
  hint: "bring it there with develop.watch, a volume or the image; or run mono init without --strict",
  when: "`mono init --strict` with an engine on another machine, and services that mount folders or files of the workspace: there Docker would make empty folders in their place. [remote.md](remote.md) says what helps.",
  example: {},
});

export const generatedFileDiffers = define("generated-file-differs", {
  message: () => "the private compose file does not say what the workspace's compose files say",
  hint: "this is a defect of mono: please report it with these lines",
  when: "mono reads back what it has generated, and Compose understands it differently from the original.",
  example: {},
});

export const noFreeSubnet = define("no-free-subnet", {
  message: ({ range }: { range: string }) => `no subnet in ${range} is free`,
  hint: "remove networks that nobody uses: docker network ls shows them",
  when: "Docker's own address pools are used up, and so are the subnets that mono gives networks then.",
  example: { range: "10.128.0.0/9" },
});
