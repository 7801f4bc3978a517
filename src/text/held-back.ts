/**
 * How many bytes at the end may be the beginning of the marker that ends a stream: it may come in two pieces, and they
 * have to wait for what comes next.
 */
export function heldBack(bytes: Buffer, marker: Buffer): number {
  for (let length = Math.min(marker.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(marker.subarray(0, length))) return length;
  }
  return 0;
}
