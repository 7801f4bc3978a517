/**
 * Copies volumes inside of the engine, so that it works wherever the engine is: a container of an image that is there
 * already, without network, with the source read-only. Owners, modes, times, hard links and holes are kept, as far as the
 * `cp` of the image can.
 */
import { ownerLabel } from "../../compose/marked.ts";
import { changeDocker } from "../../docker/ask.ts";
import { dockerCommand } from "../../docker/docker-program.ts";
import { numberLabel, projectLabel, serviceLabel } from "../../docker/labels.ts";
import type { StoringContainer } from "../../docker/storage.ts";
import { resourceNameOf } from "../../environment/environment.ts";
import { copyFailed, noRoomForCopy } from "../../error/catalogue/copy.ts";
import { stream } from "../../process/child.ts";
import { whileUndoing } from "../../process/interruption.ts";
import { bytesText } from "../../text/bytes.ts";
import { createLineSplitter } from "../../text/line-splitter.ts";
import { dockerAtWorkOf } from "../docker-call.ts";
import type { Owner } from "../owner.ts";
import type { VolumePair } from "./plan.ts";

/** What is mounted from where: a volume by its name, or a folder of the host. */
interface Place {
  readonly kind: "volume" | "bind";
  readonly from: string;
  readonly to: string;
}

/** What was copied. */
export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** The service that the container of the copy seems to be of: its name is as Compose would give it, and finds it again. */
const copyService = "mono-copy";
const noRoomStatus = 75;
/** What the script, or docker itself, says of an image without a shell, or without what copies. */
const noToolsStatuses = new Set([69, 126, 127]);

/** The moment whose state is copied: it begins when the copier is ready, and ends as soon as all is copied. */
export interface Moment {
  readonly begin: () => Promise<void>;
  readonly end: () => Promise<void>;
}

/**
 * Copies places one after the other, and makes sure that what is there then is what was there, with the first of these
 * images that has the tools. Undefined when none has them, and nothing has begun then.
 */
export async function copyPlaces(
  owner: Owner,
  images: readonly string[],
  places: readonly Place[],
  moment: Moment,
): Promise<Amount | undefined> {
  for (const image of new Set(images)) {
    const amount = await copyWith(owner, image, places, moment);
    if (amount !== undefined) return amount;
  }
  return undefined;
}

async function copyWith(
  owner: Owner,
  image: string,
  places: readonly Place[],
  moment: Moment,
): Promise<Amount | undefined> {
  const mounts = places.flatMap(({ from, kind, to }, index) => [
    "--mount",
    `type=${kind},source=${from},target=/from/${index},readonly`,
    "--mount",
    `type=${kind},source=${to},target=/to/${index}`,
  ]);
  const options = [...runArguments(owner), "--name", nameOf(owner), ...mounts, "--entrypoint", "sh"];
  const argv = dockerCommand(...options, image, "-c", script, "sh", String(places.length));
  const go = Promise.withResolvers<string>();
  let failure: { readonly error: unknown } | undefined;
  let steps = Promise.resolve();
  const step = (act: () => Promise<void>) => {
    steps = steps.then(act).catch((error: unknown) => {
      failure ??= { error };
      // Without the word that it waits for, the copier ends.
      go.resolve("");
    });
  };
  let found = { files: 0, bytes: 0, needed: 0, free: 0 };
  const onLine = (line: string) => {
    const [word, ...numbers] = line.split(" ");
    const [first = 0, second = 0, third = 0, fourth = 0] = numbers.map(Number);
    if (word === "ready") step(() => moment.begin().then(() => go.resolve("go\n")));
    if (word === "found") found = { files: first, bytes: second, needed: third, free: fourth };
    if (word === "copied") step(moment.end);
    if (word !== "at") return;
    const [copied, all] = [bytesText(second), bytesText(found.needed)];
    owner.narrator.progress(`volume ${first} of ${places.length}, ${copied} of ${all}`);
  };
  const lines = createLineSplitter(onLine);
  let hasEnded = false;
  try {
    const { details, status } = await work(owner, argv, (bytes) => lines.push(bytes), go.promise);
    hasEnded = status === 0;
    await steps;
    if (failure !== undefined) throw failure.error;
    if (noToolsStatuses.has(status)) return undefined;
    if (status === noRoomStatus) {
      throw noRoomForCopy({ needed: bytesText(found.needed), free: bytesText(found.free) });
    }
    if (status !== 0) throw copyFailed({ environment: owner.environment.name, status }, { details });
    return { files: found.files, bytes: found.bytes };
  } finally {
    go.resolve("");
    await steps;
    // A client that was ended leaves its container at work.
    if (!hasEnded) await removeCopier(owner);
  }
}

async function removeCopier(owner: Owner): Promise<void> {
  const undoing = whileUndoing(owner.interruption);
  const call = dockerAtWorkOf({ ...owner, docker: { ...owner.docker, interruption: undoing } });
  await changeDocker(call, ["rm", "-f", "-v", nameOf(owner)]);
}

/** Copies what is at a path of a container's volumes through the engine's archives: for images without any tools. */
export async function copyByArchive(owner: Owner, from: string, to: string): Promise<void> {
  const argv = ["sh", "-c", pipeArchive, "sh", ...dockerCommand("cp"), from, to] as const;
  const { details, status } = await work(owner, [...argv]);
  if (status !== 0) throw copyFailed({ environment: owner.environment.name, status }, { details });
}

