import { expect, test } from "bun:test";
import { createProgressFilter } from "./compose-output.ts";

// As docker compose 2.40 prints them with --progress plain.
test("the layers of a pull are counted", () => {
  const filter = createProgressFilter();
  const lines = [
    " 7b9c6008ddaa Pulling fs layer ",
    " deda503c490e Waiting ",
    " 7b9c6008ddaa Downloading  532.8kB",
    " 7b9c6008ddaa Verifying Checksum ",
    " 7b9c6008ddaa Extracting  1.985MB",
    " 7b9c6008ddaa Pull complete ",
    " 0abfc8ee2a12 Already exists ",
    " 7b9c6008ddaa Extracting  1.985MB",
  ];
  expect(lines.map(filter)).toEqual([
    "pulled 0 of 1 layers",
    "pulled 0 of 2 layers",
    "pulled 0 of 2 layers",
    "pulled 0 of 2 layers",
    "pulled 0 of 2 layers",
    "pulled 1 of 2 layers",
    "pulled 2 of 3 layers",
    "pulled 2 of 3 layers",
  ]);
});

test.each([
  "#4 sha256:0abfc8ee2a12 1.05MB / 30.43MB 0.3s",
  "#4 extracting sha256:0abfc8ee2a12",
  "#9 transferring context: 1.2MB",
  "#1 [web internal] load build definition from Dockerfile",
  "#6 DONE 0.0s",
  "#7 exporting layers done",
  "#7 [db] exporting to image",
])("what says nothing of a build is not shown: %s", (line) => {
  expect(createProgressFilter()(line)).toBe(line);
});

test.each([
  " web Pulling ",
  " web Pulled ",
  "#6 [db 2/2] RUN npm ci",
  "#6 12.3 added 300 packages",
  "#4 CACHED",
  "#5 ERROR: executor failed running [/bin/sh -c exit 4]: exit code: 4",
  " Container mono-shop-db-1  Started",
  " Container mono-shop-db-1  Healthy",
  " Container mono-shop-db-1  Error",
  " Network mono-shop_default  Created",
  " Container mono-shop-db-1  Removed",
  "Error response from daemon: manifest for nginx:none not found",
])("everything else is shown: %s", (line) => {
  expect(createProgressFilter()(line)).toBeUndefined();
});

test.each([
  " Container mono-shop-db-1  Creating",
  " Container mono-shop-db-1  Created",
  " Container mono-shop-db-1  Waiting",
  " Container mono-shop-db-1  Stopped ",
  " Network mono-shop_default  Removing",
])("what is on its way to another state is shown until that comes: %s", (line) => {
  expect(createProgressFilter()(line)).toBe(line);
});

test("what a down says that finds nothing is not repeated", () => {
  const line = 'level=warning msg="Warning: No resource found to remove for project \\"mono-shop\\"."';
  expect(createProgressFilter()(line)).toBe("");
});
