// Starts a script of this folder. Plain JavaScript without dependencies: the machine's own Node.js (20 or newer) runs
// it, before anything is installed. It installs what is missing and hands over to the Node.js of `node_modules`, which
// is the version that Lambda runs. That one is a package like any other: the lockfile holds the hash of its binary.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
/** The package with the Node.js for this machine; not every platform has one. */
const nodePackage = `node-${process.platform}-${process.arch}`;
const nodeBinary = join(modules, nodePackage, 'bin', 'node');
const lambdaMajor = 24;

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Why `node_modules` cannot be used as it is, or undefined when it can. */
function whatIsMissing() {
  const wanted = readJson(join(root, 'package-lock.json'));
  if (wanted === undefined)
    fail('package-lock.json is missing or damaged. Restore it with: git checkout package-lock.json');
  const installed = readJson(join(modules, '.package-lock.json'));
  if (installed === undefined)
    return existsSync(modules) ? 'node_modules is half installed' : 'node_modules is missing';
  for (const [path, { version, optional, link }] of Object.entries(wanted.packages)) {
    if (path === '' || link || (optional && path !== `node_modules/${nodePackage}`)) continue;
    const name = path.replace(/^.*node_modules\//, '');
    if (installed.packages[path]?.version !== version) return `${name} ${version} is not installed`;
    if (!existsSync(join(root, path, 'package.json'))) return `${name} is half installed`;
  }
  return undefined;
}

/** Runs npm, the same one that was called, and returns its errors, or undefined when it succeeded. */
function npm(...args) {
  const viaNpm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command, ...first] = viaNpm;
  // `npm run --silent` would silence this npm as well.
  const { status, stderr, error } = spawnSync(command, [...first, ...args, '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  if (error) return error.message;
  if (status === 0) return undefined;
  const lines = stderr
    .split('\n')
    .filter((line) => /^npm (error|ERR!) \S/.test(line) && !line.includes('complete log'))
    .map((line) => line.replace(/^npm (error|ERR!)( code)? /, ''));
  return lines.find((line) => line.includes('reason:')) ?? lines.slice(0, 3).join(' ');
}

/** Installs what is missing. Returns the Node.js to hand over to. */
function install() {
  const reason = whatIsMissing();
  if (reason !== undefined) {
    process.stderr.write(`Installing the node modules (${reason}) …\n`);
    // None of their install scripts is needed.
    const errors = npm('ci', '--no-audit', '--no-fund', '--ignore-scripts', '--include=optional');
    if (errors !== undefined) {
      fail(`npm ci failed: ${errors}. Check that the npm registry can be reached (npm ping), then run this again.`);
    }
  }
  if (existsSync(nodeBinary) && spawnSync(nodeBinary, ['--version']).status === 0) return nodeBinary;
  if (majorOf(process) >= lambdaMajor) return process.execPath;
  fail(
    existsSync(nodeBinary)
      ? 'the Node.js of node_modules does not run. Remove node_modules and run this again.'
      : `there is no package with a Node.js for ${process.platform} ${process.arch}. Install Node.js ${lambdaMajor}.`,
  );
}

const majorOf = ({ versions }) => Number(versions.node.split('.')[0]);

/** This machine is reached directly, whatever proxy the environment names for installing things. */
function besideProxies() {
  const given = process.env.NO_PROXY ?? process.env.no_proxy ?? '';
  const list = given.trim() === '*' ? '*' : [given, 'localhost', '127.0.0.1', '::1'].filter(Boolean).join(',');
  return { NO_PROXY: list, no_proxy: list };
}

const [command, ...args] = process.argv.slice(2);
const commands = readdirSync(join(root, 'scripts'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));
if (majorOf(process) < 20) {
  fail(`Node.js 20 or newer is needed, this is ${process.versions.node}. Install it from https://nodejs.org.`);
}
if (!commands.includes(command)) fail(`no such command: ${command ?? ''}. There are: ${commands.join(', ')}.`);
const node = install();

const child = spawn(node, [join(root, 'scripts', `${command}.ts`), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ...besideProxies(), PATH: [join(modules, '.bin'), process.env.PATH].join(delimiter) },
});
// The terminal sends Ctrl-C to the child as well; a signal to this process alone is passed on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
