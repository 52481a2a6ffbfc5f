import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Unavailable } from './service.js';
import { onPath, output } from './tools.js';

export interface Jdk {
  home: string;
  major: number;
}

const installed = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines'];

function* homes(): Generator<string> {
  const { KEYTRAIL_JAVA_HOME, JAVA_HOME } = process.env;
  if (KEYTRAIL_JAVA_HOME) yield KEYTRAIL_JAVA_HOME;
  if (JAVA_HOME) yield JAVA_HOME;
  const java = onPath('java');
  if (java) yield dirname(dirname(realpathSync(java)));
  for (const folder of installed.filter((path) => existsSync(path))) {
    for (const name of readdirSync(folder).sort()) {
      yield join(folder, name);
      yield join(folder, name, 'Contents', 'Home');
    }
  }
}

/** A JDK of at least this version: KEYTRAIL_JAVA_HOME, JAVA_HOME, `java` on PATH, then where systems keep theirs. */
export async function findJdk(atLeast: number): Promise<Jdk> {
  const found = new Map<string, number>();
  for (const candidate of homes()) {
    // javac too: a JRE can't start a program from its source.
    if (!existsSync(join(candidate, 'bin', 'java')) || !existsSync(join(candidate, 'bin', 'javac'))) continue;
    const home = realpathSync(candidate);
    if (found.has(home)) continue;
    const major = Number(/version "(\d+)/.exec(await output(join(home, 'bin', 'java'), ['-version']))?.[1] ?? 0);
    if (major >= atLeast) return { home, major };
    found.set(home, major);
  }
  const seen = found.size === 0 ? 'none' : [...found.values()].join(', ');
  throw new Unavailable(`no JDK ${atLeast} or newer (found: ${seen})`);
}
