/** `netstat -an` as a Mac prints it, from /proc/net. */
import { readFileSync } from "node:fs";

const states: Readonly<Record<string, string>> = { "01": "ESTABLISHED", "06": "TIME_WAIT", "0A": "LISTEN" };

function printSockets(protocol: "tcp" | "udp", family: 4 | 6): void {
  const text = readFileSync(`/proc/net/${protocol}${family === 6 ? "6" : ""}`, "latin1");
  for (const line of text.trimEnd().split("\n").slice(1)) {
    const [, local = "", remote = "", state = ""] = line.trim().split(/\s+/);
    const words = protocol === "tcp" ? (states[state] ?? "CLOSED") : "";
    const addresses = `${bsdAddress(local).padEnd(22)} ${bsdAddress(remote).padEnd(22)}`;
    console.log(`${`${protocol}${family}`.padEnd(5)}      0      0  ${addresses} ${words.padEnd(11)}`);
  }
}

/** `0100007F:1F90` is `127.0.0.1.8080`, any address is `*`. An address is cut after 16 characters. */
function bsdAddress(text: string): string {
  const [hexadecimal = "", port = ""] = text.split(":");
  const number = Number.parseInt(port, 16);
  return `${hostOf(hexadecimal).slice(0, 16)}.${number === 0 ? "*" : number}`;
}

function hostOf(hexadecimal: string): string {
  if (/^0+$/.test(hexadecimal)) return "*";
  // Each word of 32 bits is in the order of this machine.
  const bytes = Buffer.from(hexadecimal, "hex").swap32();
  if (bytes.length === 4) return [...bytes].join(".");
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  const zeros = /\b0(?::0)+\b/.exec(groups.join(":"));
  return zeros === null
    ? groups.join(":")
    : groups
        .join(":")
        .replace(zeros[0], "")
        .replace(/^:?$|^:|:$/, "::");
}

if (process.argv.slice(2).join(" ") !== "-an") {
  console.error("netstat: this one knows -an alone");
  process.exit(1);
}
console.log("Active Internet connections (including servers)");
console.log("Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)    ");
for (const protocol of ["tcp", "udp"] as const)
  for (const family of [4, 6] as const) printSockets(protocol, family);
