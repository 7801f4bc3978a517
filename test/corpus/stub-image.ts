import { cpSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { docker, lines, type World } from "../support/world.ts";

/** The image of every service of a runnable case: it ignores its arguments and waits. */
const repository = "mono-stub";

// No RUN: the links come with the folder, so that building starts no container.
const dockerfile = `FROM scratch
COPY bin /bin
ENTRYPOINT ["/bin/busybox", "sh", "-c", "trap 'exit 0' TERM INT; while :; do /bin/sleep 3600 & wait; done"]
`;

/**
 * Makes the image of this machine's static busybox. Returns what removes it, unless another run uses it too: each has a
 * tag of its own beside the common one, and the last one takes that along.
 */
export async function ensureStubImage(world: World): Promise<() => Promise<void>> {
  const busybox = Bun.which("busybox");
  if (busybox === null) throw new Error("busybox is not on PATH: a static one is needed for the stub image");
  const context = join(world.folder, "stub-image");
  mkdirSync(join(context, "bin"), { recursive: true });
  cpSync(realpathSync(busybox), join(context, "bin/busybox"));
  for (const applet of ["sh", "sleep"]) symlinkSync("busybox", join(context, "bin", applet));
  writeFileSync(join(context, "Dockerfile"), dockerfile);
  const common = `${repository}:latest`;
  const own = `${repository}:${world.unique("used-by")}`;
  // The classic builder: it is in every engine, and BuildKit may be a plugin that is not there.
  const build = ["docker", "build", "--quiet", "--tag", own, "--tag", common, context];
  const { exitCode, stderr } = await world.call(build, { env: { DOCKER_BUILDKIT: "0" } });
  rmSync(context, { recursive: true });
  if (exitCode !== 0) throw new Error(`cannot build ${common}: ${stderr}`);
  return async () => {
    await docker(world, ["image", "rm", own]);
    const tags = lines(await docker(world, ["image", "ls", "--format", "{{.Tag}}", repository]));
    if (tags.every((tag) => tag === "latest")) await world.call(["docker", "image", "rm", common]);
  };
}
