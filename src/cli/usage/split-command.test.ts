import { expect, test } from "bun:test";
import { splitCommand } from "./split-command.ts";

test.each([
  ["init .", "init .", "", false],
  ["init . --no-color", "init .", "", true],
  ["--no-color list --json", "list --json", "", true],
  ["init -- --no-color", "init -- --no-color", "", false],
  ["exec . -s db -- psql -c x", "exec . -s db", "psql -c x", false],
  ["--no-color exec . -- ls --color", "exec .", "ls --color", true],
  ["exec . -- ls --no-color -- x", "exec .", "ls --no-color -- x", false],
  ["exec .", "exec .", "", false],
  ["", "", "", false],
  ["help", "--help", "", false],
  ["help init", "init --help", "", false],
  ["--no-color help exec -- x", "exec --help", "", true],
  ["help --json", "--help", "", false],
])("%s", (line, inputs, command, isWithoutColour) => {
  const words = (text: string) => text.split(" ").filter((word) => word !== "");
  expect(splitCommand(words(line))).toEqual({
    inputs: words(inputs),
    command: words(command),
    isWithoutColour,
  });
});
