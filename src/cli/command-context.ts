import type { CommandContext as StricliContext } from "@stricli/core";
import type { Context } from "../operations/context.ts";
import type { Streams } from "./output/streams.ts";

/** What a command gets: what it works with, and where its answer goes. */
export interface CommandContext extends StricliContext, Streams {
  readonly operations: Context;
  readonly homeFolder: string;
  /** The words after `mono`, for the completion of one of them. */
  readonly typed: readonly string[];
  /** What follows `--` in a command line of exec. */
  readonly command: readonly string[];
  /** Makes mono end with the exit status of a program that the command was about. */
  readonly exitWith: (status: number) => void;
}
