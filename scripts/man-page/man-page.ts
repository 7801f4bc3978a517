/** The manual page, from what `--help` is made of. */
import type { Application } from "@stricli/core";
import type { CommandContext } from "../../src/cli/command-context.ts";
import { commandsOf, type NamedCommand } from "../../src/cli/usage/commands.ts";
import { type VisibleFlag, visibleFlags } from "../../src/cli/usage/flags.ts";

interface Edition {
  readonly version: string;
  /** As `2026-01-31`. */
  readonly date: string;
}

const formatting = {
  caseStyle: "convert-camel-to-kebab",
  onlyRequiredInUsageLine: false,
  useAliasInUsageLine: false,
} as const;

/** In the macros of man(7), which every `man` understands. */
export function manPage(application: Application<CommandContext>, { version, date }: Edition): string {
  const { root } = application;
  const commands = commandsOf(application);
  const [text, ...sections] = sectionsOf(root.fullDescription ?? root.brief);
  return [
    `.TH MONO 1 "${date}" "mono ${version}" "User Commands"`,
    ".SH NAME",
    `mono \\- ${escaped(root.brief)}`,
    ".SH SYNOPSIS",
    ".nf",
    ...commands.map((command) => `.B ${escaped(usageOf(command))}`),
    ".fi",
    ".SH DESCRIPTION",
    ...(text === undefined ? [] : bodyOf(text)),
    ".SH COMMANDS",
    ...commands.flatMap(commandText),
    ".SH OPTIONS",
    ...flagText({
      name: "help",
      alias: "h",
      brief: "Print the help for one command or for all",
      placeholder: undefined,
    }),
    ...flagText({ name: "version", alias: "v", brief: "Print the version", placeholder: undefined }),
    ...sections.flatMap((section) => [`.SH ${section.heading}`, ...bodyOf(section)]),
    "",
  ].join("\n");
}

function usageOf({ name, command }: NamedCommand): string {
  return command.formatUsageLine({ prefix: ["mono", name], config: formatting, ansiColor: false });
}

function commandText(named: NamedCommand): string[] {
  const { command } = named;
  const [text, ...sections] = sectionsOf(command.fullDescription ?? "");
  return [
    `.SS ${escaped(usageOf(named))}`,
    `${escaped(command.brief)}.`,
    ".PP",
    ...(text === undefined ? [] : bodyOf(text)),
    ...visibleFlags(command).flatMap(flagText),
    ...sections.flatMap((section) => [".PP", ...bodyOf(section)]),
  ];
}

function flagText({ name, alias, brief, placeholder }: VisibleFlag): string[] {
  const value = placeholder === undefined ? "" : ` \\fI${escaped(placeholder)}\\fR`;
  const letter = alias === undefined ? "" : `\\fB\\-${alias}\\fR, `;
  return [".TP", `${letter}\\fB\\-\\-${escaped(name)}\\fR${value}`, escaped(brief)];
}

interface Section {
  /** Empty for the text before the first heading. */
  readonly heading: string;
  readonly lines: readonly string[];
}

/** A description as the commands have it: text, and headings in capitals with indented lines below them. */
function sectionsOf(description: string): readonly Section[] {
  const sections: { heading: string; lines: string[] }[] = [{ heading: "", lines: [] }];
  for (const line of description.split("\n")) {
    if (/^[A-Z][A-Z ]+$/.test(line)) sections.push({ heading: line, lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/** Examples stay as they are; other indented lines are terms and what they mean; the rest is paragraphs. */
function bodyOf({ heading, lines }: Section): string[] {
  const isExamples = heading === "EXAMPLES";
  const indented = lines.filter((line) => line.startsWith("  "));
  const text = lines
    .filter((line) => !line.startsWith("  "))
    .join("\n")
    .trim();
  const shown = isExamples
    ? [".RS", ".nf", ...indented.map((line) => escaped(line.trim())), ".fi", ".RE"]
    : indented.flatMap((line) => {
        const [term = "", ...meaning] = line.trim().split(/ {2,}/);
        return [".TP", `\\fB${escaped(term)}\\fR`, escaped(meaning.join(" "))];
      });
  const paragraphs =
    text === "" ? [] : text.split(/\n{2,}/).flatMap((paragraph) => [".PP", escaped(paragraph)]);
  return [...shown, ...(heading === "" ? paragraphs.slice(1) : paragraphs)];
}

/** So that roff prints it unchanged: hyphens as they are typed, and no line that is a request by accident. */
function escaped(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("~", "\\(ti")
    .replaceAll("^", "\\(ha")
    .replaceAll("`", "\\(ga")
    .replaceAll("'", "\\(aq")
    .replaceAll('"', "\\(dq")
    .replace(/^[.]/gm, "\\&.");
}
