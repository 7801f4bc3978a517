/** Names that several copies have in common where nothing else is shared: what else answers to them, or what they miss. */
import { type ComposeModel, isMapping, type SharedThing, textOf } from "./model.ts";
import { fullTag } from "./private-images.ts";

/**
 * Services whose name is the copies' common one for another service: they meet on external networks alone, where every
 * copy has a service of that name. On a network of the project as well, that one answers.
 */
export function sharedNames(model: ComposeModel, project: string): readonly SharedThing[] {
  const isExternal = (network: string) => model.networks?.[network]?.external === true;
  const networksOf = (service: string) => Object.keys(model.services[service]?.networks ?? {});
  const services = Object.keys(model.services);
  return services.flatMap((name) => {
    const own = networksOf(name);
    const network = own.find(
      (candidate) =>
        isExternal(candidate) &&
        services.some((other) => {
          const common = networksOf(other).filter((one) => own.includes(one));
          return other !== name && common.includes(candidate) && common.every(isExternal);
        }),
    );
    if (network === undefined) return [];
    const reason = `every copy has a ${name} in the external network ${network}: put it in a network of the project too, or call it ${project}-${name}-1`;
    return [{ subject: `service ${name}`, reason }];
  });
}

/** Images that a script of mono.yml builds: one tag for all copies, and the last one wins. */
export function imagesOfScripts(model: ComposeModel, scripts: readonly string[]): readonly SharedThing[] {
  const built = new Set(
    scripts
      .filter((script) => /\b(?:build|buildx|tag|load|bake)\b/.test(script))
      .flatMap((script) => script.split(/[\s"'=;,]+/))
      .filter((word) => word !== "")
      .map(fullTag),
  );
  return Object.entries(model.services).flatMap(([name, { build, image }]) => {
    if (build !== undefined || image === undefined || !built.has(fullTag(image))) return [];
    const reason = `a script builds its image ${image} for all copies: give the service a build section, or the tag \${MONO_ENV_NAME}`;
    return [{ subject: `service ${name}`, reason }];
  });
}

/** A name that is another one in a private copy. */
interface Renamed {
  readonly kind: "network" | "container" | "volume";
  readonly name: string;
  /** What it is called here, in a form that every copy can write. */
  readonly own: string;
}

/** Networks, volumes and containers by their names in labels and environment variables: those are other ones here. */
export function namesInTexts(model: ComposeModel, project: string): readonly SharedThing[] {
  const renamed = renamedThings(model, project);
  return Object.entries(model.services).flatMap(([service, { environment, labels }]) =>
    [...textsOf("label", labels, renamed), ...textsOf("variable", environment, renamed)].map((reason) => ({
      subject: `service ${service}`,
      reason,
    })),
  );
}

function textsOf(what: string, texts: unknown, renamed: readonly Renamed[]): readonly string[] {
  return Object.entries(isMapping(texts) ? texts : {}).flatMap(([key, value]) => {
    const words = new Set(textOf(value).split(/[^\w.-]+/));
    const found = renamed.find(({ name, kind }) => words.has(name) && isMeant(kind, key, name));
    return found === undefined
      ? []
      : [
          `its ${what} ${key} means the ${found.kind} ${found.name}, which is another one here: write ${found.own}`,
        ];
  });
}

/**
 * A name that is a common word means the thing only where the key speaks of such things. So does a container's name, which
 * is a host's name as well, and as that is still found.
 */
function isMeant(kind: string, key: string, name: string): boolean {
  return key.toLowerCase().includes(kind) || (kind !== "container" && /[_.-]/.test(name));
}

function renamedThings(model: ComposeModel, project: string): readonly Renamed[] {
  const things = (["networks", "volumes"] as const).flatMap((kind) =>
    Object.entries(model[kind] ?? {}).flatMap(([key, thing]): Renamed[] => {
      const name = thing?.name;
      if (thing?.external === true || name === undefined || name === `${project}_${key}`) return [];
      return [
        { kind: kind === "networks" ? "network" : "volume", name, own: `\${COMPOSE_PROJECT_NAME}_${key}` },
      ];
    }),
  );
  const containers = Object.entries(model.services).flatMap(
    ([service, { container_name: name }]): Renamed[] =>
      name === undefined ? [] : [{ kind: "container", name, own: `\${COMPOSE_PROJECT_NAME}-${service}-1` }],
  );
  return [...things, ...containers];
}
