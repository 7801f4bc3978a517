import { copyFailed } from "../../error/catalogue/copy.ts";
import { stream } from "../../process/child.ts";
import type { Owner } from "../owner.ts";

/** Copies what is in the data folder of another environment, with owners, modes, times and hard links. */
export async function copyDataFolder(owner: Owner, from: string): Promise<void> {
  const { callersEnv, environment, home, interruption, narrator, paths, recordGroup } = owner;
  const output = narrator.listen();
  const status = await stream({
    argv: ["cp", "-a", `${from}/.`, `${paths.dataFolder}/`],
    cwd: home,
    env: callersEnv,
    interruption,
    recordGroup,
    scratchFolder: paths.ownFolder,
    onOutput: output.write,
  });
  const details = output.close();
  if (status !== 0) throw copyFailed({ environment: environment.name, status }, { details });
}
