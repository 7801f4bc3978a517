/** Writes `schemas/`: npm run schemas. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { schemaDocuments } from "./documents.ts";

const folder = resolve(import.meta.dir, "../../schemas");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [name, text] of schemaDocuments()) writeFileSync(join(folder, name), text);
