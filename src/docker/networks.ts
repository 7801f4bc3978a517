import { type Subnet, parseSubnet } from "../compose/subnets.ts";
import { type DockerCall, linesOf, requireAnswer } from "./ask.ts";

/** The IPv4 subnets of all networks of the engine. */
export async function networkSubnets(call: DockerCall): Promise<readonly Subnet[]> {
  const ids = linesOf(await requireAnswer(call, ["network", "ls", "-q"], "list the networks"));
  const format = "{{range .IPAM.Config}}{{println .Subnet}}{{end}}";
  const text = await requireAnswer(
    call,
    ["network", "inspect", "--format", format, ...ids],
    "inspect the networks",
  );
  return linesOf(text).flatMap((line) => parseSubnet(line) ?? []);
}
