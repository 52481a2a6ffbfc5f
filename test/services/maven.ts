import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from './service.js';
import { onPath, output } from './tools.js';

const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

async function maven(javaHome: string, ...args: string[]): Promise<void> {
  const mvn = onPath('mvn');
  if (!mvn) throw new Unavailable('no Maven (mvn) to fetch the jars with');
  await output(mvn, ['-q', '-B', ...args], { JAVA_HOME: javaHome });
}

/** Puts the jars `group:artifact:version`, and all that they need, into a folder. Throws Unavailable. */
export async function copyJars(folder: string, artifacts: readonly string[], javaHome: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const pom = join(folder, 'pom.xml');
  const dependencies = artifacts.map((artifact) => {
    const [group, name, version] = artifact.split(':');
    return `    <dependency>
      <groupId>${group}</groupId>
      <artifactId>${name}</artifactId>
      <version>${version}</version>
    </dependency>`;
  });
  writeFileSync(
    pom,
    `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>keytrail.test</groupId>
  <artifactId>opensearch</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`,
  );
  await maven(javaHome, '-f', pom, `${plugin}:copy-dependencies`, `-DoutputDirectory=${folder}`);
}

/** Unpacks an archive `group:artifact:version:zip` into a folder. Throws Unavailable. */
export const unpackZip = (folder: string, artifact: string, javaHome: string): Promise<void> =>
  maven(javaHome, `${plugin}:unpack`, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`);
