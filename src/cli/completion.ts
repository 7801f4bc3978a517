import { buildChoiceParser, buildCommand } from "@stricli/core";
import type { CommandContext } from "./command-context.ts";
import { everyonesFlags } from "./parameters.ts";

const shells = ["bash", "zsh", "fish"] as const;

export const completionCommand = buildCommand({
  docs: {
    brief: "Print the script that completes mono's command lines in a shell",
    fullDescription: [
      "The script asks mono at each Tab what may come next: commands, flags, environments, services. It goes into the",
      "shell's start-up file, or into a file where the shell looks for completions.",
      "",
      "EXAMPLES",
      '  eval "$(mono completion bash)"     # in ~/.bashrc',
      '  eval "$(mono completion zsh)"      # in ~/.zshrc, after compinit',
      "  mono completion fish >~/.config/fish/completions/mono.fish",
    ].join("\n"),
  },
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: `The shell: ${shells.join(", ")}`,
          parse: buildChoiceParser(shells),
          placeholder: "shell",
          proposeCompletions: () => shells,
        },
      ],
    },
    flags: everyonesFlags,
  },
  async func(this: CommandContext, _flags: object, shell: (typeof shells)[number]) {
    const { scripts } = await import("./completion/scripts.ts");
    this.answer(scripts[shell]);
  },
});
