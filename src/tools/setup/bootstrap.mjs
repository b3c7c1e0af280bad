// Plain JavaScript for Node 20: it provides the packages and Node 24, then hands over to TypeScript. The only file that
// may use nothing but what a fresh machine has.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const checkout = fileURLToPath(new URL('../../..', import.meta.url))
const oldestNode = 20
const wantedNode = 24

/**
 * @param {string} script TypeScript file beside this one, given the arguments of this process
 * @param {{ isQuiet?: boolean }} [options]
 */
export async function boot(script, options = {}) {
  process.chdir(checkout)
  const major = Number(process.versions.node.split('.')[0])
  if (major < oldestNode) fail(`Node ${process.versions.node} is too old`, `install Node ${oldestNode} or newer`)
  if (!arePackagesCurrent()) await installPackages()
  const file = join(checkout, 'src/tools/setup', script)
  if (major >= wantedNode) {
    await import(pathToFileURL(file).href)
    return
  }
  const node = join(checkout, 'node_modules/.bin/node')
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' })
  if (version.status !== 0) {
    fail(
      `Node ${wantedNode} in node_modules does not run: ${version.error?.message ?? version.stderr}`,
      'remove node_modules and start again',
    )
  }
  if (!options.isQuiet) process.stderr.write(`  ✓ Node ${version.stdout.trim().slice(1)} from node_modules\n`)
  await handOver(node, file)
}

/** Runs the script on Node 24 in our place: it gets our signals, we get its exit code. */
async function handOver(node, file) {
  // The channel closes when this process dies: then the child stops by itself.
  const child = spawn(node, [file, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const code = await new Promise((resolve) => {
    child.on('error', (error) => fail(error.message, 'remove node_modules and start again'))
    child.on('exit', (exitCode, signal) => resolve(exitCode ?? (signal ? 1 : 0)))
  })
  process.exit(code)
}

/** True when every package of the lock file is installed in its version. `npm ci` writes npm's own list last. */
function arePackagesCurrent() {
  const listFile = join(checkout, 'node_modules/.package-lock.json')
  if (!existsSync(listFile) || !existsSync(join(checkout, 'node_modules/.bin/node'))) return false
  const wanted = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8')).packages
  const installed = JSON.parse(readFileSync(listFile, 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || entry.devOptional || installed[path]?.version === entry.version,
  )
}

async function installPackages() {
  const lock = join(checkout, 'var/install.lock')
  mkdirSync(dirname(lock), { recursive: true })
  await takeTurn(lock)
  try {
    if (arePackagesCurrent()) return
    const startedAt = Date.now()
    process.stderr.write('  … npm packages\n')
    const { code, said } = await runNpm(['ci', '--include=dev', '--no-progress', '--no-audit', '--no-fund'])
    if (code !== 0 || !arePackagesCurrent()) {
      const tail = said.trimEnd().split('\n').slice(-15)
      fail(
        `npm ci failed\n\n${tail.map((line) => `    | ${line}`).join('\n')}\n`,
        'is the package registry reachable (npm ping)? then start again',
      )
    }
    process.stderr.write(`  ✓ npm packages (${((Date.now() - startedAt) / 1000).toFixed(1)} s)\n`)
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Two set-ups of one checkout must not install into it at once. */
async function takeTurn(lock) {
  for (;;) {
    try {
      const handle = openSync(lock, 'wx')
      writeSync(handle, String(process.pid))
      closeSync(handle)
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    const holder = Number(readFileSync(lock, { encoding: 'utf8', flag: 'a+' }))
    if (!holder || !existsSync(`/proc/${holder}`)) rmSync(lock, { force: true })
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}

function runNpm(args) {
  // The npm that called us, or the one on the PATH.
  const npm = process.env.npm_execpath
  const [command, leading] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  return new Promise((resolve) => {
    const child = spawn(command, [...leading, ...args], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let said = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    const interrupt = (signal) => {
      process.kill(-child.pid, 'SIGTERM')
      rmSync(join(checkout, 'var/install.lock'), { force: true })
      process.stderr.write(`\nstopped by ${signal} while packages were installed; start again to go on\n`)
      process.exit(130)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.once(signal, interrupt)
    child.on('error', (error) => resolve({ code: 1, said: `${said}\n${error.message}` }))
    child.on('close', (code) => {
      for (const signal of signals) process.off(signal, interrupt)
      resolve({ code, said })
    })
  })
}

function fail(what, remedy) {
  process.stderr.write(`\n✗ ${what}\n  What to do: ${remedy}\n`)
  process.exit(1)
}
