/** One original case, without an engine: what mono makes of its model, for two environments, as mono does it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printDocument } from "../../src/compose/document.ts";
import { privateDocument, verifyGenerated, withProjectNames } from "../../src/compose/generated-file.ts";
import type { ComposeModel } from "../../src/compose/model.ts";
import { publishedPortsOf } from "../../src/compose/private-ports.ts";
import { privatize } from "../../src/compose/privatize.ts";
import { serviceOrder } from "../../src/compose/service-order.ts";
import { loadConfig } from "../../src/config/load.ts";
import { composeConfig, upArguments } from "../../src/docker/compose-calls.ts";
import { type ComposeFiles, findComposeFiles } from "../../src/docker/compose-files.ts";
import { portVariables } from "../../src/environment/variables.ts";
import { MonoError } from "../../src/error/mono-error.ts";
import { createWorld, disposeWorld, lines, type World } from "../support/world.ts";
import { type Case, plainModel } from "./cases.ts";
import { type CaseResult, messageOf } from "./run-case.ts";

interface PrivateCopy {
  readonly project: string;
  readonly file: string;
  /** What Compose reads from the generated file. */
  readonly model: ComposeModel;
}

/** Checks the model of a case. No container is started. */
export async function checkModel(subject: Case): Promise<CaseResult> {
  const world = createWorld();
  const result = { name: subject.name, copies: 2, services: 0, containers: 0, ports: 0 };
  const reasons: string[] = [];
  try {
    const files = findComposeFiles(subject.folder, await loadConfig(subject.folder), world.env);
    if (files === undefined) throw new Error("mono finds no compose file");
    const copies = [await makePrivate(world, subject, files, 1), await makePrivate(world, subject, files, 2)];
    result.services = Object.keys(copies[0]?.model.services ?? {}).length;
    result.ports = copies[0] === undefined ? 0 : publishedPortsOf(copies[0].model).length;
    reasons.push(...sharedNames(copies));
    for (const copy of copies) reasons.push(...(await activeFaults(world, subject, files, copy)));
  } catch (error) {
    reasons.push(messageOf(error), ...(error instanceof MonoError ? error.details : []));
  }
  await disposeWorld(world).catch((error: unknown) => reasons.push(messageOf(error)));
  return { ...result, reasons };
}

/** As init does it; then once more with what was generated, which must not move a port. */
async function makePrivate(
  world: World,
  subject: Case,
  files: ComposeFiles,
  id: number,
): Promise<PrivateCopy> {
  const project = world.unique(`mono-${id}`);
  const call = { env: world.env, cwd: subject.folder };
  const source = await composeConfig(call, project, files.options);
  const { model } = source;
  const texts = await Promise.all(files.files.map((file) => Bun.file(file).text()));
  const order = serviceOrder(texts, Object.keys(model.services));
  const meant = privatize(model, { project, id, order, previous: undefined });
  portVariables(publishedPortsOf(meant));
  const again = privatize(model, { project, id, order, previous: meant });
  const text = printDocument(privateDocument(source, meant));
  if (printDocument(privateDocument(source, again)) !== text)
    throw new Error("generating it again gives another file");
  const file = join(world.folder, `${project}.yml`);
  writeFileSync(file, text);
  const options = ["--project-directory", files.directory, "-f", file];
  const read = await composeConfig(call, project, options);
  verifyGenerated(privateDocument(source, withProjectNames(meant)), read, id);
  return { project, file, model: read.model };
}

/** The names on the engine, and the host ports, that both copies would take. */
function sharedNames(copies: readonly PrivateCopy[]): readonly string[] {
  const [one, other] = copies.map((copy) => new Set(claims(copy)));
  return one === undefined || other === undefined
    ? []
    : [...one.intersection(other)].map((claim) => `two copies share ${claim}`);
}

function claims({ model, project }: PrivateCopy): string[] {
  const things = (["networks", "volumes"] as const).flatMap((kind) =>
    Object.entries(model[kind] ?? {})
      .filter(([, thing]) => thing?.external !== true)
      .map(([key, thing]) => `${kind} ${thing?.name ?? `${project}_${key}`}`),
  );
  const services = Object.entries(model.services).flatMap(([name, { build, image, container_name: own }]) => [
    ...(build === undefined ? [] : [`image ${image ?? `${project}-${name}`}`]),
    ...(own === undefined ? [] : [`container ${own}`]),
  ]);
  const ports = publishedPortsOf(model).map(({ hostPort }) => `port ${hostPort}`);
  return [...things, ...services, ...ports];
}

/** The services that `mono init` would start, against those that plain Compose starts in the case's folder. */
async function activeFaults(
  world: World,
  subject: Case,
  files: ComposeFiles,
  { project, file }: PrivateCopy,
): Promise<readonly string[]> {
  const plain = Object.keys((await plainModel(world, subject.folder, subject)).services).toSorted();
  const up = upArguments("up", project, files.directory, file, files.profiles);
  // Mono calls from its home folder, since the workspace may be gone.
  mkdirSync(world.home, { recursive: true });
  const argv = ["docker", "compose", ...up.slice(0, up.indexOf("up")), "config", "--services"];
  const { exitCode, stdout, stderr } = await world.call(argv, { cwd: world.home });
  if (exitCode !== 0) return [`${argv.join(" ")}: ${stderr.trim()}`];
  const active = lines(stdout).toSorted();
  if (active.join() === plain.join()) return [];
  return [`mono would start ${active.join(", ")} instead of ${plain.join(", ")}`];
}
