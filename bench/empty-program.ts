import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../test/support/world.ts";
import type { Scene } from "./scene.ts";

/** What no program of this runtime can be faster than, compiled with the options of scripts/build; returns its path. */
export async function compileEmpty({ world, call }: Scene): Promise<string> {
  const [source, program] = [join(world.folder, "empty.ts"), join(world.folder, "empty")];
  writeFileSync(source, "export {};\n");
  await call([join(repository, "scripts/compile"), source, program]);
  return program;
}
