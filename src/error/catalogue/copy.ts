/** The data of another environment: `mono init --from`. */
import { define } from "../define.ts";

interface Containers {
  readonly environment: string;
  readonly containers: readonly string[];
}

export const sourceNotPaused = define("source-not-paused", {
  message: ({ containers, environment }: Containers) =>
    `cannot pause ${containers.join(", ")} of ${environment}`,
  hint: ({ containers }) => `stop them for the copy (docker stop ${containers.join(" ")}), then try again`,
  when: "The containers that write to what is copied are paused, so that the copy is of one moment; the engine could not do that.",
  example: { environment: "shop-oslo", containers: ["mono-shop-oslo-db-1"] },
});

export const pauseNotEnded = define("pause-not-ended", {
  message: ({ containers, environment }: Containers) =>
    `${containers.join(", ")} of ${environment} cannot be unpaused`,
  hint: ({ containers }) => `see what docker prints for: docker unpause ${containers.join(" ")}`,
  when: "A copy of the environment's data is over, and the engine does not let its containers go on. The next `mono run` or `mono destroy` of either environment tries again.",
  example: { environment: "shop-oslo", containers: ["mono-shop-oslo-db-1"] },
});

export const copyFailed = define("copy-failed", {
  message: ({ environment, status }: { environment: string; status: number }) =>
    `the data for ${environment} cannot be copied (exit ${status})`,
  hint: "fix what the lines above say, then try again",
  when: "What copies the files failed, or what has arrived is not what was there. The source was not changed.",
  example: { environment: "shop-paris", status: 1 },
});

export const noRoomForCopy = define("no-room-for-copy", {
  message: ({ free, needed }: { needed: string; free: string }) =>
    `there is no room for a copy of ${needed}: the engine has ${free} free`,
  hint: "make room (docker system df shows what takes it), then try again",
  when: "The volumes of the source take more room than the engine has.",
  example: { needed: "12 GB", free: "3.0 GB" },
});

export const sourceElsewhere = define("source-elsewhere", {
  message: ({ source }: { source: string }) => `${source} is on another Docker engine`,
  hint: "call mono init with the DOCKER_HOST or DOCKER_CONTEXT of that engine, or name an environment of this one",
  when: "Data is copied inside of one engine.",
  example: { source: "shop-oslo" },
});

export const volumeWithoutContainer = define("volume-without-container", {
  message: ({ source, volume }: { source: string; volume: string }) =>
    `${volume} cannot be copied: no image has a shell and cp, and ${source} has no container of that service`,
  hint: ({ source }) => `bring its containers back (mono attach ${source}), then try again`,
  when: "Where no image of the project has a shell and `cp`, data goes from container to container.",
  example: { source: "shop-oslo", volume: "db:/data" },
});
