/** Two copies of an application with a page in the browser: each page reaches its own backend, and no other. */
import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { worldForEachTest } from "./support/world-for-each-test.ts";
import { docker, type World } from "./support/world.ts";

const world = worldForEachTest();
const chromium = Bun.which("chromium") ?? Bun.which("google-chrome");

/** What a page shows once its script has run: by a browser, or, where there is none, by what the script would do. */
async function shownAt(url: string, { folder }: World): Promise<string> {
  if (chromium === null) return await askAsPage(url);
  const profile = join(folder, `browser-${new URL(url).port}`);
  mkdirSync(profile);
  const flags = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
  ];
  const { stdout } = await world.call(
    [chromium, ...flags, `--user-data-dir=${profile}`, "--virtual-time-budget=20000", "--dump-dom", url],
    { env: { HOME: profile } },
  );
  return /<p id="answer">([^]*?)<\/p>/.exec(stdout)?.[1]?.trim() ?? stdout;
}

async function askAsPage(url: string): Promise<string> {
  const page = await (await fetch(url)).text();
  const api = /fetch\("([^"]*)"\)/.exec(page)?.[1] ?? "";
  const { origin } = new URL(url);
  const answer = await fetch(api, { headers: { Origin: origin } });
  const allowed = answer.headers.get("Access-Control-Allow-Origin");
  return allowed === origin ? (await answer.text()).trim() : `no answer: only ${allowed} may read it`;
}

const backendOf = async (project: string) => {
  const ids = await docker(world, [
    "ps",
    "-q",
    "--filter",
    `label=com.docker.compose.project=${project}`,
    "--filter",
    "label=com.docker.compose.service=api",
  ]);
  return `the backend ${ids.trim()}`;
};

test("both pages at once, each with its own backend; and the same files by plain docker compose", async () => {
  const paths = ["one", "two"].map((name) => world.copyOf("examples/front", name));
  const made = await Promise.all(
    paths.map(
      async (path) => JSON.parse((await world.ok(["init", "--strict", "--json", path])).stdout).environment,
    ),
  );
  const shown = await Promise.all(made.map(({ variables }) => shownAt(variables.MONO_WEB_URL, world)));
  expect(shown).toEqual(await Promise.all(made.map(({ dockerProject }) => backendOf(dockerProject))));
  expect(new Set(shown).size).toBe(2);
  for (const { variables, dockerProject } of made) {
    const format = ["exec", `${dockerProject}-web-1`, "sh", "-c", "echo $PUBLIC_URL"];
    expect((await docker(world, format)).trim()).toBe(variables.MONO_WEB_URL);
  }
  for (const path of paths) await world.ok(["destroy", path]);

  const plain = world.copyOf("examples/front", "plain");
  const compose = ["docker", "compose", "-p", world.unique("plain")];
  const up = await world.call([...compose, "up", "-d", "--build"], { cwd: plain });
  try {
    expect(up.exitCode).toBe(0);
    expect(await shownAt("http://localhost:3000", world)).toBe(await backendOf(world.unique("plain")));
  } finally {
    await world.call([...compose, "down", "--rmi", "local", "--timeout", "0"], { cwd: plain });
  }
});
