/** True when something on this host accepts a TCP connection there. It is closed at once. */
export async function isAccepting(hostname: string, port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname, port, socket: { data() {} } });
    socket.terminate();
    return true;
  } catch {
    return false;
  }
}
