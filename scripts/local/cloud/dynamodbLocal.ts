import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths, type Settings } from '../settings.ts';
import { lastLines, runCommand } from './commands.ts';
import { isPortTaken } from './ports.ts';
import { findService, serviceArguments, startService } from './processes.ts';
import { ensureSharedFolder } from './sharedFolder.ts';

const version = '2.6.1';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>gatehouse</groupId><artifactId>dynamodb-local</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>${version}</version>
    </dependency>
  </dependencies>
</project>
`;

const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** AWS's own DynamoDB Local, running, or why it is not. */
export type DynamodbLocal = { readonly endpoint: string } | { readonly missing: string };

/** Starts DynamoDB Local in memory, as a service of the state folder. Downloads it once; needs Java and Maven. */
export async function startDynamodbLocal(settings: Settings, port: number): Promise<DynamodbLocal> {
  const java = await javaVersion();
  if (java < 17) return { missing: java === 0 ? 'no Java' : `Java ${java} is older than 17` };
  const folder = join(settings.root, '.local', `dynamodb-local-${version}`);
  const problem = await download(folder);
  if (problem !== undefined) return { missing: problem };
  const id = { name: 'dynamodb-local', stateDir: settings.stateDir } as const;
  startService({
    ...id,
    command: 'java',
    args: [
      `-Dgatehouse=${serviceArguments(id, [port]).join(' ')}`,
      '-Xmx256m',
      `-Djava.library.path=${folder}`,
      '-cp',
      join(folder, '*'),
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
    ],
    cwd: settings.stateDir,
    env: process.env,
    logFile: paths(settings).log('dynamodb-local'),
  });
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (await isPortTaken(port)) return { endpoint: `http://127.0.0.1:${port}` };
    if (findService(id) === undefined) break;
    await sleep(100);
  }
  return { missing: `it did not start: read ${paths(settings).log('dynamodb-local')}` };
}

/** The major version, or 0 without a Java that runs. */
async function javaVersion(): Promise<number> {
  const { code, output } = await runCommand('java', ['-version']);
  return code === 0 ? Number(/version "(\d+)/.exec(output)?.[1] ?? 0) : 0;
}

/** Why it cannot be downloaded. */
class Undownloadable extends Error {}

/** Downloads it unless it is there. Returns why that cannot be, or undefined. */
async function download(folder: string): Promise<string | undefined> {
  try {
    await ensureSharedFolder({ folder, isWhole: () => existsSync(folder), build: downloadInto });
    return undefined;
  } catch (error) {
    if (error instanceof Undownloadable) return error.message;
    throw error;
  }
}

async function downloadInto(folder: string): Promise<void> {
  writeFileSync(join(folder, 'pom.xml'), pom);
  const args = ['-q', '-B', '-f', join(folder, 'pom.xml'), copyDependencies, `-DoutputDirectory=${folder}`];
  const { code, output } = await runCommand('mvn', [...args, '-DincludeScope=runtime']);
  if (code === 127) throw new Undownloadable('no Maven');
  if (code !== 0) throw new Undownloadable(`Maven could not download it: ${lastLines(output, 1)}`);
}
