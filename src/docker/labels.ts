/** The labels by which Compose's things are found, and how docker and the engine are asked for them. */

export const projectLabel = "com.docker.compose.project";
export const serviceLabel = "com.docker.compose.service";
/** Which of a service's containers it is, from 1. */
export const numberLabel = "com.docker.compose.container-number";
export const networkLabel = "com.docker.compose.network";
export const volumeLabel = "com.docker.compose.volume";
/** Which of the containers of `docker compose run` it is. */
export const slugLabel = "com.docker.compose.slug";
/** A container without it is not Compose's, though it has inherited other labels. */
export const configHashLabel = "com.docker.compose.config-hash";
/** The compose files that a container was made from. */
export const filesLabel = "com.docker.compose.project.config_files";
/** The label of all but the containers of `docker compose run`. */
export const serviceContainers = "com.docker.compose.oneoff=False";

/** Options of docker that ask for things with all of these labels. */
export function labelOptions(...labels: readonly string[]): readonly string[] {
  return labels.flatMap((label) => ["--filter", `label=${label}`]);
}

/** The same for the engine, as a part of a path. */
export function labelQuery(...labels: readonly string[]): string {
  return filterQuery({ label: labels });
}

/** Filters of the engine, as a part of a path. */
export function filterQuery(filters: Readonly<Record<string, readonly string[]>>): string {
  return `filters=${encodeURIComponent(JSON.stringify(filters))}`;
}
