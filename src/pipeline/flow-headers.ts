import { KeytrailError } from '../errors.js';
import { lines } from '../logs/lines.js';
import { isHeader, toHeader } from '../logs/vpcflow-row.js';
import type { ObjectRef } from '../model/object.js';
import { inflate } from '../s3/gunzip.js';
import type { ObjectSource } from '../s3/object-source.js';

/** The names of a text file's fields, from its first line. Throws `bad_object` where that names none. */
export async function flowHeader(source: ObjectSource, object: ObjectRef): Promise<string[]> {
  const bytes = inflate(await source.read(object));
  for await (const [first] of lines(bytes)) {
    const fields = (first?.raw ?? Buffer.alloc(0)).toString('utf8').trim().split(/\s+/);
    const header = isHeader(fields) ? toHeader(fields) : { fault: 'it begins with no header line' };
    if ('fields' in header) return fields;
    throw unreadable(object, header.fault);
  }
  throw unreadable(object, 'it is empty');
}

const unreadable = ({ key }: ObjectRef, why: string): KeytrailError =>
  new KeytrailError('bad_object', `no flow log's fields can be read from ${JSON.stringify(key)}: ${why}`);
