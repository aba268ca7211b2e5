import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

/** 1980-01-01 00:00, the earliest a ZIP archive can say: the same content gives the same bytes. */
const dosDate = 0x0021;
const deflated = 8;
/** `-rw-r--r--` of a regular file, for an archive made on Unix. */
const madeByUnix = 0x0314;
const fileMode = 0o100644 * 0x1_0000;

/** A ZIP archive of a folder, as Lambda takes it. */
export function zipFolder(folder: string): Buffer {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const name of names) {
    const content = readFileSync(join(folder, name));
    const data = deflateRawSync(content, { level: 1 });
    const encodedName = Buffer.from(name);
    const common = commonHeader({ checksum: crc32(content), size: content.length, stored: data.length, encodedName });
    const entry = Buffer.concat([signature(0x04034b50), common, encodedName, data]);
    local.push(entry);
    central.push(signature(0x02014b50), uint16(madeByUnix), common, centralTail(offset), encodedName);
    offset += entry.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([...local, directory, endRecord(names.length, directory.length, offset)]);
}

interface EntryHeader {
  readonly checksum: number;
  readonly size: number;
  readonly stored: number;
  readonly encodedName: Buffer;
}

/** The fields that the local and the central header share: version 2.0, names in UTF-8, deflated. */
function commonHeader({ checksum, size, stored, encodedName }: EntryHeader): Buffer {
  const times = [uint16(0), uint16(dosDate)];
  const lengths = [uint32(checksum), uint32(stored), uint32(size), uint16(encodedName.length), uint16(0)];
  return Buffer.concat([uint16(20), uint16(0x0800), uint16(deflated), ...times, ...lengths]);
}

function centralTail(offset: number): Buffer {
  return Buffer.concat([uint16(0), uint16(0), uint16(0), uint32(fileMode), uint32(offset)]);
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const counts = [uint16(0), uint16(0), uint16(count), uint16(count)];
  return Buffer.concat([signature(0x06054b50), ...counts, uint32(size), uint32(offset), uint16(0)]);
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

const signature = uint32;
