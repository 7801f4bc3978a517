import { type Subnet, parseSubnet } from "../compose/subnets.ts";
import { askDocker, type DockerCall, requireAnswer } from "./ask.ts";
import { linesOf } from "../text/lines.ts";

/** The IPv4 subnets of all networks of the engine. */
export async function networkSubnets(call: DockerCall): Promise<readonly Subnet[]> {
  const ids = linesOf(await requireAnswer(call, ["network", "ls", "-q"], "list the networks"));
  const format = "{{range .IPAM.Config}}{{println .Subnet}}{{end}}";
  // Networks of others come and go: docker answers about those that are there, and exits 1 for those that are not.
  const { stdout } = await askDocker(call, ["network", "inspect", "--format", format, ...ids]);
  return linesOf(stdout).flatMap((line) => parseSubnet(line) ?? []);
}
