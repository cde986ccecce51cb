/** Archives that are the same whenever and wherever they are written. */
import { buffer } from "node:stream/consumers";

import yazl from "yazl";

/** The earliest time that the format knows. It is a local time, so that no zone enters it. */
const MODIFIED = new Date(1980, 0, 1);

export async function zip(entries) {
  const file = new yazl.ZipFile();
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, mode, content } of sorted) {
    file.addBuffer(Buffer.from(content), name, { mtime: MODIFIED, mode: 0o100000 | mode, forceDosTimestamp: true, compressionLevel: 9 });
  }
  file.end();
  return buffer(file.outputStream);
}
