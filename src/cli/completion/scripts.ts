import bash from "./mono.bash" with { type: "text" };
import fish from "./mono.fish" with { type: "text" };
import zsh from "./mono.zsh" with { type: "text" };

/** The scripts that shells run to complete a command line of mono. */
export const scripts = { bash, fish, zsh };