/** The container's name and path, as `docker cp` wants them: the contents of a folder, and the folder. */
export function archivePlaces(from: StoringContainer, to: StoringContainer, target: string) {
  return { from: `${from.id}:${target}/.`, to: `${to.id}:${target}` };
}

export function placeOf({ from, to }: VolumePair): Place {
  return { kind: "volume", from, to };
}

/** Arguments of a `docker run` whose container is found, and removed, as the environment's. */
function runArguments({ environment }: Owner): readonly string[] {
  const labels = {
    [ownerLabel]: environment.mark,
    [projectLabel]: resourceNameOf(environment.name),
    [serviceLabel]: copyService,
    [numberLabel]: "1",
  };
  return [
    "run",
    "--rm",
    "--interactive",
    "--sig-proxy=false",
    "--no-healthcheck",
    "--network=none",
    "--pull=never",
    "--user=0:0",
    // SELinux would have the volumes labelled for one container; elsewhere this means nothing.
    "--security-opt=label=disable",
    ...Object.entries(labels).flatMap(([name, value]) => ["--label", `${name}=${value}`]),
  ];
}

function nameOf({ environment }: Owner): string {
  return `${resourceNameOf(environment.name)}-${copyService}-1`;
}

async function work(
  owner: Owner,
  argv: readonly [string, ...string[]],
  onAnswer: (bytes: Uint8Array) => void = () => {},
  input?: Promise<string>,
): Promise<{ readonly status: number; readonly details: readonly string[] }> {
  const { docker, interruption, narrator, paths, recordGroup } = owner;
  // What an image without tools complains of is no error.
  const output = narrator.keep();
  const status = await stream({
    argv,
    cwd: docker.cwd,
    env: docker.env,
    ...(input !== undefined && { input }),
    interruption,
    recordGroup,
    scratchFolder: paths.ownFolder,
    onOutput: (name, bytes) => (name === "out" ? onAnswer(bytes) : output.write(name, bytes)),
  });
  return { status, details: output.close() };
}

/**
 * What the copier does, and says: `ready`; once it has been told to go, `found`, with the numbers of files, of their bytes, of the
 * bytes that they take, and of those that are free; `at`, with the number of the volume and the bytes that were copied so far;
 * `copied`, and then makes sure of it. Volumes are mostly on one disk: all of them together have to fit. What an image
 * had at the place of a new volume goes first. The contents are copied with the attributes of the folder itself.
 */
const script = `
for tool in find stat cp rm; do command -v $tool >/dev/null || exit 69; done
case $(cp --help 2>&1) in *--reflink*) reflink=--reflink=auto ;; *) reflink= ;; esac
size() {
  find "$1" ! -type d -exec stat -c '%s %b' {} + | {
    n=0 s=0 b=0
    while read -r size blocks; do n=$((n+1)) s=$((s+size)) b=$((b+blocks)); done
    echo "$n $s $((b*512))"
  }
}
progress() {
  pause=1
  while sleep $pause; do
    kilobytes=$(du -sk /to/$1) || return
    echo "at $(($1+1)) $(($2+\${kilobytes%%[!0-9]*}*1024))"
    if [ $pause -lt 8 ]; then pause=$((pause*2)); fi
  done 2>/dev/null
}
echo ready
read -r go || exit 1
files=0 bytes=0 needed=0 most=0 i=0
while [ $i -lt "$1" ]; do
  size /from/$i >/had.$i
  read -r n s own </had.$i
  free=$(df -kP /to/$i 2>/dev/null | { read -r _; read -r _ _ _ free _; echo "$free"; })
  free=$((\${free:-0}*1024))
  if [ $free -gt 0 ] && [ $own -gt $free ]; then echo "found 0 0 $own $free"; exit ${noRoomStatus}; fi
  if [ $free -gt $most ]; then most=$free; fi
  files=$((files+n)) bytes=$((bytes+s)) needed=$((needed+own)) i=$((i+1))
done
echo "found $files $bytes $needed $most"
if [ $most -gt 0 ] && [ $needed -gt $most ]; then exit ${noRoomStatus}; fi
i=0 before=0
while [ $i -lt "$1" ]; do
  progress $i $before &
  find /to/$i -mindepth 1 -maxdepth 1 -exec rm -rf {} + || exit 1
  cp -a $reflink /from/$i/. /to/$i/ || exit 1
  kill $!
  read -r _ _ own </had.$i
  before=$((before+own)) i=$((i+1))
done
echo copied
i=0
while [ $i -lt "$1" ]; do
  read -r n s _ </had.$i
  size /to/$i >/has.$i
  read -r files bytes _ </has.$i
  if [ "$n $s" != "$files $bytes" ]; then
    echo "there were $n files with $s bytes, $files with $bytes bytes have arrived" >&2
    exit 1
  fi
  i=$((i+1))
done
`;

/** Fails when either side does. */
const pipeArchive = `
docker=$1 cp=$2 from=$3 to=$4
status=$({ { "$docker" "$cp" -a "$from" - 3>&-; echo $? >&3; } | "$docker" "$cp" -a - "$to" >&2; } 3>&1) || exit 1
exit "$status"
`;
