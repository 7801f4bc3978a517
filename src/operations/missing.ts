/** Environments whose folders are gone. */
import { dirname } from "node:path";
import type { Environment } from "../environment/environment.ts";
import { isGone } from "./workspace.ts";

interface Missing {
  /** Somebody has deleted the folder: the one around it is still there. */
  readonly deleted: readonly Environment[];
  /** The folder around it is gone too, as on a disk that is not mounted: it may come back. */
  readonly outOfReach: readonly Environment[];
}

export function findMissing(environments: readonly Environment[]): Missing {
  const gone = environments.filter(({ path }) => isGone(path));
  const isOutOfReach = ({ path }: Environment) => isGone(dirname(path));
  return {
    deleted: gone.filter((environment) => !isOutOfReach(environment)),
    outOfReach: gone.filter(isOutOfReach),
  };
}
