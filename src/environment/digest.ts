/** SHA-256 of a text, in hexadecimal digits. By the runtime itself: loading `node:crypto` takes most of a start. */
export function sha256(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}
