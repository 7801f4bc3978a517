import { expect, test } from "bun:test";
import { parseNetstat, parseProcNet, type Socket } from "./sockets.ts";

/** `netstat -an` of macOS 15: what listens, what does not, long addresses, sockets of other kinds. */
const mac = `Active Internet connections (including servers)
Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)    
tcp4       0      0  192.168.1.23.51234     17.57.144.22.5223      ESTABLISHED
tcp6       0      0  2a02:8071:b785:b.51235 2a00:1450:4001:8.443   ESTABLISHED
tcp4       0      0  127.0.0.1.19100        *.*                    LISTEN     
tcp6       0      0  ::1.19101              *.*                    LISTEN     
tcp46      0      0  *.19102                *.*                    LISTEN     
tcp4       0      0  *.19103                *.*                    LISTEN     
tcp6       0      0  fe80::1%lo0.19104      *.*                    LISTEN     
tcp6       0      0  fe80::ce81:b1c:b.19105 *.*                    LISTEN     
tcp4       0      0  127.0.0.1.19106        127.0.0.1.51240        TIME_WAIT  
tcp4       0      0  *.*                    *.*                    CLOSED     
udp4       0      0  *.19107                *.*                               
udp6       0      0  ::1.19108              *.*                               
udp46      0      0  *.19109                *.*                               
udp4       0      0  *.*                    *.*                               
icm6       0      0  *.*                    *.*                               
Active Multipath Internet connections
Proto/ID  Flags      Local Address          Foreign Address        (state)    
Active LOCAL (UNIX) domain sockets
Address          Type   Recv-Q Send-Q            Inode             Conn             Refs          Nextref Addr
9f5a2d7c1a3b4c5d stream      0      0                0 9f5a2d7c1a3b4c5e                0                0 /var/run/mDNSResponder.19199
Registered kernel control modules
id       flags    pcbcount rcvbuf   sndbuf   name 
       1        9        0   131072   131072 com.apple.flow-divert 
`;

const listening = (sockets: readonly Socket[]) =>
  sockets.filter(({ state }) => state === "listening").map(({ port }) => port);

test("of what a Mac lists, connections have two ports", () => {
  const connected = parseNetstat(mac).filter(({ state }) => state === "connected");
  expect(connected.map(({ port, remotePort }) => [port, remotePort])).toEqual([
    [51_234, 5223],
    [51_235, 443],
  ]);
});

test("of what a Mac lists, the sockets that wait for somebody count", () => {
  const ports = listening(parseNetstat(mac));
  expect(ports).toEqual([19_100, 19_101, 19_102, 19_103, 19_104, 19_105, 19_107, 19_108, 19_109]);
});

test("columns that a newer system adds change nothing", () => {
  const line = "tcp4 0 0 127.0.0.1.5432 *.* LISTEN 131072 131072 postgres:811 00180 00000006";
  expect(parseNetstat(line)).toEqual([{ port: 5432, remotePort: 0, state: "listening", inode: "" }]);
});

test("of what Linux lists, the sockets that wait for somebody count", () => {
  const head =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
  const rest = "00000000:00000000 00:00000000 00000000     0        0";
  const text = [
    head,
    `   0: 0100007F:1F90 00000000:0000 0A ${rest} 4242 1 0 100`,
    `   1: 0100007F:1F91 0100007F:C001 01 ${rest} 4243 1 0 100`,
    "",
  ].join("\n");
  expect(parseProcNet("tcp", text)).toEqual([
    { port: 8080, remotePort: 0, state: "listening", inode: "4242" },
    { port: 8081, remotePort: 49_153, state: "connected", inode: "4243" },
  ]);
  expect(listening(parseProcNet("udp", text))).toEqual([8080, 8081]);
});
