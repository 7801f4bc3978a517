/**
 * The ad-hoc signature of a macOS executable: a hash of each of its pages, signed by nobody. macOS kills an arm64
 * executable without one at its start, and any executable that carries one which does not fit.
 *
 * `bun build --compile` puts the program into a copy of the runtime. For arm64 it then signs again; for x64 it leaves
 * the signature that the runtime has, which does not fit any more (Bun 1.4.5). So what does not fit is replaced.
 *
 * The format is that of Apple's open source: `cs_blobs.h` of the kernel, `loader.h` for the load commands. The signature
 * is what Apple's linker writes: version 0x20400, SHA-256, no identity, no entitlements. It stands at the file's end.
 */
import { createHash } from "node:crypto";

const magic64 = 0xfeedfacf;
const [segmentCommand, signatureCommand] = [0x19, 0x1d];
const [superBlobMagic, directoryMagic, directorySlot] = [0xfade0cc0, 0xfade0c02, 0];
const pageBits = 12;
const pageSize = 1 << pageBits;
/** A virtual segment is a multiple of the larger page of the two CPUs. */
const segmentAlignment = 0x4000;
const hashSize = 32;
const sha256 = 2;
/** Ad hoc, and made by a linker: codesign replaces it without being forced. */
const flags = 0x20002;
const superBlobSize = 20;
const directoryHeaderSize = 88;
const mainBinary = 1n;

interface Layout {
  /** Where the load command of the signature stands; likewise for the last segment. */
  readonly signatureAt: number;
  readonly linkEditAt: number;
  /** Of the signature in the file. */
  readonly offset: number;
  /** Of the segment with the code. */
  readonly textOffset: bigint;
  readonly textSize: bigint;
}

/** Whether every page is covered by the signature, and has the hash that stands there. */
export function hasFittingSignature(file: Buffer): boolean {
  const { offset } = layoutOf(file);
  const directory = findDirectory(file, offset);
  if (directory === undefined) return false;
  const at = (field: number) => file.readUInt32BE(directory + field);
  const [hashes, count, limit] = [directory + at(16), at(28), at(32)];
  const size = 1 << file.readUInt8(directory + 39);
  if (limit !== offset || count !== Math.ceil(limit / size)) return false;
  if (file.readUInt8(directory + 36) !== hashSize || file.readUInt8(directory + 37) !== sha256) return false;
  return pageHashes(file.subarray(0, limit), size).equals(file.subarray(hashes, hashes + count * hashSize));
}

/** The file with an ad-hoc signature in place of the one that it has. */
export function signAdHoc(file: Buffer, identifier: string): Buffer {
  const { offset, ...layout } = layoutOf(file);
  const signature = emptySignature(offset, identifier, layout);
  const signed = Buffer.concat([file.subarray(0, offset), signature]);
  signed.writeUInt32LE(signature.length, layout.signatureAt + 12);
  // The last segment ends with the signature: its size in the file, and in memory.
  const size = BigInt(signed.length) - signed.readBigUInt64LE(layout.linkEditAt + 40);
  const aligned = BigInt(Math.ceil(Number(size) / segmentAlignment) * segmentAlignment);
  signed.writeBigUInt64LE(aligned, layout.linkEditAt + 32);
  signed.writeBigUInt64LE(size, layout.linkEditAt + 48);
  // The load commands are on the first page, so that the hashes come last.
  const hashes = pageHashes(signed.subarray(0, offset), pageSize);
  hashes.copy(signed, signed.length - hashes.length);
  return signed;
}

/** All of the signature but the hashes. */
function emptySignature(
  limit: number,
  identifier: string,
  { textOffset, textSize }: Pick<Layout, "textOffset" | "textSize">,
): Buffer {
  const pages = Math.ceil(limit / pageSize);
  const identifierSize = Buffer.byteLength(identifier) + 1;
  const hashes = directoryHeaderSize + identifierSize;
  const directorySize = hashes + pages * hashSize;
  const signature = Buffer.alloc(superBlobSize + directorySize);
  const words = (at: number, values: readonly number[]) =>
    values.forEach((value, index) => signature.writeUInt32BE(value, at + 4 * index));
  words(0, [superBlobMagic, signature.length, 1, directorySlot, superBlobSize]);
  const start = superBlobSize;
  words(start, [directoryMagic, directorySize, 0x20400, flags, hashes, directoryHeaderSize, 0, pages, limit]);
  signature.set([hashSize, sha256, 0, pageBits], start + 36);
  signature.writeBigUInt64BE(textOffset, start + 64);
  signature.writeBigUInt64BE(textSize, start + 72);
  signature.writeBigUInt64BE(mainBinary, start + 80);
  signature.write(identifier, start + directoryHeaderSize);
  return signature;
}

function layoutOf(file: Buffer): Layout {
  if (file.readUInt32LE(0) !== magic64) throw new Error("not a 64-bit Mach-O executable");
  const found: { signatureAt?: number; linkEditAt?: number; textAt?: number } = {};
  let at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const command = file.readUInt32LE(at);
    if (command === signatureCommand) found.signatureAt = at;
    if (command === segmentCommand) {
      const name = file.toString("latin1", at + 8, at + 24).replace(/\0+$/, "");
      if (name === "__LINKEDIT") found.linkEditAt = at;
      if (name === "__TEXT") found.textAt = at;
    }
    at += file.readUInt32LE(at + 4);
  }
  const { signatureAt, linkEditAt, textAt } = found;
  if (signatureAt === undefined || linkEditAt === undefined || textAt === undefined)
    throw new Error("a Mach-O executable without the segments or the place for a signature");
  return {
    signatureAt,
    linkEditAt,
    offset: file.readUInt32LE(signatureAt + 8),
    textOffset: file.readBigUInt64LE(textAt + 40),
    textSize: file.readBigUInt64LE(textAt + 48),
  };
}

/** Where the code directory stands in the file. */
function findDirectory(file: Buffer, offset: number): number | undefined {
  if (file.readUInt32BE(offset) !== superBlobMagic) return undefined;
  const entries = Array.from(
    { length: file.readUInt32BE(offset + 8) },
    (_, index) => offset + 12 + 8 * index,
  );
  const entry = entries.find((place) => file.readUInt32BE(place) === directorySlot);
  return entry === undefined ? undefined : offset + file.readUInt32BE(entry + 4);
}

/** The last page is hashed as long as it is. */
function pageHashes(content: Buffer, size: number): Buffer {
  const hashes = Buffer.alloc(Math.ceil(content.length / size) * hashSize);
  for (let page = 0; page * size < content.length; page++) {
    const hash = createHash("sha256").update(content.subarray(page * size, (page + 1) * size));
    hash.digest().copy(hashes, page * hashSize);
  }
  return hashes;
}
